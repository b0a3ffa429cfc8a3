/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.soak;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * The gauges at a moment.
 *
 * @param at since the load began
 * @param values those that could be read; counts and times are of the interval that ends
 * here, and left out of the reading at the end of the warm-up
 */
record Reading(Duration at, Map<Gauge, Double> values) {

	/** Returns the values of a gauge in the readings that have it. */
	static DoubleStream valuesOf(Gauge gauge, List<Reading> readings) {
		return readings.stream()
			.filter((reading) -> reading.values().containsKey(gauge))
			.mapToDouble((reading) -> reading.values().getOrDefault(gauge, Double.NaN));
	}

}
