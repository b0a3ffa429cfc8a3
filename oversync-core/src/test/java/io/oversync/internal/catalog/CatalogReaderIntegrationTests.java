/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.oversync.internal.catalog.ColumnType.Kind;
import io.oversync.internal.catalog.WireFormat.Booleans;
import io.oversync.internal.catalog.WireFormat.ColumnForms;
import io.oversync.internal.catalog.WireFormat.Timestamps;
import io.oversync.internal.catalog.WireFormat.Uuids;
import io.oversync.internal.store.MigratedDatabase;
import io.oversync.internal.store.SyncedTableStore;
import io.oversync.protocol.TableName;
import io.oversync.test.TestDatabases;
import io.oversync.test.TestPostgres;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

@ExtendWith(OutputCaptureExtension.class)
class CatalogReaderIntegrationTests {

	private static final String CONSTANT = "00000000-0000-0000-0000-00000000000a";

	private final String url = MigratedDatabase.create();

	@BeforeEach
	void createTables() {
		execute("create schema business", "create table business.users (id uuid primary key, name text)");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			uuid                   | UUID                     | uuid
			bytea                  | BYTEA                    | bytea
			boolean                | BOOLEAN                  | boolean
			timestamp              | TIMESTAMP                | timestamp without time zone
			timestamp(3)           | TIMESTAMP                | timestamp without time zone
			timestamptz            | TIMESTAMP_WITH_TIME_ZONE | timestamp with time zone
			date                   | DATE                     | date
			time                   | TIME                     | time without time zone
			timetz                 | TIME_WITH_TIME_ZONE      | time with time zone
			smallint               | INTEGER                  | smallint
			integer                | INTEGER                  | integer
			bigint                 | INTEGER                  | bigint
			numeric                | NUMERIC                  | numeric
			real                   | FLOAT                    | real
			double precision       | FLOAT                    | double precision
			json                   | JSON                     | json
			jsonb                  | JSON                     | jsonb
			text                   | TEXT                     | text
			varchar(10)            | TEXT                     | character varying
			char(10)               | TEXT                     | bpchar
			bit(3)                 | TEXT                     | "bit"
			varbit(3)              | TEXT                     | bit varying
			interval day to second | TEXT                     | interval
			inet                   | TEXT                     | inet
			int4range              | TEXT                     | int4range
			business."Mood"        | TEXT                     | business."Mood"
			public.plain           | TEXT                     | public.plain
			business.short         | TEXT                     | character varying
			business.shorter       | TEXT                     | character varying
			business.money         | NUMERIC                  | numeric
			business.uuid          | TEXT                     | business.uuid
			""")
	void readsTheType(String declared, Kind kind, String sqlName) {
		createTypes();
		execute("create table business.things (id uuid primary key, value " + declared + ")");
		ColumnType type = onlyColumn().type();
		assertThat(type.kind()).isEqualTo(kind);
		assertThat(type.sqlName()).isEqualTo(sqlName);
		assertThat(type.element()).isNull();
		// what the engine will do with the name
		execute("select null::" + type.sqlName());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			integer[]          | INTEGER | integer[]
			integer[][]        | INTEGER | integer[]
			numeric(10,2)[]    | NUMERIC | numeric[]
			varchar(3)[]       | TEXT    | character varying[]
			char(3)[]          | TEXT    | bpchar[]
			business."Mood"[]  | TEXT    | business."Mood"[]
			business.short[]   | TEXT    | character varying[]
			business.money[]   | NUMERIC | numeric[]
			business.numbers   | INTEGER | integer[]
			""")
	void readsTheElementTypeOfAnArray(String declared, Kind kind, String sqlName) {
		createTypes();
		execute("create table business.things (id uuid primary key, value " + declared + ")");
		ColumnType type = onlyColumn().type();
		assertThat(type.kind()).isEqualTo(Kind.ARRAY);
		assertThat(type.sqlName()).isEqualTo(sqlName);
		assertThat(type.element()).isNotNull();
		assertThat(type.element().kind()).isEqualTo(kind);
		if (declared.contains("10,2") || declared.contains("money")) {
			assertThat(type.element().scale()).isEqualTo(2);
		}
		// the assignment that the engine will do, also where the elements are of a domain
		execute("insert into business.things select gen_random_uuid(), '{}'::" + type.sqlName());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			numeric(10,2)  | 2
			numeric(10)    | 0
			numeric(5,5)   | 5
			numeric        |
			integer        |
			business.money | 2
			""")
	void readsTheScaleOfNumbers(String declared, Integer scale) {
		createTypes();
		execute("create table business.things (id uuid primary key, value " + declared + ")");
		assertThat(onlyColumn().type().scale()).isEqualTo(scale);
	}

	@Test
	void refusesWhatIsTooLongForADomainInsteadOfCuttingIt() {
		createTypes();
		execute("create table business.things (id uuid primary key, value business.short)");
		String cast = onlyColumn().type().sqlName();
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> execute("insert into business.things select gen_random_uuid(), '0123456789abc'::" + cast))
			.withMessageContaining("too long");
	}

	@Test
	void leavesOutWhatUploadsMayNotWrite() {
		execute("""
				create table business.things (
				    id uuid primary key,
				    owner_id text not null,
				    doubled int generated always as (2) stored,
				    always int generated always as identity,
				    by_default int generated by default as identity,
				    gone text,
				    read_only text,
				    "Quoted Name" text,
				    written text)
				""", "alter table business.things drop column gone");
		SyncedTable table = read(
				new TableRegistration(TableName.parse("business.things"), "owner_id", true, Set.of("read_only")))
			.get(TableName.parse("business.things"));
		assertThat(table.keyColumn()).isEqualTo("id");
		assertThat(table.ownerColumn()).isEqualTo("owner_id");
		assertThat(table.columns()).extracting(Column::name).containsExactly("Quoted Name", "written");
	}

	@Test
	void leavesOutColumnsWithoutBothPrivilegesAndSaysSo(CapturedOutput output) {
		execute("create table business.things (id uuid primary key, a text, b text, c text, d text not null)");
		String role = TestDatabases.createRole(this.url);
		grantSync(role);
		execute("grant usage on schema business to " + role,
				"grant select (id), insert (id, a, b), update (a, c), delete on business.things to " + role);
		TableCatalog catalog = reader(TestDatabases.dataSource(TestDatabases.as(this.url, role)))
			.read(registrations("business.things"));
		assertThat(catalog.get(TableName.parse("business.things")).columns()).extracting(Column::name)
			.containsExactly("a");
		assertThat(output).contains("Column b of business.things is not synced")
			.contains("Column c of business.things is not synced")
			.contains("Column d of business.things is NOT NULL without a default");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			USAGE ON SCHEMA business    | select, insert, update, delete | false
			DELETE ON business.things   | select, insert, update         | true
			SELECT (id) ON              | insert, update, delete         | true
			INSERT ON business.things   | select, update, delete         | true
			""")
	void namesThePrivilegeThatIsMissing(String missing, String granted, boolean usage) {
		execute("create table business.things (id uuid primary key, a text)");
		String role = TestDatabases.createRole(this.url);
		grantSync(role);
		execute("grant " + granted + " on business.things to " + role);
		if (usage) {
			execute("grant usage on schema business to " + role);
		}
		CatalogReader reader = reader(TestDatabases.dataSource(TestDatabases.as(this.url, role)));
		assertThatExceptionOfType(OversyncStartupException.class)
			.isThrownBy(() -> reader.read(registrations("business.things")))
			.satisfies((ex) -> assertThat(ex.getProblem()).contains("business.things").contains(missing));
	}

	@Test
	void readsNullabilityAndDefaultsThroughDomains() {
		execute("create domain business.required as text not null",
				"create domain business.defaulted as text default 'x' not null", """
						create table business.things (
						    id uuid primary key, a text, b text not null, c text not null default 'x',
						    d business.required, e business.defaulted)
						""");
		assertThat(read("business.things").get(TableName.parse("business.things")).columns())
			.extracting(Column::name, Column::nullable, Column::hasDefault, Column::isRequired)
			.containsExactly(tuple("a", true, false, false), tuple("b", false, false, true),
					tuple("c", false, true, false), tuple("d", false, false, true), tuple("e", false, true, false));
	}

	@Test
	void tellsWhetherThereAreCheckConstraints() {
		execute("create table business.things (id uuid primary key, a int check (a > 0))");
		TableCatalog catalog = read("business.things", "business.users");
		assertThat(catalog.get(TableName.parse("business.things")).checked()).isTrue();
		assertThat(catalog.get(TableName.parse("business.users")).checked()).isFalse();
	}

	@Test
	void readsPartitionedTables() {
		execute("create table business.things (id uuid primary key, a int, user_id uuid references business.users)"
				+ " partition by hash (id)",
				"create table business.things_0 partition of business.things for values with (modulus 1, remainder 0)");
		SyncedTable table = read("business.things", "business.users").get(TableName.parse("business.things"));
		assertThat(table.columns()).extracting(Column::name).containsExactly("a", "user_id");
		assertThat(table.references()).hasSize(1);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			uuid                                     |                       | REFUSE      |
			uuid                                     | on delete no action   | REFUSE      |
			uuid                                     | on delete restrict    | REFUSE      |
			uuid not null                            | on delete cascade     | CASCADE     |
			uuid                                     | on delete set null    | SET_NULL    |
			uuid not null                            | on delete set null    | REFUSE      |
			business.required_key                    | on delete set null    | REFUSE      |
			uuid default '%1$s'                      | on delete set default | SET_DEFAULT | %1$s
			uuid not null default '%1$s'::uuid       | on delete set default | SET_DEFAULT | %1$s
			business.key default '%1$s'              | on delete set default | SET_DEFAULT | %1$s
			uuid                                     | on delete set default | SET_DEFAULT |
			uuid not null                            | on delete set default | REFUSE      |
			uuid default gen_random_uuid()           | on delete set default | REFUSE      |
			""")
	void readsTheDeleteRule(String type, String action, DeleteRule rule, String defaultKey) {
		execute("create domain business.key as uuid", "create domain business.required_key as uuid not null");
		execute("create table business.posts (id uuid primary key, user_id %s references business.users %s)"
			.formatted(type.replace("%1$s", CONSTANT), (action != null) ? action : ""));
		TableCatalog catalog = read("business.posts", "business.users");
		UUID expected = (defaultKey != null) ? UUID.fromString(CONSTANT) : null;
		ForeignKey foreignKey = new ForeignKey(TableName.parse("business.posts"), "user_id",
				TableName.parse("business.users"), rule, expected);
		assertThat(catalog.get(TableName.parse("business.posts")).references()).containsExactly(foreignKey);
		assertThat(catalog.referencesTo(TableName.parse("business.users"))).containsExactly(foreignKey);
	}

	@Test
	void followsReferencesOfColumnsThatUploadsDoNotWrite() {
		execute("create table business.posts (id uuid primary key references business.users, "
				+ "owner_id uuid references business.users)");
		TableRegistration posts = new TableRegistration(TableName.parse("business.posts"), "owner_id", true, Set.of());
		SyncedTable table = read(posts, registrations("business.users").get(0)).get(posts.name());
		assertThat(table.columns()).isEmpty();
		assertThat(table.references()).extracting(ForeignKey::column).containsExactlyInAnyOrder("id", "owner_id");
	}

	@Test
	void refusesDeletesWhereTwoForeignKeysOfAColumnDisagree() {
		execute("create table business.posts (id uuid primary key, user_id uuid, "
				+ "foreign key (user_id) references business.users on delete cascade, "
				+ "foreign key (user_id) references business.users on delete restrict)");
		assertThat(read("business.posts", "business.users").get(TableName.parse("business.posts")).references())
			.extracting(ForeignKey::deleteRule)
			.containsExactly(DeleteRule.REFUSE);
	}

	@Test
	void leavesOtherForeignKeysToTheDatabaseAndSaysSo(CapturedOutput output) {
		execute("create table business.plans (id uuid primary key)",
				"create table business.teams (id uuid primary key, code text unique, a int, b int, unique (a, b))", """
						create table business.posts (
						    id uuid primary key,
						    plan_id uuid constraint to_unregistered references business.plans,
						    team_code text constraint to_other_column references business.teams (code),
						    a int, b int,
						    constraint composite foreign key (a, b) references business.teams (a, b),
						    reply_to uuid constraint to_itself references business.posts)
						""");
		assertThat(read("business.posts", "business.teams").get(TableName.parse("business.posts")).references())
			.extracting(ForeignKey::column)
			.containsExactly("reply_to");
		for (String name : List.of("to_unregistered", "to_other_column", "composite")) {
			assertThat(output).containsOnlyOnce("Foreign key " + name + " from business.posts");
		}
		assertThat(output).doesNotContain("to_itself");
	}

	@Test
	void needsNoTableWhereNothingIsMaterialized() {
		TableRegistration notes = new TableRegistration(TableName.parse("notes"), null, false, Set.of());
		SyncedTable table = read(notes).get(notes.name());
		assertThat(table.materialized()).isFalse();
		assertThat(table.keyColumn()).isEqualTo("id");
		assertThat(table.columns()).isEmpty();
		assertThat(table.references()).isEmpty();
	}

	@Test
	void takesTheForeignKeysOfATableThatIsNotMaterialized() {
		execute("create table notes (note_id uuid primary key, user_id uuid references business.users)");
		TableRegistration notes = new TableRegistration(TableName.parse("notes"), null, false, Set.of());
		SyncedTable table = read(notes, registrations("business.users").get(0)).get(notes.name());
		assertThat(table.keyColumn()).isEqualTo("note_id");
		assertThat(table.references()).extracting(ForeignKey::column).containsExactly("user_id");
	}

	@Test
	void keepsTheIdsOfTables() {
		execute("create table business.posts (id uuid primary key)");
		int users = read("business.users").get(TableName.parse("business.users")).id();
		TableCatalog catalog = read("business.posts", "business.users");
		assertThat(catalog.get(TableName.parse("business.users")).id()).isEqualTo(users);
		assertThat(catalog.get(TableName.parse("business.posts")).id()).isNotEqualTo(users).isPositive();
		assertThat(catalog.tables()).extracting((table) -> table.name().table()).containsExactly("posts", "users");
		read("business.posts", "business.users");
		// a start that registers nothing new takes no id
		assertThat(TestDatabases.query(this.url,
				"select max(table_id) from sync.synced_table union all "
						+ "select nextval(pg_get_serial_sequence('sync.synced_table', 'table_id')) - 1"))
			.containsExactly("2", "2");
	}

	@Test
	void commitsWithAPoolThatDoesNotAndLeavesItsConnectionsAsTheyWere() throws Exception {
		try (HikariDataSource pool = new HikariDataSource()) {
			pool.setJdbcUrl(this.url);
			pool.setAutoCommit(false);
			pool.setMaximumPoolSize(1);
			reader(pool).read(registrations("business.users"));
			try (var connection = pool.getConnection()) {
				assertThat(connection.getAutoCommit()).isFalse();
				assertThat(connection.getSchema()).isEqualTo("public");
			}
		}
		assertThat(TestDatabases.query(this.url, "select table_name from sync.synced_table")).containsExactly("users");
	}

	@Test
	void readsNothingWhenNothingIsRegistered() {
		assertThat(read(new TableRegistration[0]).tables()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					select 1                                                                           | does not exist
					create view business.things as select 1                                            | is not a table
					create table business.things (id uuid)                                             | no primary key
					create table business.things (id int primary key)                                  | primary key id of type integer
					create table business.things (id text primary key)                                 | primary key id of type text
					create table business.things (a uuid, b uuid, primary key (a, b))                  | primary key of several columns
					create table business.things (id uuid primary key deferrable)                      | DEFERRABLE
					""")
	void refusesATableThatCannotBeSynced(String definition, String problem) {
		execute(definition);
		assertRefused(problem, registrations("business.things").get(0));
	}

	@Test
	void acceptsADomainOverUuidAsKey() {
		execute("create domain business.key as uuid", "create table business.things (thing business.key primary key)");
		assertThat(read("business.things").get(TableName.parse("business.things")).keyColumn()).isEqualTo("thing");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			a int                                         | of type integer
			a citext                                      | of type public.citext
			a text generated always as ('x') stored       | generated
			b text                                        | has no column 'a'
			""")
	void refusesAnOwnerColumnThatCannotHoldUserIds(String column, String problem) {
		execute("create domain public.citext as int", "drop domain public.citext",
				"create type public.citext as enum ('x')",
				"create table business.things (id uuid primary key, " + column + ")");
		assertRefused(problem, new TableRegistration(TableName.parse("business.things"), "a", true, Set.of()));
	}

	@Test
	void refusesTheKeyAsOwnerColumn() {
		assertRefused("the primary key",
				new TableRegistration(TableName.parse("business.users"), "id", true, Set.of()));
	}

	@ParameterizedTest
	@CsvSource({ "text", "varchar(36)", "uuid", "business.user_id" })
	void acceptsAnOwnerColumnOfTextOrUuid(String type) {
		execute("create domain business.user_id as text",
				"create table business.things (id uuid primary key, a " + type + ")");
		TableRegistration things = new TableRegistration(TableName.parse("business.things"), "a", true, Set.of());
		assertThat(read(things).get(things.name()).ownerColumn()).isEqualTo("a");
	}

	@Test
	void refusesAReadOnlyColumnThatDoesNotExist() {
		assertRefused("no column 'nmae'",
				new TableRegistration(TableName.parse("business.users"), null, true, Set.of("nmae")));
	}

	@Test
	void spellsTheColumnsOfTheWireFormatLikeTheTable() {
		execute("create table business.things (id uuid primary key, \"createdAt\" timestamptz[], due date, done bool)");
		ColumnForms millis = new ColumnForms(null, Timestamps.EPOCH_MILLIS, null);
		ColumnForms base64 = new ColumnForms(null, null, Uuids.BASE64);
		ColumnForms words = new ColumnForms(Booleans.BOOLEAN, null, null);
		SyncedTable table = read(wired("business.things", Set.of("ID", "createdat"),
				Map.of("CREATEDAT", millis, "due", millis, "id", base64, "DONE", words)))
			.get(TableName.parse("business.things"));
		assertThat(table.wire().columns()).containsExactlyInAnyOrder("id", "createdAt");
		assertThat(table.wire().overrides())
			.isEqualTo(Map.of("createdAt", millis, "due", millis, "id", base64, "done", words));
		assertThat(table.withProblem("d", "p").wire()).isEqualTo(table.wire());
		assertThat(table.withReferences(List.of()).wire()).isEqualTo(table.wire());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-", textBlock = """
			nmae   | -      | no column 'nmae', which its entry names as column of wire.columns
			owner  | -      | names owner, which uploads do not write
			always | -      | names always, which uploads do not write
			locked | -      | names locked, which uploads do not write
			-      | nmae   | no column 'nmae', which its entry names as column of wire.overrides
			-      | name   | gives name a form for uuids, but the column is of type text
			""")
	void refusesAWireFormatThatDoesNotFit(String column, String override, String problem) {
		execute("create table business.things (id uuid primary key, owner text, name text, locked int,"
				+ " always int generated always as identity)");
		TableRegistration things = wired("business.things", (column != null) ? Set.of(column) : Set.of(),
				(override != null) ? Map.of(override, new ColumnForms(null, null, Uuids.BASE64)) : Map.of());
		assertRefused(problem, things);
	}

	@ParameterizedTest
	@CsvSource({ "uuid, BOOLEAN, , booleans", "time, , SQL, timestamps", "bool, , ISO, timestamps" })
	void refusesAFormOfAnotherType(String type, Booleans booleans, Timestamps timestamps, String problem) {
		execute("create table business.things (id uuid primary key, owner text, locked int, name " + type + ")");
		assertRefused("gives name a form for " + problem,
				wired("business.things", Set.of(), Map.of("name", new ColumnForms(booleans, timestamps, null))));
	}

	private static TableRegistration wired(String name, Set<String> columns, Map<String, ColumnForms> overrides) {
		boolean owned = !columns.contains("ID");
		return new TableRegistration(TableName.parse(name), owned ? "owner" : null, true,
				owned ? Set.of("locked") : Set.of(), Relation.parse(name))
			.withWire(new WireFormat(WireFormat.DEFAULT.defaults(), columns, overrides));
	}

	@Test
	void saysThatTheSyncSchemaIsMissing() {
		execute("drop schema sync cascade");
		assertRefused("no table sync.synced_table", registrations("business.users").get(0));
	}

	@Test
	void saysThatTheSyncSchemaMayNotBeUsed() {
		String role = TestDatabases.createRole(this.url);
		execute("grant usage on schema business to " + role, "grant all on business.users to " + role);
		CatalogReader reader = reader(TestDatabases.dataSource(TestDatabases.as(this.url, role)));
		assertThatExceptionOfType(OversyncStartupException.class)
			.isThrownBy(() -> reader.read(registrations("business.users")))
			.satisfies((ex) -> assertThat(ex.getAction()).contains("GRANT USAGE ON SCHEMA sync"));
	}

	private void assertRefused(String problem, TableRegistration registration) {
		assertThatExceptionOfType(OversyncStartupException.class).isThrownBy(() -> read(registration))
			.satisfies((ex) -> assertThat(ex.getProblem()).contains(problem));
	}

	private void createTypes() {
		execute("create type business.\"Mood\" as enum ('good', 'bad')", "create type public.plain as enum ('a')",
				"create domain business.short as varchar(10)", "create domain business.shorter as business.short",
				"create domain business.money as numeric(12,2)", "create domain business.numbers as int[]",
				"create type business.uuid as enum ('not', 'one')");
	}

	private void grantSync(String role) {
		execute("grant usage on schema sync to " + role,
				"grant select, insert on all tables in schema sync to " + role);
	}

	private Column onlyColumn() {
		List<Column> columns = read("business.things").get(TableName.parse("business.things")).columns();
		assertThat(columns).hasSize(1);
		return columns.get(0);
	}

	private static CatalogReader reader(DataSource dataSource) {
		return new CatalogReader(dataSource, new SyncedTableStore(dataSource));
	}

	private TableCatalog read(String... tables) {
		return read(registrations(tables).toArray(TableRegistration[]::new));
	}

	private TableCatalog read(TableRegistration... registrations) {
		return reader(TestDatabases.dataSource(this.url)).read(List.of(registrations));
	}

	private static List<TableRegistration> registrations(String... tables) {
		return Arrays.stream(tables)
			.map((table) -> new TableRegistration(TableName.parse(table), null, true, Set.of()))
			.toList();
	}

	private void execute(String... statements) {
		TestPostgres.execute(this.url, statements);
	}

}
