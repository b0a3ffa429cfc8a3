/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.soak;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import io.oversync.verification.device.SyncTarget;
import io.oversync.verification.device.TableModels;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The load is even, and the time is cut into a warm-up and intervals.
 */
class PacingTests {

	private static final long SECOND = Duration.ofSeconds(1).toNanos();

	@Test
	void theFleetMakesTheRateEvenly() {
		Pacing pacing = new Pacing(6, 20);
		long[] starts = IntStream.range(0, 6)
			.boxed()
			.flatMapToLong((device) -> LongStream.range(0, 10).map((turn) -> pacing.start(device, turn)))
			.sorted()
			.toArray();
		assertThat(starts[0]).isZero();
		for (int i = 1; i < starts.length; i++) {
			assertThat(starts[i] - starts[i - 1]).isEqualTo(SECOND / 20);
		}
	}

	@Test
	void aFastFleetOfOneDeviceIsPaced() {
		assertThat(new Pacing(1, 1000).period()).isEqualTo(SECOND / 1000);
		assertThat(new Pacing(1, 1e12).period()).isPositive();
	}

	@Test
	void onlyWhatIsBeyondTheToleranceIsLate() {
		Pacing pacing = new Pacing(4, 4);
		long due = 3 * SECOND + SECOND / 4;
		assertThat(pacing.isLate(1, 3, due - 1)).isFalse();
		assertThat(pacing.isLate(1, 3, due + Pacing.TOLERANCE.toNanos())).isFalse();
		assertThat(pacing.isLate(1, 3, due + Pacing.TOLERANCE.toNanos() + 1)).isTrue();
	}

	@Test
	void theLastIntervalEndsWithTheLoad() {
		SoakSettings settings = settings(Duration.ofMinutes(20), Duration.ofMinutes(1));
		assertThat(settings.warmUp()).isEqualTo(Duration.ofMinutes(2));
		assertThat(settings.intervals()).isEqualTo(18);
	}

	@Test
	void theWarmUpTakesWhatIsNoWholeInterval() {
		SoakSettings settings = settings(Duration.ofSeconds(605), Duration.ofMinutes(1));
		assertThat(settings.warmUp()).isEqualTo(Duration.ofSeconds(65));
		assertThat(settings.intervals()).isEqualTo(9);
	}

	@Test
	void anIntervalMustFit() {
		assertThatIllegalArgumentException().isThrownBy(() -> settings(Duration.ofSeconds(10), Duration.ofSeconds(10)));
		assertThatIllegalArgumentException().isThrownBy(() -> settings(Duration.ofSeconds(10), Duration.ZERO));
	}

	@Test
	void aShortSoakIsReadAsOftenAsNeeded() {
		assertThat(SoakSettings.usualInterval(Duration.ofHours(1))).isEqualTo(Duration.ofMinutes(1));
		Duration duration = Duration.ofMinutes(2);
		assertThat(settings(duration, SoakSettings.usualInterval(duration)).intervals()).isGreaterThanOrEqualTo(9);
	}

	private static SoakSettings settings(Duration duration, Duration interval) {
		return new SoakSettings(
				new SyncTarget("http://localhost", (server, user, device) -> "token", new TableModels(List.of())), null,
				null, Path.of("."), "run", new FleetLoad(1, 1, 1, 1, 1), duration, interval);
	}

}
