/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.soak;

import java.util.Map;

/**
 * Reads some gauges.
 */
interface GaugeSource extends AutoCloseable {

	/**
	 * Reads the gauges.
	 * @return the available values; counts are since the last reading
	 */
	Map<Gauge, Double> read();

	@Override
	default void close() {
	}

}
