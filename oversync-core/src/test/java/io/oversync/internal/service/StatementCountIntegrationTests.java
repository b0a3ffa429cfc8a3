/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.oversync.internal.service.TestEngine.Device;
import net.ttddyy.dsproxy.QueryCountHolder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The number of statements of an upload depends on the kinds of its changes, not on their
 * number.
 */
class StatementCountIntegrationTests {

	private static final String DDL = """
			create schema app;
			create table app.parent (id uuid primary key, owner_id text not null, name text not null);
			create table app.child (id uuid primary key, owner_id text not null,
			  parent_id uuid references app.parent deferrable initially deferred);
			create index on app.child (parent_id);
			""";

	private final TestEngine engine = TestEngine.start(DDL, "app.child(owner_id)" + suffix(),
			"app.parent(owner_id)" + suffix());

	/** Ends the registration of each table. */
	String suffix() {
		return "";
	}

	@AfterEach
	void stop() {
		this.engine.close();
	}

	/**
	 * The content of an upload and the number of its statements, without begin and
	 * commit.
	 */
	enum Kind {

		INSERTS(2, 5), UPDATES(2, 5), DELETES(6, 6), CHILDREN(2, 5), REPLAYS(2, 2), CONFLICTS(2, 2);

		/** The statements of an upload with a quick write. */
		private final int few;

		private final int statements;

		Kind(int few, int statements) {
			this.few = few;
			this.statements = statements;
		}

	}

	/** Returns the statements that the tables take beyond the usual ones. */
	int more(Kind kind) {
		return 0;
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void isConstant(Kind kind) {
		assertThat(List.of(count(kind, 1), count(kind, 100))).as("statements for 1 and 100 changes")
			.containsOnly(kind.few + more(kind));
		assertThat(List.of(count(kind, 101), count(kind, 500))).as("statements for 101 and 500 changes")
			.containsOnly(kind.statements + more(kind));
	}

	/** The number of changes from which two of the queries no longer go together. */
	@ParameterizedTest
	@EnumSource(Kind.class)
	void isTwoMoreForManyRows(Kind kind) {
		assertThat(List.of(count(kind, 1001), count(kind, 3000))).as("statements for 1,001 and 3,000 changes")
			.containsOnly(kind.statements + 2 + more(kind));
	}

	/** Rows that go and come back many times, each with children that do the same. */
	@Test
	void doesNotGrowWithTheChangesOfARow() {
		List<Integer> counts = new ArrayList<>();
		for (int changes : new int[] { 4, 40, 200 }) {
			Device device = this.engine.device("recurring-" + changes + "/phone");
			UUID parent = UUID.randomUUID();
			UUID child = UUID.randomUUID();
			for (int i = 0; i < changes; i += 4) {
				device.upsert("app.parent", parent, i / 2, "{\"name\":\"n" + i + "\"}")
					.upsert("app.child", child, i / 2, "{\"parent_id\":\"" + parent + "\"}")
					.delete("app.child", child, i / 2 + 1)
					.delete("app.parent", parent, i / 2 + 1);
			}
			device.upsert("app.parent", parent, changes / 2, "{\"name\":\"last\"}");
			QueryCountHolder.clear();
			assertThat(device.upload()).hasSize(changes + 1).allMatch((status) -> status.startsWith("applied"));
			counts.add((int) QueryCountHolder.getGrandTotal().getTotal());
			assertThat(device.failures()).isEmpty();
		}
		assertThat(counts).as("statements for 5, 41 and 201 changes of two rows").containsOnly(counts.get(0));
		assertThat(this.engine.query("select distinct name from app.parent")).containsExactly("last");
		assertThat(this.engine.query("select count(*) from app.child")).containsExactly("0");
	}

	private int count(Kind kind, int size) {
		Device device = this.engine.device("user-" + size + "/phone");
		List<UUID> rows = prepare(device, size);
		fill(device, kind, rows);
		QueryCountHolder.clear();
		List<String> statuses = (kind == Kind.REPLAYS) ? device.resend() : device.upload();
		int count = (int) QueryCountHolder.getGrandTotal().getTotal();
		assertThat(statuses).hasSize(size)
			.allMatch((status) -> status.startsWith("applied") != (kind == Kind.CONFLICTS));
		return count;
	}

	/** Brings rows to version 1. */
	private static List<UUID> prepare(Device device, int size) {
		List<UUID> rows = new ArrayList<>();
		for (int i = 0; i < size; i++) {
			rows.add(UUID.randomUUID());
			device.upsert("app.parent", rows.get(i), 0, "{\"name\":\"n\"}");
		}
		device.upload();
		return rows;
	}

	private static void fill(Device device, Kind kind, List<UUID> rows) {
		for (UUID row : rows) {
			switch (kind) {
				case INSERTS -> device.upsert("app.parent", UUID.randomUUID(), 0, "{\"name\":\"n\"}");
				case UPDATES -> device.upsert("app.parent", row, 1, "{\"name\":\"m\"}");
				case DELETES -> device.delete("app.parent", row, 1);
				case CHILDREN -> device.upsert("app.child", UUID.randomUUID(), 0, "{\"parent_id\":\"" + row + "\"}");
				case CONFLICTS -> device.upsert("app.parent", row, 7, "{\"name\":\"m\"}");
				case REPLAYS -> {
				}
			}
		}
	}

}
