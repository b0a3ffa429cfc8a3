/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three devices edit the same few rows while the server is put back to earlier states and
 * columns come and go on devices: in the end all have the rows of the stream.
 */
@Tag("prove")
class RandomFleetPropertyTests {

	private static final String DDL = """
			CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT, rank INTEGER DEFAULT 7, body TEXT)""";

	private static final String SEED = "4242424242";

	private static final int DEVICES = 3;

	private static final int KEYS = 2;

	private Path folder;

	private ModelServer server;

	private List<TestDevice> devices;

	private List<Runnable> backups;

	@BeforeTry
	void open() throws IOException {
		this.folder = Files.createTempDirectory("fleet");
		this.server = new ModelServer();
		this.devices = new ArrayList<>();
		this.backups = new ArrayList<>(List.of(this.server.account("ann").copy()));
		for (int i = 0; i < DEVICES; i++) {
			this.devices.add(new TestDevice(this.folder, this.server, "ann/device" + i, DDL, "note").open());
		}
	}

	@AfterTry
	void close() throws IOException {
		this.devices.forEach(TestDevice::close);
		try (var files = Files.list(this.folder)) {
			files.forEach(RandomFleetPropertyTests::delete);
		}
		Files.delete(this.folder);
	}

	private static void delete(Path file) {
		try {
			Files.delete(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Property(seed = SEED, tries = 1000, shrinking = ShrinkingMode.BOUNDED)
	void allDevicesHaveTheRowsOfTheStream(@ForAll("programs") List<Step> program) {
		program.forEach(this::run);
		this.server.endFaults();
		this.devices.forEach((device) -> addColumn(device, "body"));
		this.devices.forEach((device) -> addColumn(device, "rank"));
		for (int round = 0; round < 4; round++) {
			this.devices.forEach((device) -> device.client().sync());
		}
		List<String> rows = stream();
		for (TestDevice device : this.devices) {
			SyncStatus status = device.client().status();
			assertThat(status.pending() + status.held() + status.quarantined()).as("%s", status).isZero();
			assertThat(device.query("SELECT id, title, rank, body FROM note ORDER BY id"))
				.as("%s", device.file().getFileName())
				.isEqualTo(rows);
		}
	}

	private void run(Step step) {
		TestDevice device = this.devices.get(step.device);
		switch (step.kind) {
			case SQL -> execute(device, step.sql);
			case SYNC -> sync(() -> device.client().sync());
			case UPLOAD -> sync(() -> device.client().uploadOnce());
			case DOWNLOAD -> sync(() -> device.client().downloadOnce(2));
			case HYDRATE -> sync(() -> device.client().hydrate());
			case REOPEN -> device.reopen();
			case LOSE_RESPONSE -> this.server.loseResponse();
			case DROP -> dropColumn(device, (step.number % 2 == 0) ? "body" : "rank");
			case ADD -> addColumn(device, (step.number % 2 == 0) ? "body" : "rank");
			case BACKUP -> this.backups.add(this.server.account("ann").copy());
			case PUT_BACK -> this.backups.get(step.number % this.backups.size()).run();
			case PUT_BACK_IN_FLIGHT -> {
				Runnable backup = this.backups.get(step.number % this.backups.size());
				this.server.whileInFlight(backup);
			}
		}
	}

	private static void execute(TestDevice device, String sql) {
		try {
			device.execute(sql);
		}
		catch (IllegalStateException ex) {
			// a key that exists, a column that does not
		}
	}

	private static void sync(Runnable sync) {
		try {
			sync.run();
		}
		catch (SyncException ex) {
			// the response was lost, or the server was put back
		}
	}

	private static boolean hasColumn(TestDevice device, String column) {
		return !device.query("SELECT 1 FROM pragma_table_info('note') WHERE name = '" + column + "'").isEmpty();
	}

	private static void addColumn(TestDevice device, String column) {
		if (!hasColumn(device, column)) {
			device.client().close();
			device.execute(
					"ALTER TABLE note ADD COLUMN " + (column.equals("rank") ? "rank INTEGER DEFAULT 7" : "body TEXT"));
			device.open();
		}
	}

	private static void dropColumn(TestDevice device, String column) {
		if (hasColumn(device, column)) {
			device.client().close();
			device.query("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'note'")
				.forEach((trigger) -> device.execute("DROP TRIGGER " + trigger));
			device.execute("ALTER TABLE note DROP COLUMN " + column);
			device.open();
		}
	}

	/** Returns the rows that a device has which reads the stream from its beginning. */
	private List<String> stream() {
		Map<String, Map<String, String>> rows = new TreeMap<>();
		for (ObjectNode entry : this.server.account("ann").stream()) {
			String key = entry.get("pk").asString();
			if (entry.get("deleted").asBoolean()) {
				rows.remove(key);
				continue;
			}
			Map<String, String> row = rows.computeIfAbsent(key,
					(name) -> new LinkedHashMap<>(Map.of("title", "null", "rank", "7", "body", "null")));
			JsonNode payload = entry.get("payload");
			row.keySet().forEach((column) -> {
				if (payload.has(column)) {
					row.put(column, payload.get(column).isNull() ? "null" : payload.get(column).asString());
				}
			});
		}
		return rows.entrySet()
			.stream()
			.map((row) -> String.join("|", row.getKey(), row.getValue().get("title"), row.getValue().get("rank"),
					row.getValue().get("body")))
			.toList();
	}

	@Provide
	Arbitrary<List<Step>> programs() {
		Arbitrary<Integer> device = Arbitraries.integers().between(0, DEVICES - 1);
		Arbitrary<Integer> number = Arbitraries.integers().between(0, 9);
		Arbitrary<Step> sql = Combinators
			.combine(device, Arbitraries.integers().between(0, 4), Arbitraries.integers().between(0, KEYS - 1), number)
			.as((on, kind, key, value) -> new Step(Kind.SQL, on, 0, statement(kind, key, value)));
		Arbitrary<Step> syncs = Combinators
			.combine(Arbitraries.of(Kind.SYNC, Kind.SYNC, Kind.SYNC, Kind.UPLOAD, Kind.DOWNLOAD, Kind.HYDRATE,
					Kind.REOPEN, Kind.LOSE_RESPONSE), device)
			.as((kind, on) -> new Step(kind, on, 0, ""));
		Arbitrary<Step> columns = Combinators.combine(Arbitraries.of(Kind.DROP, Kind.ADD), device, number)
			.as((kind, on, which) -> new Step(kind, on, which, ""));
		Arbitrary<Step> states = Combinators
			.combine(Arbitraries.of(Kind.BACKUP, Kind.PUT_BACK, Kind.PUT_BACK_IN_FLIGHT), number)
			.as((kind, which) -> new Step(kind, 0, which, ""));
		return Arbitraries.frequencyOf(Tuple.of(8, sql), Tuple.of(8, syncs), Tuple.of(2, columns), Tuple.of(2, states))
			.list()
			.ofMinSize(1)
			.ofMaxSize(40);
	}

	private static String statement(int kind, int key, int value) {
		String id = "'00000000-0000-0000-0000-%012d'".formatted(key + 1);
		return switch (kind) {
			case 0 -> "INSERT INTO note (id, title) VALUES (" + id + ", 't" + value + "')";
			case 1 -> "INSERT INTO note (id, title, rank, body) VALUES (" + id + ", 't" + value + "', " + value + ", 'b"
					+ value + "')";
			case 2 -> "UPDATE note SET title = 't" + value + "' WHERE id = " + id;
			case 3 -> "UPDATE note SET body = " + ((value < 3) ? "NULL" : "'b" + value + "'") + ", rank = "
					+ ((value < 5) ? "NULL" : value) + " WHERE id = " + id;
			default -> "DELETE FROM note WHERE id = " + id;
		};
	}

	enum Kind {

		SQL, SYNC, UPLOAD, DOWNLOAD, HYDRATE, REOPEN, LOSE_RESPONSE, DROP, ADD, BACKUP, PUT_BACK, PUT_BACK_IN_FLIGHT

	}

	record Step(Kind kind, int device, int number, String sql) {

		@Override
		public String toString() {
			return this.kind + " " + this.device + ((this.number > 0) ? " " + this.number : "")
					+ (this.sql.isEmpty() ? "" : " " + this.sql);
		}

	}

}
