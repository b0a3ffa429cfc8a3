/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.util.List;
import java.util.UUID;

/**
 * Values that are much larger than their text, or slow to read.
 */
final class ValueAttacks {

	/** As large as a {@code numeric} can be. */
	private static final String HUGE = "1e131071";

	/** One of each type. */
	private static final List<String> COLUMNS = List.of("count_value", "enabled_flag", "rating", "price", "data",
			"created_at", "day", "doc", "tags", "ref", "amount", "amounts", "place");

	private ValueAttacks() {
	}

	static List<Attack> all() {
		return List.of(
				new Attack("huge-numbers", "2,000 rows with the number 1e131071", 4,
						(attacker) -> rows(attacker, 2000, "amount", HUGE)),
				new Attack("huge-number-texts", "2,000 rows with the text of that number", 4,
						(attacker) -> rows(attacker, 2000, "price", '"' + HUGE + '"')),
				new Attack("huge-number-arrays", "arrays of 3,000 such numbers", 2,
						(attacker) -> rows(attacker, 5, "amounts", "[" + list(HUGE, 3000) + "]")),
				new Attack("huge-number-array-texts", "texts of arrays of 3,000 such numbers", 2,
						(attacker) -> rows(attacker, 5, "amounts", "\"{" + list(HUGE, 3000) + "}\"")),
				new Attack("small-numbers", "2,000 rows with the number 1e-16383", 4,
						(attacker) -> rows(attacker, 2000, "amount", "1e-16383")),
				new Attack("long-numbers", "numbers of ten million digits", 4,
						(attacker) -> rows(attacker, 1, "amount", "7".repeat(10_000_000))),
				new Attack("exponents-everywhere", "1e999999999 as an id, a version, a time, a whole number", 8,
						ValueAttacks::exponents),
				new Attack("long-values", "texts of 4 MB in columns of every type", 4, ValueAttacks::longValues));
	}

	private static Attack.Strike rows(Attacker attacker, int rows, String column, String value) {
		return (connection) -> {
			UploadBody batch = new UploadBody();
			for (int i = 0; i < rows; i++) {
				add(batch, column, value);
			}
			attacker.upload(attacker.token("device" + connection), batch.body());
		};
	}

	/** Adds a row that is new, so that its values are written. */
	private static void add(UploadBody batch, String column, String value) {
		UUID key = UUID.randomUUID();
		batch.insert(0, "typed_rows", key, SamplePayloads.typed(key, column, value));
	}

	private static String list(String value, int count) {
		return value + ("," + value).repeat(count - 1);
	}

	private static Attack.Strike exponents(Attacker attacker) {
		String huge = "1e999999999";
		UUID key = UUID.randomUUID();
		byte[] id = new UploadBody().raw("{\"source_change_id\":" + huge + "}").body();
		byte[] version = new UploadBody().raw("{\"server_version\":" + huge + "}").body();
		byte[] reference = new UploadBody()
			.insert(0, "posts", key, "{\"title\":\"-\",\"content\":\"-\",\"author_id\":" + huge + "}")
			.body();
		return (connection) -> {
			UploadBody values = new UploadBody();
			for (String column : COLUMNS) {
				add(values, column, huge);
				add(values, column, "\"-1e-999999999\"");
			}
			for (byte[] body : List.of(id, version, values.body(), reference)) {
				attacker.upload(attacker.token("phone"), body);
			}
		};
	}

	private static Attack.Strike longValues(Attacker attacker) {
		String value = '"' + "1".repeat(4 * SamplePayloads.MEGABYTE) + '"';
		return (connection) -> {
			UploadBody batch = new UploadBody();
			COLUMNS.forEach((column) -> add(batch, column, value));
			attacker.upload(attacker.token("phone"), batch.body());
		};
	}

}
