/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Devices run different versions of an application, and its migrations fill columns: what
 * they write reaches the other devices, and overwrites nothing unreported.
 */
class MigratedColumnsTests {

	private static final String A = "00000000-0000-0000-0000-00000000000a";

	private static final String DDL = "CREATE TABLE note (id TEXT PRIMARY KEY, v INTEGER);";

	private static final String ADD = "ALTER TABLE note ADD COLUMN w INTEGER";

	private static final String RENAME = "ALTER TABLE note RENAME COLUMN v TO w";

	private static final String ADD_AND_FILL = ADD + ";\nUPDATE note SET w = v";

	private static final String REBUILD = """
			CREATE TABLE rebuilt (id TEXT PRIMARY KEY, w INTEGER);
			INSERT INTO rebuilt SELECT id, v FROM note;
			DROP TABLE note;
			ALTER TABLE rebuilt RENAME TO note;
			""";

	private static final String REBUILD_ALIKE = """
			CREATE TABLE rebuilt (id TEXT PRIMARY KEY, v INTEGER, w INTEGER);
			INSERT INTO rebuilt SELECT id, v, w FROM note;
			DROP TABLE note;
			ALTER TABLE rebuilt RENAME TO note;
			""";

	private final ModelServer server = new ModelServer();

	private final List<String> conflicts = new ArrayList<>();

	@TempDir
	private Path folder;

	private TestDevice phone;

	private TestDevice tablet;

	private Resolution decision = Resolution.TAKE_SERVER;

	@BeforeEach
	void open() {
		this.phone = device("ann/phone");
		this.tablet = device("ann/tablet");
		this.phone.execute("INSERT INTO note VALUES ('" + A + "', 1)");
		sync();
	}

	private TestDevice device(String identity) {
		return new TestDevice(this.folder, this.server, identity, DDL, "note")
			.with((builder) -> builder.resolver((conflict) -> {
				this.conflicts.add(identity + " " + conflict.base() + " " + conflict.local() + " " + conflict.server());
				return this.decision;
			}))
			.open();
	}

	@AfterEach
	void close() {
		this.phone.close();
		this.tablet.close();
	}

	private void sync() {
		for (int round = 0; round < 3; round++) {
			this.phone.client().sync();
			this.tablet.client().sync();
		}
		assertThat(this.phone.client().status().pending() + this.tablet.client().status().pending()).isZero();
	}

	private void migrate(TestDevice device, String ddl, boolean open) {
		if (!open) {
			device.client().close();
		}
		device.execute(ddl);
		if (!open) {
			device.open();
		}
	}

	private static List<String> values(TestDevice device) {
		return device.query("SELECT w FROM note");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void anUnsentEditOfANewColumnSurvivesARebuild(boolean open) {
		migrate(this.phone, ADD, open);
		migrate(this.tablet, ADD, open);
		sync();
		this.phone.execute("UPDATE note SET w = 5");
		migrate(this.phone, REBUILD_ALIKE, open);
		sync();
		assertThat(values(this.phone)).containsExactly("5").isEqualTo(values(this.tablet));
		assertThat(this.conflicts).isEmpty();
	}

	@Test
	void anUnsentEditOfANewColumnMeetsAnotherDevicesEditAfterARebuild() {
		migrate(this.phone, ADD, true);
		migrate(this.tablet, ADD, true);
		sync();
		this.phone.execute("UPDATE note SET w = 5");
		this.tablet.execute("UPDATE note SET v = 2");
		this.tablet.client().sync();
		migrate(this.phone, REBUILD_ALIKE, true);
		this.decision = Resolution.KEEP_LOCAL;
		sync();
		assertThat(values(this.phone)).containsExactly("5").isEqualTo(values(this.tablet));
		assertThat(this.conflicts).singleElement().asString().contains("w=null}", "w=5}");
	}

	static Stream<Arguments> migrations() {
		return Stream.of(RENAME, ADD_AND_FILL, REBUILD)
			.flatMap((ddl) -> Stream.of(arguments(ddl, true), arguments(ddl, false)));
	}

	@ParameterizedTest
	@MethodSource("migrations")
	void aMigrationThatFillsAColumnDoesNotOverwriteAnotherDevicesEditUnreported(String ddl, boolean open) {
		migrate(this.tablet, ddl, open);
		this.tablet.execute("UPDATE note SET w = 9");
		this.tablet.client().sync();
		this.phone.client().sync();
		migrate(this.phone, ddl, open);
		sync();
		assertThat(values(this.phone)).containsExactly("9").isEqualTo(values(this.tablet));
		assertThat(this.conflicts).isNotEmpty().allMatch((conflict) -> conflict.startsWith("ann/phone"));
	}

	@ParameterizedTest
	@MethodSource("migrations")
	void aMigrationThatHadNotSeenAnotherDevicesEditDoesNotOverwriteItEither(String ddl, boolean open) {
		migrate(this.tablet, ddl, open);
		this.tablet.execute("UPDATE note SET w = 9");
		this.tablet.client().sync();
		migrate(this.phone, ddl, open);
		sync();
		assertThat(values(this.phone)).containsExactly("9").isEqualTo(values(this.tablet));
	}

	@ParameterizedTest
	@MethodSource("migrations")
	void whatAMigrationFillsInReachesOtherDevices(String ddl, boolean open) {
		migrate(this.phone, ddl, open);
		migrate(this.tablet, ddl, open);
		sync();
		assertThat(this.conflicts).isEmpty();
		try (TestDevice fresh = new TestDevice(this.folder, this.server, "ann/fresh",
				DDL.replace("v INTEGER", "w INTEGER"), "note")
			.open()) {
			fresh.client().sync();
			assertThat(values(fresh)).containsExactly("1");
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aRowThatAnOlderVersionInsertsTooIsAConflictOfItsNewColumn(boolean keep) {
		this.decision = keep ? Resolution.KEEP_LOCAL : Resolution.TAKE_SERVER;
		migrate(this.phone, ADD, true);
		sync();
		this.tablet.execute("INSERT INTO note VALUES ('" + A.replace('a', 'b') + "', 7)");
		this.tablet.client().sync();
		this.phone.execute("INSERT INTO note VALUES ('" + A.replace('a', 'b') + "', 7, 5)");
		this.phone.client().sync();
		assertThat(this.conflicts).hasSize(1);
		migrate(this.tablet, ADD, true);
		sync();
		assertThat(values(this.phone)).containsExactly("null", keep ? "5" : "null").isEqualTo(values(this.tablet));
	}

	/** The last upload of the phone has no answer, whether or not the server took it. */
	private void uploadWithoutAnswer(boolean taken) {
		if (taken) {
			this.server.loseResponse();
		}
		else {
			this.server.loseRequest();
		}
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().uploadOnce());
		assertThat(this.phone.query("SELECT count(*) FROM _sync_outbox")).containsExactly("1");
	}

	@ParameterizedTest
	@CsvSource({ "true,true", "true,false", "false,true", "false,false" })
	void whatAMigrationFillsIsSentAfterAnUploadWithoutAnAnswer(boolean taken, boolean open) {
		for (String migration : List.of(RENAME, ADD_AND_FILL, REBUILD)) {
			this.phone.close();
			this.tablet.close();
			this.phone = device("ann/phone " + migration.hashCode());
			this.tablet = device("ann/tablet " + migration.hashCode());
			sync();
			String key = A.substring(0, A.length() - 8) + "%08x".formatted(migration.hashCode());
			this.phone.execute("INSERT INTO note VALUES ('" + key + "', 7)");
			uploadWithoutAnswer(taken);
			migrate(this.phone, migration, open);
			migrate(this.tablet, migration, true);
			sync();
			String select = "SELECT w FROM note WHERE id = '" + key + "'";
			assertThat(this.tablet.query(select)).as(migration)
				.containsExactly("7")
				.isEqualTo(this.phone.query(select));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { RENAME, REBUILD })
	void aConflictAfterAMigrationShowsTheColumnsThatThereAre(String migration) {
		this.phone.execute("UPDATE note SET v = 2");
		uploadWithoutAnswer(false);
		this.tablet.execute("UPDATE note SET v = 3");
		this.tablet.client().sync();
		migrate(this.phone, migration, true);
		migrate(this.tablet, migration, true);
		this.phone.with((builder) -> builder.resolver(ConflictResolver.threeWayMerge())).reopen();
		sync();
		assertThat(values(this.phone)).isEqualTo(values(this.tablet));
		assertThat(this.phone.client().held()).isEmpty();
	}

}
