/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import javax.sql.DataSource;

import io.oversync.test.TestDatabases;
import io.oversync.test.TestPostgres;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The shipped script for administrators has the effect of the migrations and is up to
 * date.
 */
class SchemaScriptIntegrationTests {

	private static final String FILE = "io/oversync/store/sync-schema.sql";

	private static final String HISTORY = "select concat_ws('|', version, description, type, script, checksum, success)"
			+ " from sync.schema_history where version is not null order by installed_rank";

	private static final String OBJECTS = """
			select concat_ws(' ', c.relname, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
			                 a.attidentity, pg_get_expr(d.adbin, d.adrelid), pg_get_viewdef(c.oid), c.reloptions)
			from pg_class c
			join pg_attribute a on a.attrelid = c.oid
			left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
			where c.relnamespace = 'sync'::regnamespace
			order by c.relname, a.attnum""";

	private final String url = TestPostgres.createDatabase();

	private final DataSource dataSource = TestDatabases.dataSource(this.url);

	@Test
	void theShippedScriptIsMadeFromTheMigrations() throws Exception {
		String script = SchemaScript.generate();
		if (Boolean.getBoolean("oversync.regenerate")) {
			Files.writeString(Path.of("src/main/resources", FILE), script);
			return;
		}
		assertThat(shipped())
			.as("%s is out of date. Make it again: ./mvnw -pl oversync-core -am test"
					+ " -Dsurefire.failIfNoSpecifiedTests=false"
					+ " -Dtest='SchemaScriptIntegrationTests#theShippedScript*' -Doversync.regenerate=true", FILE)
			.isEqualTo(script);
	}

	@Test
	void whatItMakesIsAcceptedInEveryMode() throws Exception {
		TestPostgres.execute(this.url, shipped());
		for (SchemaMode mode : List.of(SchemaMode.VALIDATE, SchemaMode.MIGRATE, SchemaMode.VALIDATE)) {
			new SchemaMigrator(this.dataSource).migrate(mode);
		}
		assertThat(TestDatabases.query(this.url, "select count(*) from sync.schema_history")).containsExactly("1");
	}

	@Test
	void itMakesWhatTheMigrationsMake() throws Exception {
		TestPostgres.execute(this.url, shipped());
		String migrated = TestPostgres.createDatabase();
		new SchemaMigrator(TestDatabases.dataSource(migrated)).migrate(SchemaMode.MIGRATE);
		assertThat(TestDatabases.query(this.url, OBJECTS)).isEqualTo(TestDatabases.query(migrated, OBJECTS));
		assertThat(TestDatabases.query(this.url, HISTORY)).isEqualTo(TestDatabases.query(migrated, HISTORY));
	}

	@Test
	void itDoesNothingWhereNothingIsMissing() throws Exception {
		new SchemaMigrator(this.dataSource).migrate(SchemaMode.MIGRATE);
		TestPostgres.execute(this.url, "insert into sync.synced_table (schema_name, table_name) values ('a', 'b')");
		List<String> history = TestDatabases.query(this.url, HISTORY);
		TestPostgres.execute(this.url, shipped(), shipped());
		assertThat(TestDatabases.query(this.url, HISTORY)).isEqualTo(history);
		assertThat(TestDatabases.query(this.url, "select table_name from sync.synced_table")).containsExactly("b");
	}

	@Test
	void aRoleWithTheGrantsThatItNamesMayUseWhatItMakes() throws Exception {
		TestPostgres.execute(this.url, shipped());
		String role = TestDatabases.createRole(this.url);
		shipped().lines()
			.filter((line) -> line.startsWith("--   grant "))
			.forEach((line) -> TestPostgres.execute(this.url, line.substring(2).replace("<role>", role)));
		String restricted = TestDatabases.as(this.url, role);
		new SchemaMigrator(TestDatabases.dataSource(restricted)).migrate(SchemaMode.VALIDATE);
		TestPostgres.execute(restricted, "insert into sync.stream (stream_id, user_id) values (1, 'ann')");
	}

	private static String shipped() throws Exception {
		return new ClassPathResource(FILE).getContentAsString(StandardCharsets.UTF_8).replace("\r\n", "\n");
	}

}
