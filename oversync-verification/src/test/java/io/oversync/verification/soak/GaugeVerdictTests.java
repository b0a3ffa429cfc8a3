/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.soak;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

import io.oversync.verification.soak.GaugeVerdict.Judgement;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Gauges that grow are distinguished from gauges that only vary.
 */
class GaugeVerdictTests {

	@Test
	void theLastThirdIsComparedToTheFirst() {
		GaugeVerdict verdict = GaugeVerdict.on(Gauge.HEAP, 100, 300, 120, 1, 2, 3, 130, 110, 140);
		assertThat(verdict).isEqualTo(new GaugeVerdict(Gauge.HEAP, 120, 130, Judgement.FLAT));
		assertThat(verdict.ratio()).isEqualTo(130.0 / 120);
	}

	@Test
	void theMiddleTakesWhatThirdsLeave() {
		assertThat(GaugeVerdict.on(Gauge.HEAP, 1, 2, 3, 4, 5))
			.isEqualTo(new GaugeVerdict(Gauge.HEAP, 1, 5, Judgement.FLAT));
		assertThat(GaugeVerdict.on(Gauge.HEAP, 1, 2, 3, 4, 5, 6, 7, 8))
			.isEqualTo(new GaugeVerdict(Gauge.HEAP, 1.5, 7.5, Judgement.FLAT));
	}

	@Test
	void oneReadingOutOfLineIsNoGrowth() {
		double[] values = DoubleStream.generate(() -> 100).limit(18).toArray();
		values[16] = 1000;
		assertThat(GaugeVerdict.on(Gauge.HEAP, values).outcome()).isEqualTo(Judgement.FLAT);
	}

	@Test
	void whatTheMachineDoesBesidesMakesSomeMinutesSlower() {
		assertThat(GaugeVerdict.on(Gauge.UPLOAD_P99, 80, 28, 15, 15, 18, 0, 0, 0, 0, 0, 27, 14, 40, 40, 12))
			.isEqualTo(new GaugeVerdict(Gauge.UPLOAD_P99, 15, 14, Judgement.FLAT));
		assertThat(GaugeVerdict.on(Gauge.UPLOAD_P99, 12, 28, 15, 15, 18, 0, 0, 0, 0, 0, 27, 26, 40, 40, 31).outcome())
			.isEqualTo(Judgement.GROWS);
	}

	@Test
	void aSteadyLeakGrows() {
		double[] values = DoubleStream.iterate(100, (value) -> value + 2).limit(18).toArray();
		assertThat(GaugeVerdict.on(Gauge.HEAP, values).outcome()).isEqualTo(Judgement.GROWS);
	}

	@Test
	void moreThanTheRatioAndMoreThanTheSlackGrows() {
		assertThat(GaugeVerdict.on(Gauge.HEAP, 100, 100, 114.9).outcome()).isEqualTo(Judgement.FLAT);
		assertThat(GaugeVerdict.on(Gauge.HEAP, 100, 100, 115.1).outcome()).isEqualTo(Judgement.GROWS);
		assertThat(GaugeVerdict.on(Gauge.HEAP, 20, 20, 20 + Gauge.HEAP.slack()).outcome()).isEqualTo(Judgement.FLAT);
		assertThat(GaugeVerdict.on(Gauge.HEAP, 20, 20, 20.1 + Gauge.HEAP.slack()).outcome()).isEqualTo(Judgement.GROWS);
	}

	@Test
	void whatShrinksIsFlat() {
		assertThat(GaugeVerdict.on(Gauge.HEAP, 100, 50, 10).outcome()).isEqualTo(Judgement.FLAT);
	}

	@Test
	void whatStaysAtNothingIsFlat() {
		GaugeVerdict verdict = GaugeVerdict.on(Gauge.CONNECTIONS, 0, 0, 0);
		assertThat(verdict.ratio()).isEqualTo(1);
		assertThat(verdict.outcome()).isEqualTo(Judgement.FLAT);
	}

	@Test
	void twoReadingsSayNothing() {
		assertThat(GaugeVerdict.on(Gauge.HEAP, 100, 500).outcome()).isEqualTo(Judgement.TOO_SHORT);
	}

	@Test
	void onlyWhatMustStayFlatAndCouldBeReadIsJudged() {
		List<Reading> readings = List.of(reading(Map.of(Gauge.HEAP, 10.0)),
				reading(Map.of(Gauge.HEAP, 11.0, Gauge.UPLOAD_P50, 5.0, Gauge.DATABASE_SIZE, 1.0)),
				reading(Map.of(Gauge.HEAP, 12.0, Gauge.UPLOAD_P50, 6.0, Gauge.DATABASE_SIZE, 9.0)));
		assertThat(GaugeVerdict.onAll(readings)).containsExactly(new GaugeVerdict(Gauge.HEAP, 10, 12, Judgement.FLAT),
				new GaugeVerdict(Gauge.UPLOAD_P50, 5, 6, Judgement.TOO_SHORT));
	}

	@Test
	void aSoakPassesUnlessSomethingGrowsOrFails() {
		GaugeVerdict flat = new GaugeVerdict(Gauge.HEAP, 1, 1, Judgement.FLAT);
		GaugeVerdict growing = new GaugeVerdict(Gauge.THREADS, 10, 90, Judgement.GROWS);
		assertThat(new SoakResult(List.of(), List.of(flat), List.of()).passed()).isTrue();
		assertThat(new SoakResult(List.of(), List.of(flat, growing), List.of()).passed()).isFalse();
		assertThat(new SoakResult(List.of(), List.of(flat), List.of("a difference")).passed()).isFalse();
	}

	@Test
	void theSummarySaysWhatGrowsWhatWasLateAndWhatIsWrong() {
		SoakResult result = new SoakResult(List.of(reading(Map.of(Gauge.LATE, 2.0, Gauge.SYNCS, 30.0))),
				List.of(new GaugeVerdict(Gauge.THREADS, 10, 90, Judgement.GROWS)), List.of("a difference"));
		assertThat(result.summary()).containsPattern("threads +10 -> +90 +x 9.00 +GROWS")
			.contains("2 of 30 syncs began late")
			.contains("a difference")
			.endsWith("FAILED");
	}

	private static Reading reading(Map<Gauge, Double> values) {
		return new Reading(Duration.ofMinutes(1), values);
	}

}
