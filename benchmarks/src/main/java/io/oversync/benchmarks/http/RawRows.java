/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Rows as arrays of their columns.
 */
record RawRows(Long[] changeIds, UUID[] keys, String[] payloads, String[] names, Long[] amounts, BigDecimal[] prices,
		Boolean[] actives, String[] createdAts, String[] bodies) {

	/** Makes some up, with new keys. */
	static RawRows random(long firstChangeId, int count) {
		List<Row> rows = Stream.generate(Row::random).limit(count).toList();
		return new RawRows(LongStream.range(firstChangeId, firstChangeId + count).boxed().toArray(Long[]::new),
				rows.stream().map(Row::id).toArray(UUID[]::new), rows.stream().map(Row::payload).toArray(String[]::new),
				rows.stream().map(Row::name).toArray(String[]::new),
				rows.stream().map(Row::amount).toArray(Long[]::new),
				rows.stream().map(Row::price).toArray(BigDecimal[]::new),
				rows.stream().map(Row::active).toArray(Boolean[]::new),
				rows.stream().map(Row::createdAt).toArray(String[]::new),
				rows.stream().map(Row::body).toArray(String[]::new));
	}

}
