/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.capture;

import java.io.StringReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

import io.oversync.test.TestDatabases;
import io.oversync.test.TestPostgres;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

import static io.oversync.internal.capture.CapturedDatabase.key;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the triggers note. The keys of rows end with their number.
 */
class CaptureTriggersIntegrationTests {

	private final CapturedDatabase database = new CapturedDatabase("""
			CREATE TABLE note (id uuid PRIMARY KEY, owner_id text, body text, data json);
			CREATE TABLE item (id uuid PRIMARY KEY, owner_id text,
			  note_id uuid REFERENCES note ON UPDATE CASCADE ON DELETE CASCADE)""");

	@BeforeEach
	void install() {
		this.database.install(CaptureMode.MIGRATE, "note(owner_id)", "item(owner_id)");
		this.database.execute(insert(1, "ann"), insert(2, "ann"), insert(3, "bob"), insert(4, null));
		assertThat(this.database.takeNoted()).containsExactly("note 01 of ann", "note 02 of ann", "note 03 of bob");
	}

	@Test
	void notesInsertedRows() {
		this.database.execute("INSERT INTO note SELECT gen_random_uuid(), 'carl' FROM generate_series(1, 1000)");
		assertThat(this.database.query(
				"SELECT count(DISTINCT k) || ' ' || count(k) || ' ' || max(cardinality(pks)) FROM sync.captured_row, unnest(pks) k"))
			.containsExactly("1000 1000 500");
	}

	@Test
	void notesUpdatedRowsOnce() {
		this.database.execute("UPDATE note SET body = 'new'");
		assertThat(this.database.takeNoted()).containsExactlyInAnyOrder("note 01 of ann", "note 02 of ann",
				"note 03 of bob");
	}

	@Test
	void notesAnUpdatedRowOfJson() {
		this.database.execute("UPDATE note SET data = '{\"a\":1}' WHERE owner_id = 'ann'",
				"UPDATE note SET data = '{\"a\": 1}' WHERE id = '" + key(2) + "'");
		assertThat(this.database.takeNoted()).hasSize(3);
	}

	@Test
	void notesNoRowThatIsAsItWas() {
		this.database.execute("UPDATE note SET body = body", "UPDATE note SET body = 'x' WHERE false",
				"UPDATE note SET body = CASE WHEN owner_id = 'bob' THEN 'y' ELSE body END");
		assertThat(this.database.takeNoted()).containsExactly("note 03 of bob");
	}

	@Test
	void notesBothOwnersOfARowThatMoves() {
		this.database.execute("UPDATE note SET owner_id = 'bob' WHERE id = '" + key(1) + "'",
				"UPDATE note SET owner_id = NULL WHERE id = '" + key(2) + "'",
				"UPDATE note SET owner_id = 'carl' WHERE id = '" + key(4) + "'");
		assertThat(this.database.takeNoted()).containsExactlyInAnyOrder("note 01 of ann", "note 01 of bob",
				"note 02 of ann", "note 04 of carl");
	}

	@Test
	void notesBothKeysOfARow() {
		this.database.execute("UPDATE note SET id = '" + key(9) + "' WHERE id = '" + key(1) + "'");
		assertThat(this.database.takeNoted()).containsExactlyInAnyOrder("note 01 of ann", "note 09 of ann");
	}

	@Test
	void notesBothRowsOfAnExchangeOfOwners() {
		this.database.execute("UPDATE note SET owner_id = CASE owner_id WHEN 'ann' THEN 'bob' ELSE 'ann' END"
				+ " WHERE id IN ('" + key(1) + "', '" + key(3) + "')");
		assertThat(this.database.takeNoted()).containsExactlyInAnyOrder("note 01 of ann", "note 01 of bob",
				"note 03 of ann", "note 03 of bob");
	}

	@Test
	void notesDeletedRows() {
		this.database.execute("DELETE FROM note");
		assertThat(this.database.takeNoted()).containsExactlyInAnyOrder("note 01 of ann", "note 02 of ann",
				"note 03 of bob");
	}

	@Test
	void notesRowsOfOwnersThatCanBeUsers() {
		String longest = "ü".repeat(512);
		this.database.execute(insert(5, longest), insert(6, longest + "x"), insert(7, "x".repeat(10_000)));
		assertThat(this.database.takeNoted()).containsExactly("note 05 of " + longest);
		this.database.execute("UPDATE note SET owner_id = repeat('y', 10000) WHERE id = '" + key(5) + "'",
				"DELETE FROM note WHERE length(owner_id) > 512", "TRUNCATE note CASCADE");
		assertThat(this.database.takeNoted()).startsWith("note 05 of " + longest).hasSize(4);
	}

	@Test
	void notesWhatOnConflictInsertsAndUpdates() {
		this.database.execute(
				"INSERT INTO note VALUES ('" + key(1) + "', 'ann', 'new'), ('" + key(8)
						+ "', 'ann', 'new') ON CONFLICT (id) DO UPDATE SET body = excluded.body",
				"""
						INSERT INTO note VALUES ('%s', 'bob', 'new') ON CONFLICT DO NOTHING""".formatted(key(3)));
		assertThat(this.database.takeNoted()).containsExactlyInAnyOrder("note 01 of ann", "note 08 of ann");
	}

	@Test
	void notesWhatMergeDoes() {
		Assumptions.assumeTrue(Integer.parseInt(this.database.query("SHOW server_version_num").get(0)) >= 150000,
				"MERGE");
		this.database.execute("""
				MERGE INTO note n USING (VALUES ('%s'::uuid, 'u'), ('%s', 'd'), ('%s', 'i')) v (id, what) ON n.id = v.id
				WHEN MATCHED AND what = 'd' THEN DELETE
				WHEN MATCHED THEN UPDATE SET body = 'merged'
				WHEN NOT MATCHED THEN INSERT VALUES (v.id, 'ann', 'merged')""".formatted(key(1), key(3), key(7)));
		assertThat(this.database.takeNoted()).containsExactlyInAnyOrder("note 01 of ann", "note 03 of bob",
				"note 07 of ann");
	}

	@Test
	void notesCopiedRows() throws Exception {
		try (Connection connection = DriverManager.getConnection(this.database.url())) {
			connection.unwrap(PGConnection.class)
				.getCopyAPI()
				.copyIn("COPY note (id, owner_id) FROM STDIN",
						new StringReader(key(5) + "\tann\n" + key(6) + "\t\\N\n"));
		}
		assertThat(this.database.takeNoted()).containsExactly("note 05 of ann");
	}

	@Test
	void notesRowsOfATruncatedTableAndOfThoseThatCascade() {
		this.database.execute("INSERT INTO item VALUES ('" + key(11) + "', 'ann', '" + key(1) + "')");
		this.database.takeNoted();
		this.database.execute("TRUNCATE note CASCADE");
		assertThat(this.database.takeNoted()).containsExactlyInAnyOrder("item 0b of ann", "note 01 of ann",
				"note 02 of ann", "note 03 of bob");
	}

	@Test
	void notesRowsThatForeignKeysChange() {
		this.database.execute("INSERT INTO item VALUES ('" + key(11) + "', 'ann', '" + key(1) + "'), ('" + key(12)
				+ "', 'carl', '" + key(1) + "')");
		this.database.takeNoted();
		this.database.execute("UPDATE note SET id = '" + key(9) + "' WHERE id = '" + key(1) + "'");
		assertThat(this.database.takeNoted()).containsExactlyInAnyOrder("note 01 of ann", "note 09 of ann",
				"item 0b of ann", "item 0c of carl");
		this.database.execute("DELETE FROM note WHERE id = '" + key(9) + "'");
		assertThat(this.database.takeNoted()).containsExactlyInAnyOrder("note 09 of ann", "item 0b of ann",
				"item 0c of carl");
	}

	@Test
	void notesNothingOfWhatIsRolledBack() throws SQLException {
		this.database.transaction("UPDATE note SET body = 'a' WHERE id = '" + key(1) + "'", "SAVEPOINT one",
				"DELETE FROM note", "ROLLBACK TO one", "UPDATE note SET body = 'b' WHERE id = '" + key(3) + "'");
		assertThat(this.database.takeNoted()).containsExactly("note 01 of ann", "note 03 of bob");
		this.database.transaction("DELETE FROM note", "ROLLBACK");
		assertThat(this.database.takeNoted()).isEmpty();
	}

	@Test
	void notesNothingWhileTheEngineWrites() throws SQLException {
		this.database.transaction("SET LOCAL oversync.applying = 'on'", insert(5, "ann"), "UPDATE note SET body = 'x'",
				"DELETE FROM note WHERE id = '" + key(2) + "'", "TRUNCATE note CASCADE",
				"SET LOCAL oversync.applying = ''", insert(6, "ann"));
		assertThat(this.database.takeNoted()).containsExactly("note 06 of ann");
	}

	@Test
	void notesTheEndOfASavepointOfTheEngine() throws SQLException {
		this.database.transaction("SAVEPOINT one", "SET LOCAL oversync.applying = 'on'", insert(5, "ann"),
				"ROLLBACK TO one", insert(6, "ann"));
		assertThat(this.database.takeNoted()).containsExactly("note 06 of ann");
	}

	@Test
	void notesWhatARoleWithoutRightsOnTheSyncSchemaWrites() throws SQLException {
		String role = TestDatabases.createRole(this.database.url());
		this.database.execute("GRANT ALL ON note, item TO " + role, "GRANT CREATE ON SCHEMA public TO " + role);
		String url = TestDatabases.as(this.database.url(), role);
		TestPostgres.execute(url, insert(5, "ann"), "UPDATE note SET body = 'x' WHERE owner_id = 'bob'",
				"DELETE FROM note WHERE id = '" + key(2) + "'", "TRUNCATE item, note");
		assertThat(this.database.takeNoted()).containsExactlyInAnyOrder("note 05 of ann", "note 03 of bob",
				"note 02 of ann", "note 01 of ann", "note 03 of bob", "note 05 of ann");
	}

	@Test
	void runsNothingThatItsWriterPutsOnTheSearchPath() throws SQLException {
		String role = TestDatabases.createRole(this.database.url());
		this.database.execute("GRANT ALL ON note, item TO " + role, "CREATE SCHEMA evil AUTHORIZATION " + role);
		TestPostgres.execute(TestDatabases.as(this.database.url(), role), """
				CREATE FUNCTION evil.fail(text, text) RETURNS boolean LANGUAGE plpgsql AS
				  $$BEGIN RAISE 'ran as %', current_user; END$$;
				CREATE FUNCTION evil.fail(uuid, uuid) RETURNS boolean LANGUAGE plpgsql AS
				  $$BEGIN RAISE 'ran as %', current_user; END$$;
				CREATE FUNCTION evil.fail(integer, integer) RETURNS boolean LANGUAGE plpgsql AS
				  $$BEGIN RAISE 'ran as %', current_user; END$$;
				CREATE FUNCTION evil.fail(record, record) RETURNS boolean LANGUAGE plpgsql AS
				  $$BEGIN RAISE 'ran as %', current_user; END$$;
				CREATE FUNCTION evil.length(text) RETURNS integer LANGUAGE plpgsql AS
				  $$BEGIN RAISE 'ran as %', current_user; END$$;
				CREATE FUNCTION evil.current_setting(text, boolean) RETURNS text LANGUAGE plpgsql AS
				  $$BEGIN RAISE 'ran as %', current_user; END$$;
				CREATE OPERATOR evil.= (FUNCTION = evil.fail, LEFTARG = text, RIGHTARG = text);
				CREATE OPERATOR evil.<> (FUNCTION = evil.fail, LEFTARG = text, RIGHTARG = text);
				CREATE OPERATOR evil.= (FUNCTION = evil.fail, LEFTARG = uuid, RIGHTARG = uuid);
				CREATE OPERATOR evil.<> (FUNCTION = evil.fail, LEFTARG = uuid, RIGHTARG = uuid);
				CREATE OPERATOR evil.<= (FUNCTION = evil.fail, LEFTARG = integer, RIGHTARG = integer);
				CREATE OPERATOR evil.*<> (FUNCTION = evil.fail, LEFTARG = record, RIGHTARG = record);
				CREATE DOMAIN evil.text AS integer;
				SET search_path = evil, pg_catalog, public;
				CREATE TEMP TABLE oversync_new (id uuid, owner_id text);
				CREATE TEMP TABLE oversync_old (id uuid, owner_id text);
				INSERT INTO note VALUES ('(key)', 'ann');
				UPDATE note SET body = 'x', owner_id = 'carl';
				DELETE FROM note;
				TRUNCATE note, item""".replace("(key)", key(5)));
		assertThat(this.database.takeNoted()).contains("note 05 of ann", "note 05 of carl", "note 03 of bob",
				"note 03 of carl");
	}

	@Test
	void followsColumnsThatAreAddedAndDropped() throws SQLException {
		try (Connection connection = DriverManager.getConnection(this.database.url());
				Statement writer = connection.createStatement()) {
			for (int i = 0; i < 10; i++) {
				writer.execute("UPDATE note SET body = 'b" + i + "' WHERE id = '" + key(1) + "'");
			}
			this.database.execute("ALTER TABLE note ADD extra integer DEFAULT 7, DROP data");
			this.database.takeNoted();
			writer.execute("UPDATE note SET extra = 8 WHERE id = '" + key(1) + "'");
			writer.execute("UPDATE note SET extra = 8 WHERE id = '" + key(1) + "'");
			writer.execute("ALTER TABLE note DROP body");
			writer.execute("UPDATE note SET extra = 9 WHERE id = '" + key(1) + "'");
		}
		assertThat(this.database.takeNoted()).containsExactly("note 01 of ann", "note 01 of ann");
	}

	@Test
	void doesNotNoteWhatIsReplicated() throws SQLException {
		this.database.transaction("SET LOCAL session_replication_role = replica", insert(5, "ann"));
		assertThat(this.database.takeNoted()).isEmpty();
	}

	@Test
	void keepsThePlanOfOneRowForManyRows() throws SQLException {
		this.database.execute("INSERT INTO note SELECT gen_random_uuid(), 'carl' FROM generate_series(1, 20000)");
		this.database.takeNoted();
		this.database.transaction("SET LOCAL statement_timeout = '20s'",
				"UPDATE note SET body = 'x' WHERE id = '" + key(1) + "'", "UPDATE note SET body = 'y'");
		assertThat(this.database.query("SELECT sum(cardinality(pks)) FROM sync.captured_row")).containsExactly("20004");
	}

	@ParameterizedTest
	@ValueSource(strings = { "text", "varchar", "varchar(40)", "uuid", "name_of_user", "longer_name" })
	void notesOwnersOfEveryType(String type) {
		this.database.execute("CREATE DOMAIN name_of_user AS varchar(100) CHECK (value <> '')",
				"CREATE DOMAIN longer_name AS name_of_user", "CREATE SCHEMA \"Odd \"\"Schema\"",
				("CREATE TABLE legacy (o integer, n integer, w integer, \"The \"\"Key\" uuid PRIMARY KEY,"
						+ " \"tg_op\" %s, \"new\" text, noted boolean, owner text)")
					.formatted(type));
		this.database.install(CaptureMode.MIGRATE, "legacy(tg_op)");
		String ann = key(100);
		String bob = key(101);
		this.database.execute("INSERT INTO legacy (\"The \"\"Key\", tg_op) VALUES ('" + key(1) + "', '" + ann + "')",
				"UPDATE legacy SET tg_op = '" + bob + "'", "UPDATE legacy SET o = 1", "DELETE FROM legacy",
				"INSERT INTO legacy (\"The \"\"Key\", tg_op) VALUES ('" + key(2) + "', '" + ann + "')",
				"TRUNCATE legacy");
		assertThat(this.database.takeNoted()).containsExactlyInAnyOrder("legacy 01 of " + ann, "legacy 01 of " + bob,
				"legacy 01 of " + ann, "legacy 01 of " + bob, "legacy 01 of " + bob, "legacy 02 of " + ann,
				"legacy 02 of " + ann);
	}

	@Test
	void notesWritesToTablesWithOddNames() {
		this.database.execute("CREATE SCHEMA \"Legacy\"",
				"CREATE TABLE \"Legacy\".\"UserNote\" (\"Id\" uuid PRIMARY KEY, \"$oversync$ 'x' ? %s\" text)");
		this.database.install(CaptureMode.MIGRATE, "\"Legacy\".\"UserNote\"($oversync$ 'x' ? %s)");
		this.database.execute("INSERT INTO \"Legacy\".\"UserNote\" VALUES ('" + key(1) + "', 'ann')",
				"UPDATE \"Legacy\".\"UserNote\" SET \"$oversync$ 'x' ? %s\" = 'bob'",
				"TRUNCATE \"Legacy\".\"UserNote\"");
		assertThat(this.database.takeNoted()).containsExactlyInAnyOrder("usernote 01 of ann", "usernote 01 of bob",
				"usernote 01 of ann", "usernote 01 of bob");
		assertThat(this.database.install(CaptureMode.MIGRATE, "\"Legacy\".\"UserNote\"($oversync$ 'x' ? %s)"))
			.isFalse();
	}

	@Test
	void notesWritesToPartitionedTablesAndToTheirPartitions() {
		this.database.execute("""
				CREATE TABLE part (id uuid PRIMARY KEY, owner_id text, body text) PARTITION BY HASH (id);
				CREATE TABLE part_0 PARTITION OF part FOR VALUES WITH (MODULUS 2, REMAINDER 0);
				CREATE TABLE part_1 (body text, gone integer, owner_id text, id uuid NOT NULL);
				ALTER TABLE part_1 DROP gone;""");
		this.database.install(CaptureMode.MIGRATE, "part(owner_id)");
		this.database.execute("ALTER TABLE part ATTACH PARTITION part_1 FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
				"INSERT INTO part SELECT ('00000000-0000-0000-0000-0000000000' || i)::uuid, 'ann'"
						+ " FROM generate_series(10, 29) i");
		assertThat(this.database.takeNoted()).hasSize(20);
		this.database.execute("UPDATE part_0 SET body = 'x'", "UPDATE part_1 SET body = 'x'",
				"UPDATE part SET body = 'x'");
		assertThat(this.database.takeNoted()).hasSize(20).doesNotHaveDuplicates();
		this.database.execute("UPDATE part SET owner_id = 'bob' WHERE right(id::text, 2) = '10'",
				"UPDATE part SET owner_id = NULL WHERE right(id::text, 2) = '10'",
				"DELETE FROM part WHERE right(id::text, 2) = '29'");
		assertThat(this.database.takeNoted()).containsExactlyInAnyOrder("part 10 of ann", "part 10 of bob",
				"part 10 of bob", "part 29 of ann");
		this.database.execute("TRUNCATE part");
		assertThat(this.database.takeNoted()).hasSize(18);
		assertThat(this.database.install(CaptureMode.MIGRATE, "part(owner_id)")).isFalse();
	}

	@Test
	void notesBothKeysOfARowThatMovesToAnotherPartition() {
		this.database.execute(
				"CREATE TABLE part (id uuid PRIMARY KEY, owner_id text, body text) PARTITION BY RANGE (id)",
				"CREATE TABLE low PARTITION OF part FOR VALUES FROM (MINVALUE) TO ('" + key(50) + "')",
				"CREATE TABLE high PARTITION OF part FOR VALUES FROM ('" + key(50) + "') TO (MAXVALUE)");
		this.database.install(CaptureMode.MIGRATE, "part(owner_id)");
		this.database.execute("INSERT INTO part VALUES ('" + key(1) + "', 'ann')",
				"UPDATE part SET id = '" + key(99) + "'", "UPDATE part SET id = '" + key(98) + "'");
		assertThat(this.database.takeNoted()).containsExactlyInAnyOrder("part 01 of ann", "part 01 of ann",
				"part 63 of ann", "part 63 of ann", "part 62 of ann");
	}

	private static String insert(int key, @Nullable String owner) {
		return "INSERT INTO note VALUES ('%s', %s, 'body')".formatted(key(key),
				(owner != null) ? "'" + owner + "'" : "NULL");
	}

}
