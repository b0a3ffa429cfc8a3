/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.soak;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the actions of the devices. Thread-safe.
 */
final class Tally implements GaugeSource {

	private final Map<Gauge, LongAdder> counts = new EnumMap<>(Gauge.class);

	Tally(Gauge... gauges) {
		for (Gauge gauge : gauges) {
			this.counts.put(gauge, new LongAdder());
		}
	}

	/** Counts one action of a gauge. */
	void add(Gauge gauge, long count) {
		LongAdder adder = this.counts.get(gauge);
		if (adder == null) {
			throw new IllegalArgumentException(gauge + " is not counted");
		}
		adder.add(count);
	}

	@Override
	public Map<Gauge, Double> read() {
		Map<Gauge, Double> values = new EnumMap<>(Gauge.class);
		this.counts.forEach((gauge, count) -> values.put(gauge, (double) count.sumThenReset()));
		return values;
	}

}
