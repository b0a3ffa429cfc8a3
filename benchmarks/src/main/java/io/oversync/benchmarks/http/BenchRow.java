/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A row of the benchmark's tables; its payload has about 200 bytes.
 */
record BenchRow(UUID id, String name, long amount, BigDecimal price, boolean active, String createdAt, String body) {

	private static final String BODY = "some words, as notes of people have them";

	/** Generates rows. */
	static List<BenchRow> random(int count, Supplier<UUID> keys) {
		return Stream.generate(keys)
			.limit(count)
			.map(BenchRow::random)
			.collect(Collectors.toCollection(ArrayList::new));
	}

	static BenchRow random(UUID key) {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		long amount = random.nextLong(1_000_000);
		return new BenchRow(key, "name of " + amount, amount, BigDecimal.valueOf(random.nextLong(1_000_000), 2),
				random.nextBoolean(), "2026-01-01T%02d:%02d:00Z".formatted(random.nextInt(24), random.nextInt(60)),
				BODY);
	}

	/** Generates a random key, faster than {@link UUID#randomUUID}. */
	static UUID key() {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		return new UUID(random.nextLong(), random.nextLong());
	}

	String payload() {
		return "{\"id\":\"" + this.id + "\",\"name\":\"" + this.name + "\",\"amount\":" + this.amount + ",\"price\":"
				+ this.price + ",\"active\":" + this.active + ",\"created_at\":\"" + this.createdAt + "\",\"body\":\""
				+ this.body + "\"}";
	}

}
