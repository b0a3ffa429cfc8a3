/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.oversync.benchmarks.report.Samples;
import io.oversync.client.SyncClient;

/**
 * The costs of the triggers to the application: 50,000 statements of one row each in one
 * transaction, and 2,000 transactions of one statement each; one statement for 50,000
 * rows; and an update of one column beside a BLOB of 10 MB; on a tracked table and on an
 * untracked one.
 */
final class CaptureBenchmark {

	private static final int ROWS = 50_000;

	private static final int TRANSACTIONS = 2000;

	private static final String UPDATE = "UPDATE task SET title = ?, rank = rank + 1 WHERE id = ?";

	private static final String DELETE = "DELETE FROM task WHERE id = ?";

	private final Map<String, List<Samples>> millis = new LinkedHashMap<>();

	void run() throws Exception {
		for (int round = 0; round <= ClientBenchmark.ROUNDS; round++) {
			if (round == 1) {
				this.millis.clear();
			}
			try (ClientFile plain = new ClientFile();
					ClientFile tracked = new ClientFile();
					SyncClient client = tracked.open((request) -> {
						throw new IllegalStateException("Nothing is sent");
					})) {
				ClientFile[] files = { plain, tracked };
				measure(files, round, ", one transaction", rows(ROWS), ROWS);
				measureStatements(files, round);
				measure(files, round, ", one each", rows(TRANSACTIONS), 1);
				if (client.status().pending() != TRANSACTIONS) {
					throw new IllegalStateException("Captured " + client.status().pending());
				}
			}
		}
		this.millis.forEach((name, both) -> ClientBenchmark.print(name, both.get(0), both.get(1)));
	}

	private void measure(ClientFile[] files, int round, String name, List<Object[]> rows, int transaction)
			throws SQLException {
		List<Object[]> updates = rows.stream().map((row) -> new Object[] { "changed", row[0] }).toList();
		List<Object[]> deletes = rows.stream().map((row) -> new Object[] { row[0] }).toList();
		measure(files, round, "insert" + name, ClientFile.INSERT, rows, transaction);
		measure(files, round, "update" + name, UPDATE, updates, transaction);
		measure(files, round, "update again" + name, UPDATE, updates, transaction);
		forget(files[1]);
		measure(files, round, "delete" + name, DELETE, deletes, transaction);
	}

	private void measureStatements(ClientFile[] files, int round) throws SQLException {
		for (ClientFile file : files) {
			file.write(ClientFile.INSERT, rows(ROWS), ROWS);
		}
		forget(files[1]);
		measure(files, round, "update, one statement", (file) -> file.execute("UPDATE task SET title = 'changed'"));
		forget(files[1]);
		// without a condition SQLite empties the untracked table without looking at its
		// rows
		measure(files, round, "delete, one statement", (file) -> file.execute("DELETE FROM task WHERE rank >= 0"));
		for (ClientFile file : files) {
			file.execute("INSERT INTO task (id, title, body, state) VALUES ('" + UUID.randomUUID()
					+ "', '', zeroblob(10000000), '')");
		}
		forget(files[1]);
		measure(files, round, "update beside a BLOB", (file) -> file.execute("UPDATE task SET title = 'changed'"));
		for (ClientFile file : files) {
			file.execute("DELETE FROM task");
		}
		forget(files[1]);
	}

	private void measure(ClientFile[] files, int round, String name, String sql, List<Object[]> rows, int transaction)
			throws SQLException {
		if (!name.startsWith("update again")) {
			forget(files[1]);
		}
		measure(files, round, name, (file) -> file.write(sql, rows, transaction));
	}

	private void measure(ClientFile[] files, int round, String name, Work work) throws SQLException {
		double[] took = new double[files.length];
		for (int turn = 0; turn < files.length; turn++) {
			// alternate the order
			int i = (turn + round) % files.length;
			files[i].execute("PRAGMA wal_checkpoint(TRUNCATE)");
			long start = System.nanoTime();
			work.on(files[i]);
			took[i] = (System.nanoTime() - start) / 1e6;
		}
		List<Samples> both = this.millis.computeIfAbsent(name, (key) -> List.of(new Samples(), new Samples()));
		for (int i = 0; i < files.length; i++) {
			both.get(i).add(took[i]);
		}
	}

	/** Clears the outbox as after an upload. */
	private static void forget(ClientFile file) throws SQLException {
		file.execute("DELETE FROM _sync_dirty");
	}

	private static List<Object[]> rows(int count) {
		List<Object[]> rows = new ArrayList<>(count);
		for (int i = 0; i < count; i++) {
			rows.add(ClientFile.row(i));
		}
		return rows;
	}

	/** The measured work. */
	private interface Work {

		void on(ClientFile file) throws SQLException;

	}

}
