/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.field;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.UnaryOperator;

import io.oversync.simulator.sample.SampleTable;
import io.oversync.simulator.sample.SampleTarget;
import io.oversync.test.ApplicationServer;
import io.oversync.verification.device.ServerTables;
import io.oversync.verification.device.SyncTarget;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A user with devices in the field and their data on the server.
 */
final class Account implements AutoCloseable {

	private final String user = "user" + UUID.randomUUID();

	private final Path folder;

	private final SyncTarget target;

	private final ServerTables tables;

	private final List<FieldDevice> devices = new ArrayList<>();

	private UnaryOperator<FieldWire> filter = (wire) -> wire;

	Account(Path folder, ApplicationServer server) {
		this.folder = folder;
		this.target = SampleTarget.at(server.baseUrl());
		this.tables = new ServerTables(server.jdbcUrl(), SampleTable.ALL);
	}

	/**
	 * Wraps the network of the devices that are opened from now on.
	 * @param filter gets the real wire
	 */
	void filter(UnaryOperator<FieldWire> filter) {
		this.filter = filter;
	}

	String user() {
		return this.user;
	}

	FieldDevice open(FieldClient client, String name, int downloadLimit) {
		return open(client, name, downloadLimit, false);
	}

	FieldDevice open(FieldClient client, String name, int downloadLimit, boolean keepLocal) {
		FieldWire wire = this.filter.apply(new HttpWire(this.target, this.user, name));
		FieldDevice device = client.open(new FieldDevice.Settings(this.folder, name, wire, downloadLimit, keepLocal));
		this.devices.add(device);
		return device;
	}

	/** Syncs all devices one after the other, some times. */
	void sync(int rounds) {
		for (int round = 0; round < rounds; round++) {
			for (FieldDevice device : this.devices) {
				try {
					device.sync();
				}
				catch (IllegalStateException ex) {
					throw new AssertionError(ex.getMessage() + "\n" + device.exchanges(), ex);
				}
			}
		}
	}

	/**
	 * Syncs all devices one after the other, as applications that go on although a
	 * request failed.
	 */
	void syncDespiteFailures(int rounds) {
		for (int round = 0; round < rounds; round++) {
			for (FieldDevice device : this.devices) {
				attempt(device::upload);
				attempt(device::download);
			}
		}
		this.devices.forEach((device) -> device.failures().clear());
	}

	private static void attempt(Runnable step) {
		try {
			step.run();
		}
		catch (IllegalStateException ex) {
			assertThat(ex).hasMessageContaining("FOREIGN KEY");
		}
	}

	/** Asserts that all devices have the server's rows and no work left. */
	void assertSettled() {
		TreeSet<String> expected = serverRows();
		for (FieldDevice device : this.devices) {
			assertThat(device.failures()).as(device::exchanges).isEmpty();
			assertThat(device.rows()).as(device::exchanges).isEqualTo(expected);
			assertThat(device.waiting()).as(device::exchanges).isEmpty();
		}
		assertThat(this.tables.materializeFailures(this.user)).isZero();
	}

	/** Syncs, and asserts that everything has settled, also for a device that is new. */
	void settle(FieldClient client, int rounds) {
		sync(rounds);
		assertSettled();
		open(client, "new" + this.devices.size(), 1000);
		sync(1);
		assertSettled();
	}

	TreeSet<String> serverRows() {
		TreeSet<String> rows = new TreeSet<>();
		for (FieldTable table : FieldTable.values()) {
			rows.addAll(this.tables.texts(table.serverRowTexts(), this.user));
		}
		return rows;
	}

	/**
	 * Returns the number of changes that the server itself has appended to the stream.
	 */
	long serverChanges() {
		return this.tables
			.count("select count(*) from sync.server_change_log where user_id = ? and source_id = 'server'", this.user);
	}

	static String insertUser(FieldDevice device, String name) {
		return insert(device, "users (id, name, email) VALUES (?, ?, 'e')", name);
	}

	static String insertPost(FieldDevice device, String title, @Nullable String author) {
		return insert(device, "posts (id, title, content, author_id) VALUES (?, ?, 'c', ?)", title, author);
	}

	static String insertCategory(FieldDevice device, String name, @Nullable String parent) {
		return insert(device, "categories (id, name, parent_id) VALUES (?, ?, ?)", name, parent);
	}

	static String insertPerson(FieldDevice device, String name) {
		return insert(device, "person (id, first_name, last_name, email) VALUES (?, ?, 'l', 'e')", name);
	}

	static String insertComment(FieldDevice device, String comment, String person) {
		return insert(device, "comment (id, comment, person_id) VALUES (?, ?, ?)", comment, person);
	}

	private static String insert(FieldDevice device, String into, @Nullable Object... values) {
		String id = UUID.randomUUID().toString();
		@Nullable Object[] arguments = new Object[values.length + 1];
		arguments[0] = id;
		System.arraycopy(values, 0, arguments, 1, values.length);
		device.execute("INSERT INTO " + into, arguments);
		return id;
	}

	static void delete(FieldDevice device, String table, String... ids) {
		for (String id : ids) {
			device.execute("DELETE FROM " + table + " WHERE id = ?", id);
		}
	}

	@Override
	public void close() {
		this.devices.forEach(FieldDevice::close);
	}

}
