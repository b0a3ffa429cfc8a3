/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.soak;

import java.nio.file.Path;
import java.time.Duration;

import io.oversync.verification.device.SyncTarget;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a soak.
 *
 * @param target the server
 * @param serverPid the process of the server, if it runs on this machine and is
 * accessible, or null
 * @param databaseUrl the server's database, with user and password in the URL, or null
 * @param folder the folder of the devices' files while the soak lasts
 * @param run makes the names of its users and the keys of their rows different from those
 * of all other runs
 * @param load the load
 * @param duration how long the load lasts
 * @param interval how often the gauges are read
 */
public record SoakSettings(SyncTarget target, @Nullable Long serverPid, @Nullable String databaseUrl, Path folder,
		String run, FleetLoad load, Duration duration, Duration interval) {

	private static final Duration LONGEST_INTERVAL = Duration.ofMinutes(1);

	/** At least a tenth of the time, including the part that is no whole interval. */
	private static final int WARM_UP_PARTS = 10;

	/**
	 * Checks the times.
	 */
	public SoakSettings {
		if (interval.isNegative() || interval.isZero()) {
			throw new IllegalArgumentException("The interval must be positive, not " + interval);
		}
		if (intervals(duration, interval) == 0) {
			throw new IllegalArgumentException(
					"After the warm-up, " + duration + " have no time left for an interval of " + interval);
		}
	}

	/**
	 * Returns the interval between readings of the gauges.
	 * @param duration the duration of the soak
	 * @return a minute, or less if it is short
	 */
	public static Duration usualInterval(Duration duration) {
		Duration share = duration.dividedBy(12);
		return (share.compareTo(LONGEST_INTERVAL) < 0) ? share : LONGEST_INTERVAL;
	}

	/** Returns the number of intervals after the warm-up. */
	int intervals() {
		return intervals(this.duration, this.interval);
	}

	private static int intervals(Duration duration, Duration interval) {
		Duration measured = duration.minus(duration.dividedBy(WARM_UP_PARTS));
		return Math.toIntExact(measured.dividedBy(interval));
	}

	/** Returns the duration of the load before the measurement. */
	Duration warmUp() {
		return this.duration.minus(this.interval.multipliedBy(intervals()));
	}

}
