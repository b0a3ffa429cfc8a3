/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * More requests than one user needs.
 */
final class CrowdAttacks {

	private static final int SLOW_CHANGES = 20_000;

	private CrowdAttacks() {
	}

	static List<Attack> all() {
		return List.of(
				new Attack("crowd-behind-slow-upload", "160 small uploads wait for an upload of 20,000 rows", 161,
						CrowdAttacks::crowd),
				new Attack("locked-row", "uploads of one user want a row that the application has locked", 100,
						CrowdAttacks::lockedRow),
				new Attack("locked-rows-of-many-users", "30 users want rows that the application has locked", 60,
						CrowdAttacks::lockedRows),
				new Attack("many-devices", "each request comes from a device that is new", 30,
						CrowdAttacks::manyDevices),
				new Attack("first-uploads", "8 uploads at once of each user that is new", 32,
						CrowdAttacks::firstUploads),
				new Attack("many-users", "40 users upload 100 rows at a time, and read them", 40,
						CrowdAttacks::manyUsers),
				new Attack("refused-requests", "requests that are wrong in many ways", 32,
						CrowdAttacks::refusedRequests),
				new Attack("polls", "a device asks for what is new without a break", 160, CrowdAttacks::polls),
				new Attack("large-pages", "pages of 12 MB, as fast as they come", 32, CrowdAttacks::pages),
				new Attack("compressed-pages", "pages of 12 MB that the server compresses", 16,
						(attacker) -> pages(attacker, "Accept-Encoding", "gzip")));
	}

	private static Attack.Strike crowd(Attacker attacker) {
		byte[] slow = users(SLOW_CHANGES);
		return (connection) -> attacker.upload(attacker.token("device" + connection % 20),
				(connection == 0) ? slow : users(1));
	}

	/**
	 * Returns an upload of new rows without ids of their own, which no device repeats.
	 */
	private static byte[] users(int rows) {
		UploadBody batch = new UploadBody();
		for (int i = 0; i < rows; i++) {
			UUID key = UUID.randomUUID();
			batch.insert(0, "users", key, SamplePayloads.user(key, "-"));
		}
		return batch.body();
	}

	private static Attack.Strike lockedRow(Attacker attacker) throws IOException, InterruptedException {
		Target row = new Target(attacker.user());
		row.store(attacker);
		lock(attacker, attacker.user());
		return (connection) -> attacker.upload(attacker.token("device" + connection % 20), row.update());
	}

	private static Attack.Strike lockedRows(Attacker attacker) throws IOException, InterruptedException {
		int accounts = 30;
		List<Target> rows = IntStream.range(0, accounts)
			.mapToObj((i) -> new Target(attacker.user() + "-" + i))
			.toList();
		for (Target row : rows) {
			row.store(attacker);
		}
		lock(attacker, attacker.user() + "-%");
		return (connection) -> {
			Target row = rows.get(connection % accounts);
			attacker.upload(attacker.token(row.account(), "phone"), row.update());
		};
	}

	/** Locks business rows as a long transaction of the application does. */
	private static void lock(Attacker attacker, String owners) throws IOException {
		try {
			Connection connection = DriverManager.getConnection(attacker.jdbcUrl());
			attacker.closeAtTheEnd(() -> close(connection));
			connection.setAutoCommit(false);
			try (PreparedStatement statement = connection
				.prepareStatement("select id from business.users where owner_id like ? for update")) {
				statement.setString(1, owners);
				statement.executeQuery();
			}
		}
		catch (SQLException ex) {
			throw new IOException("the rows cannot be locked", ex);
		}
	}

	private static void close(Connection connection) throws IOException {
		try {
			connection.close();
		}
		catch (SQLException ex) {
			throw new IOException(ex);
		}
	}

	/**
	 * A row that is updated again and again, whether or not that succeeds.
	 */
	private static final class Target {

		private final UUID key = UUID.randomUUID();

		private final AtomicLong changes = new AtomicLong(1);

		private final String account;

		Target(String account) {
			this.account = account;
		}

		String account() {
			return this.account;
		}

		void store(Attacker attacker) throws IOException, InterruptedException {
			attacker.store(attacker.token(this.account, "phone"),
					new UploadBody().insert(1, "users", this.key, SamplePayloads.user(this.key, "-")));
		}

		byte[] update() {
			return new UploadBody()
				.update(this.changes.incrementAndGet(), "users", this.key, 1, SamplePayloads.user(this.key, "changed"))
				.body();
		}

	}

	private static Attack.Strike manyDevices(Attacker attacker) {
		return (connection) -> attacker.upload(attacker.freshToken(UUID.randomUUID().toString()), users(1));
	}

	private static Attack.Strike firstUploads(Attacker attacker) {
		List<String> tokens = IntStream.range(0, 300)
			.mapToObj((i) -> attacker.token(attacker.user() + "-" + i, "phone"))
			.toList();
		AtomicInteger uploads = new AtomicInteger();
		return (connection) -> attacker.upload(tokens.get(uploads.getAndIncrement() / 8 % tokens.size()), users(1));
	}

	private static Attack.Strike manyUsers(Attacker attacker) {
		return (connection) -> {
			String token = attacker.token(attacker.user() + "-" + connection, "phone");
			attacker.upload(token, users(100));
			attacker.get(token, "/sync/download?include_self=true&limit=1000");
		};
	}

	private static Attack.Strike polls(Attacker attacker) {
		String token = attacker.token("phone");
		return (connection) -> attacker.get(token, "/sync/download?after=0");
	}

	private static Attack.Strike pages(Attacker attacker, String... headers) throws IOException, InterruptedException {
		String token = ConnectionAttacks.largePage(attacker);
		return (connection) -> attacker.get(token, "/sync/download?include_self=true&limit=1000", headers);
	}

	private static Attack.Strike refusedRequests(Attacker attacker) {
		String token = attacker.token("phone");
		String stranger = token.substring(0, token.length() - 4) + "AAAA";
		UUID key = UUID.randomUUID();
		byte[] elsewhere = new UploadBody().insert(1, "elsewhere", key, SamplePayloads.user(key, "-")).body();
		byte[] orphan = new UploadBody().insert(2, "posts", key, SamplePayloads.post(key, UUID.randomUUID())).body();
		byte[] refused = new UploadBody().insert(0, "typed_rows", key, SamplePayloads.refusedTyped(key, "-")).body();
		return (connection) -> {
			attacker.upload(stranger, users(1));
			attacker.upload("x".repeat(4000), users(1));
			attacker.upload(token, "{\"changes\":[{".getBytes(StandardCharsets.US_ASCII));
			attacker.upload(token, "{\"changes\":[7]}".getBytes(StandardCharsets.US_ASCII));
			attacker.upload(token, BodyPublishers.noBody());
			attacker.upload(token, elsewhere);
			attacker.upload(token, orphan);
			attacker.upload(token, refused);
			attacker.get(token, "/sync/download?after=-1");
			attacker.get(token, "/sync/download?limit=nothing");
			attacker.get(token, "/sync/upload");
			attacker.get(token, "/sync/elsewhere");
			attacker.get(token, "/sync/%00");
			attacker.post(token, "/sync/download", "{}");
			attacker.post(token, "/admin/materialize-failures/retry?id=1", "");
			attacker.post(token, "/admin/materialize-failures/retry", "{\"id\":\"x\"}");
			attacker.post(token, "/dummy-signin", "[");
		};
	}

}
