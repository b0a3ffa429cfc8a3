/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.net.http.HttpResponse;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.oversync.autoconfigure.OversyncDataSource;
import io.oversync.internal.web.LiveApplication.Jwt;
import io.oversync.test.TestDatabases;
import io.oversync.test.TestPostgres;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whole applications with more than one DataSource or transaction manager.
 */
@ExtendWith(OutputCaptureExtension.class)
class DataSourcesIntegrationTests {

	private static final String REPORTING = "reporting.url=";

	private static final String LOG = "select server_id from sync.change";

	private static final String ROWS = "select body from app.note";

	private static final String SCHEMA = "select nspname from pg_namespace where nspname = 'sync'";

	/** On a database that the application has to migrate itself. */
	private static LiveApplication start(Class<?> configuration, String... properties) {
		return LiveApplication.startOn(TestPostgres.createDatabase(), configuration, properties);
	}

	private static HttpResponse<String> upload(LiveApplication application) {
		return application.post("/sync/upload", LiveApplication.UPLOAD.replace("bodyText", "body"),
				LiveApplication.bearer());
	}

	@Test
	void theOnlyTransactionManagerIsForAnotherDatabase(CapturedOutput output) {
		String reporting = TestPostgres.createDatabase();
		try (LiveApplication application = start(ReportingWithTheOnlyManager.class, REPORTING + reporting)) {
			assertThat(upload(application).body()).contains("\"status\":\"applied\",\"new_server_version\":1");
			assertThat(TestDatabases.query(application.url(), LOG)).containsExactly("1");
			assertThat(TestDatabases.query(application.url(), ROWS)).containsExactly("x");
			assertThat(TestDatabases.query(reporting, SCHEMA)).isEmpty();
		}
		assertThat(output).contains("Oversync: 1 tables (app.note)")
			.contains("DataSource 'business' (jdbc:postgresql://")
			.contains("transactions of its own manager")
			.contains("endpoints /sync/** and /admin/materialize-failures")
			.contains("schema 'sync' version 1")
			.doesNotContain("password=");
	}

	@Test
	void theMarkedOneOfTwoIsSynced(CapturedOutput output) {
		String reporting = TestPostgres.createDatabase();
		try (LiveApplication application = start(TwoWithManagers.class, REPORTING + reporting)) {
			assertThat(upload(application).body()).contains("\"status\":\"applied\",\"new_server_version\":1");
			assertThat(TestDatabases.query(application.url(), ROWS)).containsExactly("x");
			assertThat(TestDatabases.query(reporting, SCHEMA)).isEmpty();
		}
		assertThat(output).contains("transactions of 'businessTransactionManager'");
	}

	@Test
	void thePropertyChoosesOneOfTwo() {
		String business = TestPostgres.createDatabase();
		TestPostgres.execute(business, "create schema app",
				"create table app.note (id uuid primary key, owner_id text not null, body text)");
		try (LiveApplication application = start(TwoWithManagers.class, REPORTING + business,
				"oversync.datasource=reporting")) {
			assertThat(upload(application).body()).contains("\"status\":\"applied\",\"new_server_version\":1");
			assertThat(TestDatabases.query(business, ROWS)).containsExactly("x");
			assertThat(TestDatabases.query(application.url(), SCHEMA)).isEmpty();
		}
	}

	private static DataSource pool(String url) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(url);
		pool.setMaximumPoolSize(3);
		return pool;
	}

	@Configuration(proxyBeanMethods = false)
	@Import(Jwt.class)
	static class ReportingWithTheOnlyManager {

		@Bean
		@Primary
		DataSource business(Environment environment) {
			return pool(environment.getRequiredProperty("spring.datasource.url"));
		}

		@Bean
		DataSource reporting(Environment environment) {
			return pool(environment.getRequiredProperty("reporting.url"));
		}

		@Bean
		PlatformTransactionManager reportingTransactionManager(@Qualifier("reporting") DataSource reporting) {
			return new JdbcTransactionManager(reporting);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Jwt.class)
	static class TwoWithManagers {

		@Bean
		@OversyncDataSource
		DataSource business(Environment environment) {
			return pool(environment.getRequiredProperty("spring.datasource.url"));
		}

		@Bean
		PlatformTransactionManager businessTransactionManager(@OversyncDataSource DataSource business) {
			return new JdbcTransactionManager(business);
		}

		@Bean
		@Primary
		DataSource reporting(Environment environment) {
			return pool(environment.getRequiredProperty("reporting.url"));
		}

		@Bean
		@Primary
		PlatformTransactionManager reportingTransactionManager(@Qualifier("reporting") DataSource reporting) {
			return new JdbcTransactionManager(reporting);
		}

	}

}
