/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Rows of megabytes, and requests that make a server read many of them at once.
 */
final class LargeRowAttacks {

	private static final String LARGE = SamplePayloads.filler(12 * SamplePayloads.MEGABYTE);

	private LargeRowAttacks() {
	}

	static List<Attack> all() {
		return List.of(
				new Attack("stale-changes-of-a-large-row", "60 conflicts, each about a row of 15 MB", 2,
						LargeRowAttacks::staleChanges),
				new Attack("large-rows", "pages of 32 rows of 12 MB", 8, LargeRowAttacks::largeRows),
				new Attack("large-failures", "lists of 60 failures of 12 MB", 8, LargeRowAttacks::largeFailures),
				new Attack("many-failures", "lists of 1,000 of 20,000 failures", 16, LargeRowAttacks::manyFailures),
				new Attack("large-failed-children", "deletes of parents with 20 failed children of 12 MB", 3,
						LargeRowAttacks::failedChildren),
				new Attack("one-id-many-applications", "a change under an id with 60 applications of 12 MB", 4,
						LargeRowAttacks::applications),
				new Attack("many-restores", "pages that begin with 1,000 restored rows of 100 KB", 8,
						LargeRowAttacks::restores));
	}

	private static Attack.Strike staleChanges(Attacker attacker) throws IOException, InterruptedException {
		String token = attacker.token("phone");
		UUID key = UUID.randomUUID();
		attacker.store(token, new UploadBody().insert(1, "users", key,
				SamplePayloads.user(key, SamplePayloads.filler(15 * SamplePayloads.MEGABYTE))));
		UploadBody stale = new UploadBody();
		for (int i = 0; i < 60; i++) {
			stale.update(0, "users", key, 7, SamplePayloads.user(key, "stale"));
		}
		byte[] body = stale.body();
		return (connection) -> attacker.upload(token, body);
	}

	private static Attack.Strike largeRows(Attacker attacker) throws IOException, InterruptedException {
		String token = attacker.token("phone");
		for (int i = 1; i <= 32; i++) {
			UUID key = UUID.randomUUID();
			attacker.store(token, new UploadBody().insert(i, "users", key, SamplePayloads.user(key, LARGE)));
		}
		return (connection) -> attacker.get(token, "/sync/download?include_self=true&limit=1000");
	}

	private static Attack.Strike largeFailures(Attacker attacker) throws IOException, InterruptedException {
		String token = attacker.token("phone");
		for (int i = 1; i <= 60; i++) {
			UUID key = UUID.randomUUID();
			attacker.store(token,
					new UploadBody().insert(i, "typed_rows", key, SamplePayloads.refusedTyped(key, LARGE)));
		}
		return (connection) -> attacker.get(token, "/admin/materialize-failures?limit=1000");
	}

	private static Attack.Strike manyFailures(Attacker attacker) throws IOException, InterruptedException {
		String token = attacker.token("phone");
		long id = 0;
		for (int i = 0; i < 20; i++) {
			UploadBody batch = new UploadBody();
			for (int row = 0; row < 1000; row++) {
				UUID key = UUID.randomUUID();
				batch.insert(++id, "typed_rows", key, SamplePayloads.refusedTyped(key, "-"));
			}
			attacker.store(token, batch);
		}
		return (connection) -> attacker.get(token, "/admin/materialize-failures?limit=1000");
	}

	private static Attack.Strike failedChildren(Attacker attacker) throws IOException, InterruptedException {
		String token = attacker.token("phone");
		Queue<UUID> parents = new ConcurrentLinkedQueue<>();
		long id = 0;
		for (int i = 0; i < 3; i++) {
			UUID parent = UUID.randomUUID();
			parents.add(parent);
			attacker.store(token, new UploadBody().insert(++id, "person", parent, SamplePayloads.person(parent)));
			for (int child = 0; child < 20; child++) {
				UUID key = UUID.randomUUID();
				attacker.store(token, new UploadBody().insert(++id, "person_address", key,
						SamplePayloads.refusedAddress(key, parent, LARGE)));
			}
		}
		return (connection) -> {
			UUID parent = parents.poll();
			if (parent == null) {
				attacker.pause(Duration.ofMinutes(1));
			}
			else {
				attacker.upload(attacker.token("device" + connection),
						new UploadBody().delete(0, "person", parent, 1).body());
			}
		};
	}

	private static Attack.Strike applications(Attacker attacker) throws IOException, InterruptedException {
		String token = attacker.token("phone");
		for (int i = 0; i < 60; i++) {
			UUID key = UUID.randomUUID();
			attacker.store(token, new UploadBody().insert(1, "users", key, SamplePayloads.user(key, LARGE)));
		}
		UUID key = UUID.randomUUID();
		byte[] body = new UploadBody().insert(1, "users", key, SamplePayloads.user(key, "-")).body();
		return (connection) -> attacker.upload(token, body);
	}

	private static Attack.Strike restores(Attacker attacker) throws IOException, InterruptedException {
		String token = attacker.token("phone");
		long id = 0;
		List<UUID> authors = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			UploadBody batch = new UploadBody();
			for (int row = 0; row < 200; row++) {
				UUID author = UUID.randomUUID();
				authors.add(author);
				batch.insert(++id, "users", author,
						SamplePayloads.user(author, SamplePayloads.filler(100 * SamplePayloads.KILOBYTE)));
				UUID post = UUID.randomUUID();
				batch.insert(++id, "posts", post, SamplePayloads.post(post, author));
			}
			attacker.store(token, batch);
		}
		UploadBody deletes = new UploadBody();
		for (UUID author : authors) {
			deletes.delete(++id, "users", author, 1);
		}
		attacker.store(token, deletes);
		return (connection) -> attacker.get(token, "/sync/download?include_self=true&limit=1");
	}

}
