/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample;

import java.net.http.HttpResponse;
import java.nio.file.Path;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.oversync.test.ApplicationServer;
import io.oversync.test.TestPostgres;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

@Tag("prove")
@ExtendWith(OutputCaptureExtension.class)
class SampleApplicationIntegrationTests {

	@TempDir
	private Path directory;

	@Test
	void runsOnItsOwnDatabaseAndStopsItAfterThePool(CapturedOutput output) {
		int port;
		try (ConfigurableApplicationContext context = run()) {
			port = context.getBean(EmbeddedDatabase.class).port();
			String server = "http://localhost:" + context.getEnvironment().getProperty("local.server.port");
			assertThat(Http.get(server + "/health").statusCode()).isEqualTo(200);
			assertThat(output).contains("psql -h localhost -p " + port + " -U postgres")
				.contains(server + "/sync/upload");
		}
		assertThat(OrphanedPostgres.dataDirectory(port)).as("stopped").isEmpty();
		assertThat(output.toString().split("Shutdown completed")).as("the pool closes once").hasSize(2);
		assertThat(output).doesNotContain("terminating connection", "Failed to validate connection");
	}

	@Test
	void keepsRowsUntilAFreshStart() {
		try (ConfigurableApplicationContext context = run()) {
			jdbc(context).update("""
					insert into business.users (id, owner_id, name, email)
					values (gen_random_uuid(), 'ann', 'Ann', 'ann@example.org')""");
		}
		try (ConfigurableApplicationContext context = run()) {
			assertThat(users(context)).isEqualTo(1);
		}
		try (ConfigurableApplicationContext context = run("--fresh")) {
			assertThat(users(context)).isZero();
		}
	}

	@Test
	void startsNoDatabaseWhenOneIsConfigured() {
		try (ApplicationServer server = ApplicationServer.start(SampleApplication.class,
				"--sample.database.directory=" + this.directory)) {
			assertThat(((HikariDataSource) server.bean(DataSource.class)).getJdbcUrl()).isEqualTo(server.jdbcUrl());
		}
		assertThat(this.directory).isEmptyDirectory();
	}

	@Test
	void checksEveryForeignKeyAtCommit() {
		try (ApplicationServer server = ApplicationServer.start(SampleApplication.class)) {
			assertThat(new JdbcTemplate(server.bean(DataSource.class)).queryForList("""
					select conname from pg_constraint
					where contype = 'f' and connamespace = 'business'::regnamespace
						and not (condeferrable and condeferred)""", String.class)).isEmpty();
		}
	}

	@Test
	void reportsAnUnhealthyDatabaseAndRecovers() {
		EmbeddedDatabase database = EmbeddedDatabase.start(new DatabaseProperties(this.directory, 0), false);
		int port = database.port();
		try (ApplicationServer server = ApplicationServer.startOn(database.jdbcUrl() + "?user=postgres",
				SampleApplication.class, "--spring.datasource.hikari.connection-timeout=500")) {
			database.close();
			HttpResponse<String> down = Http.get(server.baseUrl() + "/health");
			assertThat(down.statusCode()).isEqualTo(503);
			assertThat(down.body()).isEqualTo("{\"status\":\"unavailable\",\"database\":\"down\"}");
			database = EmbeddedDatabase.start(new DatabaseProperties(this.directory, port), false);
			// the pool notices with its next attempts
			HttpResponse<String> up = Awaitility.await()
				.until(() -> Http.get(server.baseUrl() + "/health"), (answer) -> answer.statusCode() == 200);
			assertThat(up.body()).isEqualTo("{\"status\":\"ok\",\"database\":\"up\"}");
		}
		finally {
			database.close();
		}
	}

	@Test
	void saysWhatIsWrongWithAShortSecret(CapturedOutput output) {
		String url = TestPostgres.createDatabase();
		assertThatException().isThrownBy(() -> ApplicationServer.startOn(url, SampleApplication.class,
				"--sample.jwt.secret=only-31-characters-long-secret-"));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("sample.jwt.secret has 31 bytes; HS256 needs at least 32")
			.doesNotContain("only-31-characters", "\tat org.springframework");
	}

	@Test
	void warnsOfThePublishedSecret(CapturedOutput output) {
		ApplicationServer.start(SampleApplication.class, "--sample.jwt.secret=" + JwtProperties.DEFAULT_SECRET).close();
		assertThat(output).contains("sample.jwt.secret is the published default");
	}

	private ConfigurableApplicationContext run(String... args) {
		String[] all = new String[args.length + 3];
		System.arraycopy(args, 0, all, 3, args.length);
		all[0] = "--server.port=0";
		all[1] = "--sample.database.port=0";
		all[2] = "--sample.database.directory=" + this.directory;
		return SpringApplication.run(SampleApplication.class, all);
	}

	private static JdbcTemplate jdbc(ConfigurableApplicationContext context) {
		return new JdbcTemplate(context.getBean(DataSource.class));
	}

	private static Integer users(ConfigurableApplicationContext context) {
		return jdbc(context).queryForObject("select count(*) from business.users", Integer.class);
	}

}
