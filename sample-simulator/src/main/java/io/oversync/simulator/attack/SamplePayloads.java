/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.util.UUID;

/**
 * Payloads of the sample's tables.
 */
final class SamplePayloads {

	static final int KILOBYTE = 1 << 10;

	static final int MEGABYTE = 1 << 20;

	private SamplePayloads() {
	}

	/** A row of {@code users}. */
	static String user(UUID key, String name) {
		return "{\"id\":\"" + key + "\",\"name\":\"" + name + "\",\"email\":\"-\"}";
	}

	/** A row of {@code posts}. */
	static String post(UUID key, UUID author) {
		return "{\"id\":\"" + key + "\",\"title\":\"-\",\"content\":\"-\",\"author_id\":\"" + author + "\"}";
	}

	/** A row of {@code person}. */
	static String person(UUID key) {
		return "{\"id\":\"" + key + "\",\"first_name\":\"-\",\"last_name\":\"-\",\"email\":\"-\"}";
	}

	/** A row of {@code person_address}. */
	static String address(UUID key, UUID person) {
		return "{\"id\":\"" + key + "\",\"person_id\":\"" + person + "\",\"city\":\"-\",\"country\":\"-\"}";
	}

	/** A row of {@code person_address} that its table refuses. */
	static String refusedAddress(UUID key, UUID person, String street) {
		return "{\"id\":\"" + key + "\",\"person_id\":\"" + person + "\",\"street\":\"" + street + "\"}";
	}

	/** A row of {@code typed_rows} with a further member. */
	static String typed(UUID key, String member, String value) {
		return "{\"id\":\"" + key + "\",\"name\":\"-\",\"" + member + "\":" + value + "}";
	}

	/** A row of {@code typed_rows} that its table refuses. */
	static String refusedTyped(UUID key, String note) {
		return "{\"id\":\"" + key + "\",\"note\":\"" + note + "\"}";
	}

	static String filler(int bytes) {
		return "x".repeat(bytes);
	}

}
