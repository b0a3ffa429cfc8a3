/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.soak;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.oversync.verification.soak.GaugeVerdict.Judgement;

/**
 * The result of a soak.
 *
 * @param readings the gauges over time
 * @param verdicts on those that must stay flat
 * @param problems failures, and differences between devices and server after the end
 */
public record SoakResult(List<Reading> readings, List<GaugeVerdict> verdicts, List<String> problems) {

	/**
	 * Returns whether the soak succeeded.
	 * @return false if a gauge grows, an action failed or data differ
	 */
	public boolean passed() {
		return this.problems.isEmpty()
				&& this.verdicts.stream().noneMatch((verdict) -> verdict.outcome() == Judgement.GROWS);
	}

	/**
	 * Adds up a count after the warm-up.
	 * @param gauge a count, such as {@link Gauge#SYNCS}
	 * @return the sum
	 */
	public long total(Gauge gauge) {
		return (long) Reading.valuesOf(gauge, this.readings).sum();
	}

	/**
	 * Returns the summary.
	 * @return some lines
	 */
	public String summary() {
		Stream<String> judged = this.verdicts.stream().map(SoakResult::line);
		Stream<String> late = (total(Gauge.LATE) == 0) ? Stream.empty()
				: Stream
					.of("%d of %d syncs began late: at times the server, or this machine, did not keep up with the rate"
						.formatted(total(Gauge.LATE), total(Gauge.SYNCS)));
		Stream<String> verdict = Stream.of(passed() ? "The soak has passed" : "The soak has FAILED");
		return Stream.of(judged, late, this.problems.stream(), verdict)
			.flatMap((lines) -> lines)
			.collect(Collectors.joining(System.lineSeparator()));
	}

	private static String line(GaugeVerdict verdict) {
		Gauge gauge = verdict.gauge();
		return String.format(Locale.ROOT, "%-26s %8s -> %8s  x %4.2f  %s", gauge.group().title() + ", " + gauge.title(),
				SoakTable.number(verdict.first()), SoakTable.number(verdict.last()), verdict.ratio(),
				verdict.outcome());
	}

}
