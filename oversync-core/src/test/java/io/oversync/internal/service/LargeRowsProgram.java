/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.oversync.internal.service.TestEngine.Device;
import io.oversync.internal.upload.UploadSettings;
import io.oversync.materialize.MaterializationHandler;
import io.oversync.materialize.MaterializedRow;
import io.oversync.protocol.Payload;
import io.oversync.protocol.ResponseWriter;
import io.oversync.protocol.TableName;
import io.oversync.protocol.UploadChange;
import io.oversync.protocol.UploadRequest;
import io.oversync.protocol.UploadResponse;
import io.oversync.service.Rematerialization;

/**
 * Requests that touch many large rows, in a process with a heap that holds a few of them.
 * Prints the outcome of each.
 */
final class LargeRowsProgram {

	static final int ROWS = 20;

	private static final int BYTES = 8_000_000;

	private static final String DDL = """
			create schema app;
			create table app.parent (id uuid primary key, owner_id text not null);
			create table app.item (id uuid primary key, owner_id text not null, name varchar(3));
			create table app.loose (id uuid primary key, owner_id text not null,
			  parent_id uuid references app.parent on delete set null);
			create table app.handled (id uuid primary key, owner_id text not null,
			  parent_id uuid references app.parent on delete set null);
			create table app.broken (id uuid primary key, owner_id text not null, name varchar(3),
			  parent_id uuid references app.parent on delete cascade);
			create table app.kept (id uuid primary key, owner_id text not null,
			  parent_id uuid references app.parent on delete cascade);
			""";

	private final TestEngine engine;

	private final Handled handled = new Handled();

	private final UUID replayed = UUID.randomUUID();

	private LargeRowsProgram() {
		this.engine = TestEngine.start(DDL, List.of(this.handled),
				new UploadSettings(0, false, java.time.Duration.ofSeconds(30)), "app.parent(owner_id)",
				"app.item(owner_id)", "app.loose(owner_id)", "app.handled(owner_id)", "app.broken(owner_id)",
				"app.kept!");
	}

	/**
	 * Runs the requests.
	 * @param args none
	 */
	public static void main(String[] args) {
		LargeRowsProgram program = new LargeRowsProgram();
		program.conflictsOverOneRow();
		program.conflictsOverManyRows();
		program.failures();
		program.replays();
		program.replayOfTheFirst();
		program.deleteOfAParent("loose");
		program.deleteOfAParent("handled");
		program.deleteOfAParent("broken");
		program.deleteOfAParent("kept");
		program.rematerialization();
		say("end");
		Runtime.getRuntime().halt(0);
	}

	private void conflictsOverOneRow() {
		Device device = this.engine.device("one/phone");
		UUID row = UUID.randomUUID();
		device.upsert("app.item", row, 0, "{\"name\":\"a\"}").upload();
		enlarge("item");
		for (int i = 0; i < ROWS; i++) {
			device.upsert("app.item", row, 7, "{\"name\":\"b\"}");
		}
		say("conflicts over one row: " + answered(device));
	}

	private void conflictsOverManyRows() {
		Device device = this.engine.device("many/phone");
		List<UUID> rows = rows(device, "item", "{\"name\":\"a\"}");
		enlarge("item");
		rows.forEach((row) -> device.upsert("app.item", row, 7, "{\"name\":\"b\"}"));
		say("conflicts over many rows: " + answered(device));
	}

	/** Sends the pending changes and counts the rows that conflicts show. */
	private static long answered(Device device) {
		UploadResponse response = device.send();
		Counter written = new Counter();
		ResponseWriter.writeUpload(written, response);
		return written.bytes / BYTES;
	}

	private void failures() {
		Device device = this.engine.device("failures/phone");
		rows(device, "item", "{\"name\":\"long\"}");
		this.engine.execute("update sync.materialize_failures set payload = " + "json_build_object('name', repeat('x', "
				+ BYTES + "))");
		Counter written = new Counter();
		ResponseWriter.Failures list = ResponseWriter.failures(written);
		this.engine.service().materializeFailures(device.actor(), null, null, 100, list::failure);
		list.end();
		say("failures: " + written.bytes / BYTES);
	}

	private void replays() {
		Device device = this.engine.device("replays/phone");
		UUID row = this.replayed;
		for (int i = 0; i < ROWS; i++) {
			replay(device, row, i, i);
		}
		enlarge("item");
		say("replays: " + replay(device, row, ROWS, ROWS).statuses());
	}

	/** The first of them is older than the payloads that are compared as JSON. */
	private void replayOfTheFirst() {
		String payload = this.engine
			.query("select payload from sync.server_change_log where user_id = 'replays'" + " and server_version = 1")
			.get(0);
		UploadChange change = new UploadChange(1, "app", "item", "UPDATE", this.replayed.toString(), 0,
				Payload.of(payload));
		say("replay of the first: " + this.engine.service()
			.upload(this.engine.device("replays/phone").actor(), new UploadRequest(0, List.of(change)))
			.statuses());
	}

	private UploadResponse replay(Device device, UUID row, long version, int name) {
		UploadChange change = new UploadChange(1, "app", "item", "UPDATE", row.toString(), version,
				Payload.of("{\"name\":\"" + name + "\"}"));
		return this.engine.service().upload(device.actor(), new UploadRequest(0, List.of(change)));
	}

	private void deleteOfAParent(String table) {
		Device device = this.engine.device(table + "/phone");
		UUID parent = UUID.randomUUID();
		device.upsert("app.parent", parent, 0, "{}").upload();
		rows(device, table, "{\"name\":\"long\",\"parent_id\":\"" + parent + "\"}");
		enlarge(table);
		if (table.equals("handled")) {
			this.engine.execute("insert into app.handled select pk_uuid, user_id, '" + parent
					+ "' from sync.sync_row_meta where table_name = 'handled'");
		}
		this.handled.bytes = 0;
		List<String> statuses = device.delete("app.parent", parent, 1).upload();
		say(table + ": " + statuses + ", " + this.handled.bytes / BYTES + " handled, "
				+ this.engine.query("select count(*) from sync.server_change_log where user_id = '" + table
						+ "' and source_id = 'server' and server_version = 2")
				+ ", " + this.engine.query("select count(*) from sync.sync_state where user_id = '" + table
						+ "' and length(payload::text) > " + BYTES + " and payload ->> 'parent_id' is null"));
	}

	private void rematerialization() {
		Device device = this.engine.device("rematerialized/phone");
		rows(device, "item", "{\"name\":\"a\"}");
		enlarge("item");
		SyncEngine operator = (SyncEngine) this.engine.service();
		say("rematerialization: " + operator
			.rematerialize(new Rematerialization.Request(TableName.parse("app.item"), "rematerialized", false)));
	}

	private static List<UUID> rows(Device device, String table, String payload) {
		List<UUID> rows = new ArrayList<>();
		for (int i = 0; i < ROWS; i++) {
			rows.add(UUID.randomUUID());
			device.upsert("app." + table, rows.get(i), 0, payload);
		}
		device.upload();
		return rows;
	}

	/** Faster than to upload them. */
	private void enlarge(String table) {
		this.engine
			.execute("update sync.change set payload = (rtrim(payload::text, '}') || ',\"bulk\":\"' || repeat('x', "
					+ BYTES + ") || '\"}')::json where pg_column_size(payload) < 1000 and table_id = "
					+ "(select table_id from sync.synced_table where table_name = '" + table + "')");
	}

	private static void say(String line) {
		System.out.println(line);
		System.out.flush();
	}

	/** Counts the bytes that are written. */
	private static final class Counter extends OutputStream {

		private long bytes;

		@Override
		public void write(int value) {
			this.bytes++;
		}

		@Override
		public void write(byte[] buffer, int offset, int length) {
			this.bytes += length;
		}

	}

	/** Takes rows with their payloads. */
	private static final class Handled implements MaterializationHandler {

		private long bytes;

		@Override
		public String table() {
			return "app.handled";
		}

		@Override
		public void upsert(MaterializedRow row) {
			this.bytes += String.valueOf(row.payload()).length();
		}

		@Override
		public void delete(MaterializedRow row) {
			// a test of upserts
		}

	}

}
