/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.store.Definitions;
import io.oversync.internal.store.SchemaMigrator;
import io.oversync.internal.store.SchemaMode;
import io.oversync.materialize.MaterializationHandler;
import io.oversync.materialize.MaterializedRow;
import io.oversync.materialize.ReadingMaterializationHandler;
import io.oversync.protocol.TableName;
import io.oversync.service.StreamCompaction.Outcome;
import io.oversync.service.StreamCompaction;
import io.oversync.test.TestDatabases;
import io.oversync.test.TestPostgres;
import jakarta.persistence.EntityManagerFactory;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceInitializationAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class OversyncAutoConfigurationIntegrationTests {

	private static final String APP_MIGRATION = "spring.flyway.locations=classpath:io/oversync/test/app-migration";

	private final String url = TestPostgres.createDatabase();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
				JdbcClientAutoConfiguration.class, DataSourceInitializationAutoConfiguration.class,
				OversyncSchemaAutoConfiguration.class, OversyncAutoConfiguration.class))
		.withPropertyValues("spring.datasource.url=" + this.url, "spring.datasource.hikari.maximum-pool-size=2",
				"spring.datasource.hikari.connection-timeout=3000");

	@Test
	void migratesBeforeTheApplicationsFlywayAndReadsTheCatalogAfterIt() {
		withFlyway().withPropertyValues(APP_MIGRATION, "oversync.registered-tables=business.users,business.posts")
			.run((context) -> {
				TableName posts = TableName.parse("business.posts");
				assertThat(context.getBean(TableCatalog.class).get(posts).references()).hasSize(1);
				assertThat(context).hasSingleBean(Flyway.class);
				assertThat(versions("public.flyway_schema_history")).containsExactly("1");
				assertThat(versions("sync.schema_history")).hasSize(1);
				assertThat(dependenciesOf(context, "flyway")).contains("oversyncSchemaInitializer");
			});
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "io.micrometer.core", "org.springframework.boot.actuate", "org.springframework.boot.health" })
	void worksWithoutActuatorOrMicrometer(String absent) {
		this.runner.withClassLoader(new FilteredClassLoader(absent))
			.withConfiguration(AutoConfigurations.of(OversyncMetricsAutoConfiguration.class,
					OversyncActuatorAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasBean("oversyncSyncService")
				.doesNotHaveBean("oversyncEngineMeters")
				.doesNotHaveBean("oversyncHealthIndicator"));
	}

	@Test
	void startsAgainWithTheApplicationsFlyway() {
		ApplicationContextRunner application = withFlyway().withPropertyValues(APP_MIGRATION,
				"oversync.registered-tables=business.users");
		application.run((context) -> assertThat(context).hasNotFailed());
		application.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void joinsAnApplicationWhoseFlywayIsThereAlready() {
		TestPostgres.execute(this.url, "create schema sync", "drop schema sync");
		withFlyway()
			.withPropertyValues("spring.flyway.locations=classpath:none", "oversync.enabled=false",
					"spring.flyway.fail-on-missing-locations=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(TableCatalog.class));
		withFlyway().withPropertyValues(APP_MIGRATION, "oversync.registered-tables=business.users")
			.run((context) -> assertThat(context).hasSingleBean(TableCatalog.class));
	}

	@Test
	void migratesBeforeTheApplicationsSchemaScriptAndReadsTheCatalogAfterIt() {
		this.runner
			.withPropertyValues("spring.sql.init.mode=always", "oversync.registered-tables=users",
					"spring.sql.init.schema-locations=classpath:io/oversync/test/app-schema.sql")
			.run((context) -> assertThat(context).hasSingleBean(TableCatalog.class));
	}

	@Test
	void readsTheCatalogAfterTheEntityManagerFactoryMadeTheTables() {
		// an auto-configuration that comes after ours, as Spring Boot's does
		this.runner.withConfiguration(AutoConfigurations.of(LateJpaConfiguration.class))
			.withPropertyValues("oversync.registered-tables=entities")
			.run((context) -> assertThat(context).hasSingleBean(TableCatalog.class));
	}

	@Test
	void compactsStreamsInTheBackgroundOnlyIfThatIsEnabled() {
		this.runner.run((context) -> {
			assertThat(context.getBean("oversyncCompactionWorker", BackgroundWorker.class).isRunning()).isFalse();
			assertThat(context.getBean(StreamCompaction.class).compact("ann").outcome()).isEqualTo(Outcome.LEFT);
		});
		this.runner.withPropertyValues("oversync.retention.enabled=true")
			.run((context) -> assertThat(
					context.getBean("oversyncCompactionWorker", BackgroundWorker.class).isRunning())
				.isTrue());
	}

	@Test
	void worksWithoutJpa() {
		this.runner.withClassLoader(new FilteredClassLoader("jakarta.persistence"))
			.run((context) -> assertThat(context).hasSingleBean(TableCatalog.class));
	}

	@Test
	void leavesAnApplicationWithTablesAndWithoutFlywayAlone() {
		TestPostgres.execute(this.url, "create table users (id uuid primary key)");
		this.runner.withPropertyValues("oversync.registered-tables=users").run((context) -> {
			assertThat(context).hasSingleBean(TableCatalog.class).doesNotHaveBean(Flyway.class);
			assertThat(TestDatabases.query(this.url, "select to_regclass('public.flyway_schema_history')"))
				.containsNull();
		});
	}

	@Test
	void runsBeforeAnythingThatUsesJdbc() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(JdbcClient.class);
			assertThat(dependenciesOf(context, "jdbcClient")).contains("oversyncSchemaInitializer");
			assertThat(dependenciesOf(context, "oversyncTableCatalog")).contains("oversyncSchemaInitializer");
		});
	}

	@Test
	void warnsWhenNothingIsRegistered(CapturedOutput output) {
		this.runner.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("oversync.registered-tables=business.users");
	}

	@Test
	void doesNothingWhenItIsSwitchedOff() {
		this.runner.withPropertyValues("oversync.enabled=false").run((context) -> {
			assertThat(context).doesNotHaveBean(TableCatalog.class).doesNotHaveBean(SyncSchemaInitializer.class);
			assertThat(context.getBeanNamesForType(OversyncProperties.class)).isEmpty();
		});
		assertThat(TestDatabases.query(this.url, "select nspname from pg_namespace where nspname = 'sync'")).isEmpty();
	}

	@Test
	void backsOffWithoutDataSource() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(OversyncSchemaAutoConfiguration.class, OversyncAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(TableCatalog.class));
	}

	@Test
	void saysWhyThereIsNothingWithoutDataSource(CapturedOutput output) {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(OversyncSchemaAutoConfiguration.class,
					OversyncAutoConfiguration.class, OversyncAbsenceAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).containsOnlyOnce("Oversync has no endpoints: there is no DataSource bean");
	}

	@Test
	void leavesTheDatabaseOfAWebFluxApplicationAlone(CapturedOutput output) {
		new ReactiveWebApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(DataSourceAutoConfiguration.class, OversyncSchemaAutoConfiguration.class,
							OversyncAutoConfiguration.class, OversyncAbsenceAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=" + this.url)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(TableCatalog.class));
		assertThat(output).containsOnlyOnce("Oversync has no endpoints: this is a WebFlux application");
		assertThat(TestDatabases.query(this.url, "select nspname from pg_namespace where nspname = 'sync'")).isEmpty();
	}

	@Test
	void syncsTheOneMarkedAmongDataSourcesOfOtherKinds() {
		this.runner.withUserConfiguration(MarkedSecondary.class)
			.run((context) -> assertThat(context).hasSingleBean(TableCatalog.class));
		assertThat(versions("sync.schema_history")).hasSize(1);
	}

	@Test
	void saysWhatIsSyncedInOneLine(CapturedOutput output) {
		TestPostgres.execute(this.url, "create table users (id uuid primary key)");
		this.runner.withPropertyValues("oversync.registered-tables=users")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output.toString().lines().filter((line) -> line.contains("Oversync: "))).singleElement()
			.asString()
			.contains("1 tables (public.users); no endpoints (not a web application")
			.contains("schema 'sync' version 1; DataSource 'dataSource' (jdbc:postgresql://")
			.contains("not captured: public.users (no owner-column)")
			.doesNotContain("user=")
			.doesNotContain("password=");
	}

	@Test
	void saysWhichTablesAreCapturedAndWhyOthersAreNot(CapturedOutput output) {
		this.runner.withPropertyValues(tablesToCapture())
			.withUserConfiguration(HandlerConfiguration.class)
			.run((context) -> assertThat(context.getBean(TableCatalog.class).tables()).extracting(SyncedTable::captured)
				.containsExactly(true, false, false, false, false));
		assertThat(output).contains("captured from public.note, not from public.shared (no owner-column), public.quiet"
				+ " (capture: false), public.virtual (materialize: false), public.handled (has a MaterializationHandler)");
		assertThat(capturedTables()).containsExactly("note");
	}

	@Test
	void theTableOfAHandlerThatReadsItIsCaptured(CapturedOutput output) {
		this.runner.withPropertyValues(tablesToCapture())
			.withPropertyValues("oversync.capture.mode=migrate")
			.withUserConfiguration(ReadingHandlerConfiguration.class)
			.run((context) -> assertThat(capturedTables()).containsExactly("handled", "note"));
		assertThat(output).contains("captured from public.note, public.handled, not from");
	}

	@Test
	void theCatalogKnowsTheTriggersThatWereInstalled() {
		this.runner.withPropertyValues(tablesToCapture())
			.run((context) -> new Definitions(TestDatabases.dataSource(this.url))
				.require(context.getBean(TableCatalog.class).tables()));
	}

	@Test
	void explainsWhichSqlCapturesWrites(CapturedOutput output) {
		ApplicationContextRunner validating = this.runner.withPropertyValues(tablesToCapture())
			.withPropertyValues("oversync.capture.mode=validate");
		validating.run((context) -> {
			FailureAnalysis analysis = analyze(context);
			assertThat(analysis.getDescription()).contains("public.note").contains("public.handled");
			TestPostgres.execute(this.url, analysis.getAction().replaceFirst("(?s).*?\n\n", ""));
		});
		validating.run((context) -> assertThat(context).hasNotFailed());
		assertThat(capturedTables()).containsExactly("handled", "note");
		validating.withPropertyValues("oversync.capture.mode=off").run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("Remove them: DROP FUNCTION");
	}

	private String[] tablesToCapture() {
		TestPostgres.execute(this.url,
				"create table note (id uuid primary key, owner_id text); create table shared (id uuid primary key)",
				"create table quiet (like note including all); create table handled (like note including all)");
		return new String[] { "oversync.registered-tables[0].name=note",
				"oversync.registered-tables[0].owner-column=owner_id", "oversync.registered-tables[1]=shared",
				"oversync.registered-tables[2].name=quiet", "oversync.registered-tables[2].owner-column=owner_id",
				"oversync.registered-tables[2].capture=false", "oversync.registered-tables[3].name=virtual",
				"oversync.registered-tables[3].materialize=false", "oversync.registered-tables[4].name=handled",
				"oversync.registered-tables[4].owner-column=owner_id" };
	}

	private List<String> capturedTables() {
		return TestDatabases.query(this.url, "select distinct tgrelid::regclass::text from pg_trigger"
				+ " where tgname like 'oversync_capture%' order by 1");
	}

	@Test
	void showsNoCredentialsOfAUrl() {
		assertThat(StartupReport.withoutCredentials("jdbc:postgresql://me:secret@one,two:5433/app?user=me&password=x"))
			.isEqualTo("jdbc:postgresql://one,two:5433/app");
		assertThat(StartupReport.withoutCredentials("jdbc:other:app;password=x")).isEqualTo("jdbc:other:app");
	}

	@Test
	void asksForAChoiceAmongSeveralDataSources() {
		this.runner.withUserConfiguration(TwoDataSources.class).run((context) -> {
			FailureAnalysis analysis = analyze(context);
			assertThat(analysis.getDescription()).contains("several DataSources (one, two)");
			assertThat(analysis.getAction()).contains("@OversyncDataSource").contains("oversync.datasource");
		});
	}

	@Test
	void leavesTheCatalogToTheApplication() {
		this.runner.withUserConfiguration(OwnCatalog.class)
			.run((context) -> assertThat(context).getBeanNames(TableCatalog.class).containsExactly("ownCatalog"));
	}

	@Test
	void worksWithConnectionsThatAreFetchedLazily() {
		this.runner.withUserConfiguration(LazyDataSource.class)
			.run((context) -> assertThat(context).hasSingleBean(TableCatalog.class));
	}

	@Test
	void worksWithConnectionsThatDoNotCommitByThemselves() {
		TestPostgres.execute(this.url, "create table users (id uuid primary key)");
		this.runner.withPropertyValues("spring.datasource.hikari.auto-commit=false", "oversync.registered-tables=users")
			.run((context) -> {
				assertThat(context).hasSingleBean(TableCatalog.class);
				assertThat(TestDatabases.query(this.url, "select table_name from sync.synced_table"))
					.containsExactly("users");
			});
	}

	@Test
	void refusesAPoolOfOneInsteadOfHanging() {
		for (Class<?> configuration : List.of(Object.class, LazyDataSource.class)) {
			this.runner.withUserConfiguration(configuration)
				.withPropertyValues("spring.datasource.hikari.maximum-pool-size=1")
				.run((context) -> {
					FailureAnalysis analysis = analyze(context);
					assertThat(analysis.getDescription()).contains("maximum size of 1");
					assertThat(analysis.getAction()).contains("spring.datasource.hikari.maximum-pool-size");
				});
		}
	}

	@Test
	void needsOneConnectionOnlyWhenItDoesNotMigrate() {
		new SchemaMigrator(TestDatabases.dataSource(this.url)).migrate(SchemaMode.MIGRATE);
		for (String mode : List.of("validate", "none")) {
			this.runner
				.withPropertyValues("spring.datasource.hikari.maximum-pool-size=1", "oversync.schema.mode=" + mode)
				.run((context) -> assertThat(context).hasSingleBean(TableCatalog.class));
		}
	}

	@Test
	void explainsThatFlywayIsMissing() {
		this.runner.withClassLoader(new FilteredClassLoader("org.flywaydb"))
			.run((context) -> assertThat(analyze(context).getAction()).contains("org.flywaydb:flyway-core"));
	}

	@Test
	void validatesWithoutFlyway() {
		this.runner.withClassLoader(new FilteredClassLoader("org.flywaydb"))
			.withPropertyValues("oversync.schema.mode=validate")
			.run((context) -> assertThat(analyze(context).getDescription())
				.contains("there is no schema of that name"));
		new SchemaMigrator(TestDatabases.dataSource(this.url)).migrate(SchemaMode.MIGRATE);
		this.runner.withClassLoader(new FilteredClassLoader("org.flywaydb"))
			.withPropertyValues("oversync.schema.mode=validate")
			.run((context) -> assertThat(context).hasSingleBean(TableCatalog.class));
	}

	@Test
	void explainsThatTheSchemaIsMissingInModeNone() {
		this.runner.withPropertyValues("oversync.schema.mode=none")
			.run((context) -> assertThat(analyze(context).getDescription()).contains("no table sync.synced_table"));
	}

	@Test
	void explainsThatARegisteredTableIsMissing() {
		this.runner.withPropertyValues("oversync.registered-tables=business.userz").run((context) -> {
			FailureAnalysis analysis = analyze(context);
			assertThat(analysis.getDescription()).contains("registered table business.userz does not exist");
			assertThat(analysis.getAction()).contains("oversync.registered-tables");
		});
	}

	@Test
	void explainsThatTheDatabaseIsAnother() {
		this.runner.withPropertyValues("spring.datasource.url=jdbc:h2:mem:application")
			.run((context) -> assertThat(analyze(context).getDescription()).contains("needs PostgreSQL"));
	}

	@Test
	void explainsThatTheRoleMayNotCreateTheSchema() {
		String role = TestDatabases.createRole(this.url);
		this.runner.withPropertyValues("spring.datasource.url=" + TestDatabases.as(this.url, role))
			.run((context) -> assertThat(analyze(context).getAction()).contains("CREATE SCHEMA sync AUTHORIZATION"));
	}

	@Test
	void altersForeignKeysOfTheApplicationsMigrationsOnlyWhenAskedTo(CapturedOutput output) {
		ApplicationContextRunner application = withFlyway().withPropertyValues(APP_MIGRATION,
				"oversync.registered-tables=business.users,business.posts");
		application.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("posts_user of business.posts");
		assertThat(deferred()).containsExactly("f");
		application.withPropertyValues("oversync.foreign-keys.make-deferrable=true")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(deferred()).containsExactly("t");
	}

	private List<String> deferred() {
		return TestDatabases.query(this.url, "select condeferred from pg_constraint where conname = 'posts_user'");
	}

	private ApplicationContextRunner withFlyway() {
		return this.runner.withConfiguration(AutoConfigurations.of(FlywayAutoConfiguration.class));
	}

	private List<String> versions(String history) {
		return TestDatabases.query(this.url, "select version from " + history + " where version is not null");
	}

	private static List<String> dependenciesOf(AssertableApplicationContext context, String bean) {
		return Arrays.asList(context.getBeanFactory().getDependenciesForBean(bean));
	}

	private static FailureAnalysis analyze(AssertableApplicationContext context) {
		assertThat(context).hasFailed();
		FailureAnalysis analysis = new OversyncStartupFailureAnalyzer().analyze(context.getStartupFailure());
		assertThat(analysis).isNotNull();
		return analysis;
	}

	@Configuration(proxyBeanMethods = false)
	static class ReadingHandlerConfiguration {

		@Bean
		MaterializationHandler handler() {
			return new ReadingMaterializationHandler() {

				@Override
				public String table() {
					return "handled";
				}

				@Override
				public void upsert(MaterializedRow row) {
				}

				@Override
				public void delete(MaterializedRow row) {
				}

				@Override
				public Map<UUID, String> readAll(String userId, List<UUID> keys) {
					return Map.of();
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HandlerConfiguration {

		@Bean
		MaterializationHandler handler() {
			return new MaterializationHandler() {

				@Override
				public String table() {
					return "handled";
				}

				@Override
				public void upsert(MaterializedRow row) {
				}

				@Override
				public void delete(MaterializedRow row) {
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoDataSources {

		@Bean
		DataSource one() {
			return TestDatabases.dataSource("jdbc:h2:mem:one");
		}

		@Bean
		DataSource two() {
			return TestDatabases.dataSource("jdbc:h2:mem:two");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MarkedSecondary {

		@Bean
		DataSource documents() {
			return TestDatabases.dataSource("jdbc:h2:mem:documents");
		}

		@Bean(defaultCandidate = false)
		@OversyncDataSource
		DataSource business(Environment environment) {
			return TestDatabases.dataSource(environment.getRequiredProperty("spring.datasource.url"));
		}

	}

	/**
	 * As {@code spring.datasource.connection-fetch=lazy} does, from Spring Boot 4.1 on.
	 */
	@Configuration(proxyBeanMethods = false)
	static class LazyDataSource {

		@Bean
		DataSource dataSource(Environment environment) {
			HikariDataSource pool = new HikariDataSource();
			pool.setJdbcUrl(environment.getRequiredProperty("spring.datasource.url"));
			pool.setMaximumPoolSize(
					environment.getRequiredProperty("spring.datasource.hikari.maximum-pool-size", Integer.class));
			pool.setConnectionTimeout(3000);
			return new LazyConnectionDataSourceProxy(pool);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnCatalog {

		@Bean
		TableCatalog ownCatalog() {
			return new TableCatalog(List.of());
		}

	}

	/** As a JPA provider other than Hibernate may: tables come with the factory. */
	@Configuration(proxyBeanMethods = false)
	static class LateJpaConfiguration {

		@Bean
		EntityManagerFactory entityManagerFactory(DataSource dataSource) {
			JdbcClient.create(dataSource).sql("create table entities (id uuid primary key)").update();
			return (EntityManagerFactory) Proxy.newProxyInstance(getClass().getClassLoader(),
					new Class<?>[] { EntityManagerFactory.class },
					(proxy, method, arguments) -> switch (method.getName()) {
						case "hashCode" -> 1;
						case "equals" -> proxy == arguments[0];
						case "toString" -> "factory";
						default -> null;
					});
		}

	}

}
