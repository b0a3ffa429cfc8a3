/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.oversync.internal.catalog.OversyncStartupException;
import io.oversync.test.TestDatabases;
import io.oversync.test.TestPostgres;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(OutputCaptureExtension.class)
class SchemaMigratorIntegrationTests {

	private final String url = TestPostgres.createDatabase();

	@Test
	void createsTheSchemaWithItsOwnHistory() {
		migrate(SchemaMode.MIGRATE);
		assertThat(versions()).containsExactly(SchemaMigrator.NEEDED.toString());
		assertThat(TestDatabases.query(this.url,
				"select relname from pg_class join pg_namespace n on n.oid = relnamespace where nspname = 'public'"))
			.isEmpty();
	}

	@Test
	void doesNothingWhenTheSchemaIsUpToDate() {
		migrate(SchemaMode.MIGRATE);
		TestPostgres.execute(this.url, "insert into sync.synced_table (schema_name, table_name) values ('a', 'b')");
		migrate(SchemaMode.MIGRATE);
		assertThat(versions()).containsExactly(SchemaMigrator.NEEDED.toString());
		assertThat(TestDatabases.query(this.url, "select table_name from sync.synced_table")).containsExactly("b");
	}

	@Test
	@Tag("prove")
	void migratesOnSeveralNodesAtOnce() throws Exception {
		int nodes = 4;
		CyclicBarrier start = new CyclicBarrier(nodes);
		ExecutorService threads = Executors.newFixedThreadPool(nodes);
		try {
			for (int round = 0; round < 3; round++) {
				DataSource database = TestDatabases.dataSource(TestPostgres.createDatabase());
				List<Future<?>> running = new ArrayList<>();
				for (int node = 0; node < nodes; node++) {
					running.add(threads.submit((Callable<Void>) () -> {
						start.await();
						new SchemaMigrator(database).migrate(SchemaMode.MIGRATE);
						return null;
					}));
				}
				for (Future<?> node : running) {
					node.get();
				}
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

	@Test
	void worksWithAPoolThatDoesNotCommitByItself() {
		try (HikariDataSource pool = new HikariDataSource()) {
			pool.setJdbcUrl(this.url);
			pool.setAutoCommit(false);
			pool.setMaximumPoolSize(2);
			new SchemaMigrator(pool).migrate(SchemaMode.MIGRATE);
			new SchemaMigrator(pool).migrate(SchemaMode.VALIDATE);
		}
		assertThat(versions()).isNotEmpty();
	}

	@Test
	void worksWithConnectionsThatAreFetchedLazily() {
		new SchemaMigrator(new LazyConnectionDataSourceProxy(dataSource())).migrate(SchemaMode.MIGRATE);
		assertThat(versions()).isNotEmpty();
	}

	@Test
	void leavesTheSearchPathOfPooledConnectionsAlone() throws Exception {
		try (HikariDataSource pool = new HikariDataSource()) {
			pool.setJdbcUrl(this.url);
			pool.setMaximumPoolSize(2);
			new SchemaMigrator(pool).migrate(SchemaMode.MIGRATE);
			try (Connection one = pool.getConnection(); Connection other = pool.getConnection()) {
				assertThat(one.getSchema()).isEqualTo("public");
				assertThat(other.getSchema()).isEqualTo("public");
			}
		}
	}

	@Test
	void isNotConfiguredByTheApplicationsFlywaySettings() {
		System.setProperty("flyway.defaultSchema", "elsewhere");
		try {
			migrate(SchemaMode.MIGRATE);
		}
		finally {
			System.clearProperty("flyway.defaultSchema");
		}
		assertThat(versions()).isNotEmpty();
	}

	@Test
	void namesTheGrantWhenTheRoleMayNotCreateTheSchema() {
		String role = TestDatabases.createRole(this.url);
		assertThatExceptionOfType(OversyncStartupException.class)
			.isThrownBy(() -> new SchemaMigrator(TestDatabases.dataSource(TestDatabases.as(this.url, role)))
				.migrate(SchemaMode.MIGRATE))
			.satisfies((ex) -> {
				assertThat(ex.getProblem()).contains("may not create or migrate the schema 'sync'");
				assertThat(ex.getAction()).contains("CREATE SCHEMA sync AUTHORIZATION");
			});
	}

	@Test
	void migratesASchemaThatAnAdministratorMadeForTheRole() {
		String role = TestDatabases.createRole(this.url);
		TestPostgres.execute(this.url, "create schema sync authorization " + role);
		DataSource dataSource = TestDatabases.dataSource(TestDatabases.as(this.url, role));
		new SchemaMigrator(dataSource).migrate(SchemaMode.MIGRATE);
		new SchemaMigrator(dataSource).migrate(SchemaMode.MIGRATE);
		assertThat(versions()).containsExactly(SchemaMigrator.NEEDED.toString());
	}

	@Test
	void refusesASchemaOfThatNameThatIsNotItsOwn() {
		TestPostgres.execute(this.url, "create schema sync", "create table sync.mine (id int)");
		assertThatExceptionOfType(OversyncStartupException.class).isThrownBy(() -> migrate(SchemaMode.MIGRATE))
			.satisfies((ex) -> assertThat(ex.getProblem()).contains("has a schema 'sync' already"));
		assertThat(TestDatabases.query(this.url, "select to_regclass('sync.schema_history')")).containsNull();
	}

	@Test
	void validatesWhatWasMigrated() {
		migrate(SchemaMode.MIGRATE);
		migrate(SchemaMode.VALIDATE);
	}

	@Test
	void validatesWithoutFlyway() {
		migrate(SchemaMode.MIGRATE);
		withoutFlyway().migrate(SchemaMode.VALIDATE);
	}

	@Test
	void refusesASchemaOfOtherMigrations() {
		migrate(SchemaMode.MIGRATE);
		TestPostgres.execute(this.url, "update sync.schema_history set checksum = checksum + 1 where version = '1'");
		assertThatExceptionOfType(OversyncStartupException.class).isThrownBy(() -> migrate(SchemaMode.MIGRATE))
			.satisfies((ex) -> {
				assertThat(ex.getProblem()).contains("by a build from before the release");
				assertThat(ex.getAction()).contains("DROP SCHEMA sync CASCADE", "--fresh");
			});
	}

	@Test
	void saysThatFlywayIsMissing() {
		assertThatExceptionOfType(OversyncStartupException.class)
			.isThrownBy(() -> withoutFlyway().migrate(SchemaMode.MIGRATE))
			.satisfies((ex) -> {
				assertThat(ex.getProblem()).contains("'flyway-core' is not on the class path");
				assertThat(ex.getAction()).contains("org.flywaydb:flyway-core");
			});
	}

	@Test
	void saysThatFlywaysPartForPostgresIsMissing() {
		SchemaMigrator migrator = new SchemaMigrator(dataSource(),
				new FilteredClassLoader("org.flywaydb.database.postgresql"));
		assertThatExceptionOfType(OversyncStartupException.class).isThrownBy(() -> migrator.migrate(SchemaMode.MIGRATE))
			.satisfies((ex) -> assertThat(ex.getAction()).contains("org.flywaydb:flyway-database-postgresql"));
	}

	@Test
	void refusesToValidateAMissingSchema() {
		assertThatExceptionOfType(OversyncStartupException.class).isThrownBy(() -> migrate(SchemaMode.VALIDATE))
			.satisfies((ex) -> {
				assertThat(ex.getProblem()).contains("there is no schema of that name")
					.contains("version " + SchemaMigrator.NEEDED);
				assertThat(ex.getAction()).contains("oversync.schema.mode=migrate");
			});
		assertThat(TestDatabases.query(this.url, "select nspname from pg_namespace where nspname = 'sync'")).isEmpty();
	}

	@Test
	void refusesToValidateAnOlderSchemaAndNamesBothVersions() {
		migrate(SchemaMode.MIGRATE);
		TestPostgres.execute(this.url, "update sync.schema_history set version = '0.9' where version is not null");
		assertThatExceptionOfType(OversyncStartupException.class).isThrownBy(() -> migrate(SchemaMode.VALIDATE))
			.satisfies((ex) -> assertThat(ex.getProblem()).contains("has version 0.9")
				.contains("needs version " + SchemaMigrator.NEEDED));
	}

	@Test
	void refusesToValidateWhenTheHistoryMayNotBeRead() {
		migrate(SchemaMode.MIGRATE);
		String role = TestDatabases.createRole(this.url);
		assertThatExceptionOfType(OversyncStartupException.class)
			.isThrownBy(() -> new SchemaMigrator(TestDatabases.dataSource(TestDatabases.as(this.url, role)))
				.migrate(SchemaMode.VALIDATE))
			.satisfies((ex) -> assertThat(ex.getAction()).contains("GRANT SELECT ON sync.schema_history"));
	}

	@Test
	void worksWithALaterSchemaOfTheSameGenerationAndWarns(CapturedOutput output) {
		migrate(SchemaMode.MIGRATE);
		pretendVersion(SchemaMigrator.NEEDED.numbers()[0] + ".999");
		migrate(SchemaMode.VALIDATE);
		migrate(SchemaMode.MIGRATE);
		assertThat(output).contains("made by a newer Oversync");
	}

	@Test
	void refusesASchemaOfALaterGeneration() {
		migrate(SchemaMode.MIGRATE);
		pretendVersion((SchemaMigrator.NEEDED.numbers()[0] + 1) + "");
		for (SchemaMode mode : List.of(SchemaMode.VALIDATE, SchemaMode.MIGRATE)) {
			assertThatExceptionOfType(OversyncStartupException.class).isThrownBy(() -> migrate(mode))
				.satisfies((ex) -> assertThat(ex.getProblem()).contains("does not understand"));
		}
	}

	@Test
	void doesNothingInModeNone() {
		withoutFlyway().migrate(SchemaMode.NONE);
		assertThat(TestDatabases.query(this.url, "select nspname from pg_namespace where nspname = 'sync'")).isEmpty();
	}

	@Test
	void refusesAnyDatabaseButPostgres() {
		DataSource h2 = new DriverManagerDataSource("jdbc:h2:mem:other");
		for (SchemaMode mode : SchemaMode.values()) {
			assertThatExceptionOfType(OversyncStartupException.class)
				.isThrownBy(() -> new SchemaMigrator(h2).migrate(mode))
				.satisfies((ex) -> assertThat(ex.getProblem()).contains("needs PostgreSQL").contains("H2"));
		}
	}

	@Test
	void refusesAPostgresThatIsTooOld() {
		DataSource old = reporting("13.21", 13);
		for (SchemaMode mode : SchemaMode.values()) {
			assertThatExceptionOfType(OversyncStartupException.class)
				.isThrownBy(() -> new SchemaMigrator(old).migrate(mode))
				.satisfies((ex) -> assertThat(ex.getProblem()).contains("PostgreSQL 14 or newer").contains("13.21"));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "LATIN1", "SQL_ASCII" })
	void refusesADatabaseThatIsNotUtf8(String encoding) {
		String name = "other_" + encoding.toLowerCase(Locale.ROOT);
		TestPostgres.execute(this.url, "drop database if exists " + name, "create database " + name + " encoding '"
				+ encoding + "' template template0 lc_collate 'C' lc_ctype 'C'");
		DataSource other = TestDatabases.dataSource(this.url.replaceFirst("/[^/?]+\\?", "/" + name + "?"));
		for (SchemaMode mode : SchemaMode.values()) {
			assertThatExceptionOfType(OversyncStartupException.class)
				.isThrownBy(() -> new SchemaMigrator(other).migrate(mode))
				.satisfies((ex) -> {
					assertThat(ex.getProblem()).contains("UTF8").contains(encoding).contains(name);
					assertThat(ex.getAction()).contains("CREATE DATABASE <name> ENCODING 'UTF8'");
				});
		}
	}

	@Test
	void saysThatTheDatabaseCannotBeReached() {
		DataSource unreachable = new DriverManagerDataSource("jdbc:postgresql://localhost:1/none");
		assertThatExceptionOfType(OversyncStartupException.class)
			.isThrownBy(() -> new SchemaMigrator(unreachable).migrate(SchemaMode.MIGRATE))
			.satisfies((ex) -> assertThat(ex.getAction()).contains("spring.datasource"));
	}

	private void migrate(SchemaMode mode) {
		new SchemaMigrator(dataSource()).migrate(mode);
	}

	private SchemaMigrator withoutFlyway() {
		return new SchemaMigrator(dataSource(), new FilteredClassLoader("org.flywaydb"));
	}

	private DataSource dataSource() {
		return TestDatabases.dataSource(this.url);
	}

	private List<String> versions() {
		return TestDatabases.query(this.url,
				"select version from sync.schema_history where version is not null order by installed_rank");
	}

	private void pretendVersion(String version) {
		TestPostgres.execute(this.url, """
				insert into sync.schema_history (installed_rank, version, description, type, script, checksum,
				                                 installed_by, execution_time, success)
				values (999, '%s', 'from the future', 'SQL', 'V999__future.sql', 1, 'test', 1, true)
				""".formatted(version));
	}

	private DataSource reporting(String version, int major) {
		return new DelegatingDataSource(dataSource()) {

			@Override
			public Connection getConnection() throws java.sql.SQLException {
				return proxy(Connection.class, super.getConnection(), version, major);
			}

		};
	}

	private static <T> T proxy(Class<T> type, T target, String version, int major) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
				(proxy, method, arguments) -> switch (method.getName()) {
					case "getMetaData" ->
						proxy(DatabaseMetaData.class, (DatabaseMetaData) method.invoke(target), version, major);
					case "getDatabaseMajorVersion" -> major;
					case "getDatabaseProductVersion" -> version;
					default -> method.invoke(target, arguments);
				}));
	}

}
