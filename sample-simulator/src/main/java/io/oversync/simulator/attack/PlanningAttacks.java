/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.io.IOException;
import java.util.List;
import java.util.UUID;

/**
 * Uploads whose changes depend on each other in ways that no real device produces.
 */
final class PlanningAttacks {

	private static final int MANY = 6000;

	private static final int CHILDREN = 32_000;

	private static final int REFUSED = 25_000;

	private static final int SHIFTED = 8000;

	private PlanningAttacks() {
	}

	static List<Attack> all() {
		return List.of(
				new Attack("one-id-one-row", "6,000 changes of one row under one id", 2, (attacker) -> oneRow(attacker,
						(batch, key, i) -> batch.update(1, "users", key, 0, SamplePayloads.user(key, "v" + i)))),
				new Attack("one-id-one-content", "6,000 changes of one row under one id, equal but for their spaces", 2,
						(attacker) -> oneRow(attacker,
								(batch, key, i) -> batch.update(1, "users", key, i,
										SamplePayloads.user(key, "-").replace(",", " ".repeat(i % 80) + ",")))),
				new Attack("one-row", "6,000 changes of one row, each made on the one before", 2,
						(attacker) -> oneRow(attacker,
								(batch, key, i) -> batch.update(i + 1, "users", key, i,
										SamplePayloads.user(key, "v" + i)))),
				new Attack("one-row-deleted", "6,000 deletes of one row", 2,
						(attacker) -> oneRow(attacker, (batch, key, i) -> {
							if (i == 0) {
								batch.insert(1, "users", key, SamplePayloads.user(key, "-"));
							}
							batch.delete(i + 2, "users", key, 1);
						})),
				new Attack("one-row-in-turn", "6,000 changes that insert and delete a row in turn", 2,
						(attacker) -> oneRow(attacker, (batch, key, i) -> {
							if (i % 2 == 0) {
								batch.update(i + 1, "users", key, i, SamplePayloads.user(key, "v" + i));
							}
							else {
								batch.delete(i + 1, "users", key, i);
							}
						})),
				new Attack("refused-deletes", "3,000 deletes of a row that 3,000 others refer to", 2,
						PlanningAttacks::refusedDeletes),
				new Attack("many-children",
						"a parent with 32,000 children, deleted at once and in an upload of its own", 2,
						PlanningAttacks::manyChildren),
				new Attack("chain-of-parents", "a tree of 6,000 levels, from the leaf up", 2, PlanningAttacks::chain),
				new Attack("refused-rows", "25,000 rows that their table refuses", 2, PlanningAttacks::refusedRows),
				new Attack("shift-with-a-refused-row", "8,000 values move up by one, and one does not fit", 2,
						PlanningAttacks::shift));
	}

	private static Attack.Strike oneRow(Attacker attacker, RowEdit change) {
		return (connection) -> {
			UUID key = UUID.randomUUID();
			UploadBody batch = new UploadBody();
			for (int i = 0; i < MANY; i++) {
				change.add(batch, key, i);
			}
			// no other upload has used its ids
			attacker.upload(attacker.freshToken(key.toString()), batch.body());
		};
	}

	/**
	 * One of many changes of a row.
	 */
	private interface RowEdit {

		void add(UploadBody batch, UUID key, int number);

	}

	private static Attack.Strike manyChildren(Attacker attacker) {
		return (connection) -> {
			UUID parent = UUID.randomUUID();
			UploadBody batch = new UploadBody().insert(0, "person", parent, SamplePayloads.person(parent));
			for (int i = 0; i < CHILDREN; i++) {
				UUID key = UUID.randomUUID();
				batch.insert(0, "person_address", key, SamplePayloads.address(key, parent));
			}
			if (connection == 0) {
				batch.delete(0, "person", parent, 1);
			}
			String token = attacker.token("device" + connection);
			if (attacker.upload(token, batch.body()) == 200) {
				attacker.upload(token, new UploadBody().delete(0, "person", parent, 1).body());
			}
		};
	}

	private static Attack.Strike refusedDeletes(Attacker attacker) throws IOException, InterruptedException {
		UUID author = UUID.randomUUID();
		UploadBody rows = new UploadBody().insert(0, "users", author, SamplePayloads.user(author, "-"));
		UploadBody deletes = new UploadBody();
		for (int i = 0; i < MANY / 2; i++) {
			UUID post = UUID.randomUUID();
			rows.insert(0, "posts", post, SamplePayloads.post(post, author));
			deletes.delete(0, "users", author, 1);
		}
		attacker.store(attacker.token("device0"), rows);
		byte[] body = deletes.body();
		return (connection) -> attacker.upload(attacker.token("device" + connection), body);
	}

	private static Attack.Strike chain(Attacker attacker) {
		return (connection) -> {
			UploadBody batch = new UploadBody();
			UUID child = UUID.randomUUID();
			for (int i = 0; i < MANY; i++) {
				UUID parent = UUID.randomUUID();
				batch.insert(0, "categories", child,
						"{\"id\":\"" + child + "\",\"name\":\"-\",\"parent_id\":\"" + parent + "\"}");
				child = parent;
			}
			batch.insert(0, "categories", child, "{\"id\":\"" + child + "\",\"name\":\"-\"}");
			attacker.upload(attacker.token("device" + connection), batch.body());
		};
	}

	private static Attack.Strike refusedRows(Attacker attacker) {
		return (connection) -> {
			UploadBody batch = new UploadBody();
			for (int i = 0; i < REFUSED; i++) {
				UUID key = UUID.randomUUID();
				batch.insert(0, "typed_rows", key, SamplePayloads.refusedTyped(key, "-"));
			}
			attacker.upload(attacker.token("device" + connection), batch.body());
		};
	}

	private static Attack.Strike shift(Attacker attacker) throws IOException, InterruptedException {
		UUID[] keys = new UUID[SHIFTED];
		UploadBody rows = new UploadBody();
		for (int i = 0; i < SHIFTED; i++) {
			keys[i] = UUID.randomUUID();
			rows.insert(i + 1, "typed_rows", keys[i], place(keys[i], i));
		}
		attacker.store(attacker.token("device0"), rows);
		return (connection) -> {
			UploadBody batch = new UploadBody();
			for (int i = 0; i < SHIFTED; i++) {
				batch.update(0, "typed_rows", keys[i], 1, place(keys[i], i + 1));
			}
			UUID misfit = UUID.randomUUID();
			batch.insert(0, "typed_rows", misfit, SamplePayloads.refusedTyped(misfit, "-"));
			attacker.upload(attacker.token("device" + connection), batch.body());
		};
	}

	private static String place(UUID key, int place) {
		return SamplePayloads.typed(key, "place", Integer.toString(place));
	}

}
