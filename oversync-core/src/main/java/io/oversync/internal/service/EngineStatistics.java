/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.oversync.protocol.TableName;

/**
 * Numbers about all users, as of their last reading.
 *
 * @param streams the number of streams; a large one is an estimate
 * @param failures the number of open failures by table, without tables that have none
 * @param waitingRows the number of rows that the application wrote and that are not
 * absorbed yet
 * @param waitingFor how long some of them have waited at least
 * @param lags how many entries devices of the last day are behind their heads; a sample
 */
public record EngineStatistics(long streams, Map<TableName, Long> failures, long waitingRows, Duration waitingFor,
		List<Long> lags) {

	public EngineStatistics {
		failures = Map.copyOf(failures);
		lags = List.copyOf(lags);
	}

	/**
	 * Returns the number of open failures.
	 * @return of all tables
	 */
	public long openFailures() {
		return this.failures.values().stream().mapToLong(Long::longValue).sum();
	}

}
