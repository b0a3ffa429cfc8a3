/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.net.http.HttpResponse;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import com.nimbusds.jwt.JWTClaimsSet;
import io.oversync.internal.web.LiveApplication.Jwt;
import io.oversync.test.TestPostgres;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * The status of the server: only users see it, and healthy means that the database
 * answers.
 */
class StatusIntegrationTests {

	private static final String SMALL_POOL = "spring.datasource.hikari.maximum-pool-size=2";

	private static final String IMPATIENT_POOL = "spring.datasource.hikari.connection-timeout=500";

	private static final String PARENT = "550e8400-e29b-41d4-a716-446655440001";

	private static final String CHILD = "550e8400-e29b-41d4-a716-446655440002";

	private static void assertUnavailable(HttpResponse<String> answer) {
		assertThat(answer.statusCode()).isEqualTo(503);
		assertThat(answer.body()).startsWith("{\"error\":\"temporarily_unavailable\",\"message\":")
			.contains("database")
			.doesNotContain("Exception", "Hikari");
		assertThat(answer.headers().firstValue("Retry-After")).isPresent();
	}

	@Test
	void aUserIsToldThatTheServerIsHealthy() {
		try (LiveApplication application = LiveApplication.start(Jwt.class)) {
			HttpResponse<String> answer = application.get("/sync/status", LiveApplication.bearer());
			assertThat(answer.statusCode()).isEqualTo(200);
			assertThat(answer.body()).startsWith("{\"status\":\"healthy\",")
				.contains("\"registered_tables\":[\"app.note\"]");
			assertThat(application.get("/sync/schema-version", LiveApplication.bearer()).body())
				.isEqualTo("{\"schema_version\":1}");
		}
	}

	@Test
	void aDeviceThatAsksHasNotReceivedWhatTheServerRestoredForIt() {
		String url = TestPostgres.createDatabase();
		TestPostgres.execute(url, "create schema app", """
				create table app.folder (id uuid primary key, owner_id text not null,
				  parent_id uuid references app.folder deferrable initially deferred)""");
		try (LiveApplication application = LiveApplication.startOn(url, Jwt.class,
				"oversync.registered-tables[1].name=app.folder",
				"oversync.registered-tables[1].owner-column=owner_id")) {
			String[] phone = LiveApplication.bearer();
			String[] tablet = LiveApplication
				.bearer(new JWTClaimsSet.Builder().subject("alice").claim("did", "tablet"));
			assertThat(application.post("/sync/upload", folder("INSERT", PARENT, 0, "null"), phone).body())
				.contains("\"applied\"");
			assertThat(
					application.post("/sync/upload", folder("INSERT", CHILD, 0, "\"" + PARENT + "\""), tablet).body())
				.contains("\"applied\"");
			assertThat(application.post("/sync/upload", folder("DELETE", PARENT, 1, null), phone).body())
				.contains("referenced_by");
			assertThat(application.get("/sync/status", phone).statusCode()).isEqualTo(200);
			assertThat(application.get("/sync/download?after=0&limit=1&include_self=true", phone).body())
				.as("begins with the parent of what it has not received either")
				.startsWith("{\"changes\":[{\"server_id\":3,");
		}
	}

	private static String folder(String op, String pk, long version, @Nullable String parent) {
		String payload = (parent != null) ? ",\"payload\":{\"parent_id\":" + parent + "}" : "";
		return """
				{"changes":[{"source_change_id":%d,"schema":"app","table":"folder","op":"%s","pk":"%s",\
				"server_version":%d%s}]}""".formatted(version + 1, op, pk, version, payload);
	}

	@Test
	void aServerWithoutItsDatabaseIsNotHealthy() {
		try (LiveApplication application = LiveApplication.start(Jwt.class, IMPATIENT_POOL)) {
			String url = application.context().getEnvironment().getRequiredProperty("spring.datasource.url");
			TestPostgres.execute(TestPostgres.createDatabase(),
					"drop database " + url.replaceFirst(".*/([^?]+).*", "$1") + " with (force)");
			assertUnavailable(application.get("/sync/status", LiveApplication.bearer()));
			assertThat(application.get("/sync/schema-version", LiveApplication.bearer()).statusCode())
				.as("says nothing of the database")
				.isEqualTo(200);
		}
	}

	@Test
	void aPoolWithoutFreeConnectionsIsWaitedForAsLongAsItAllows() throws Exception {
		try (LiveApplication application = LiveApplication.start(Jwt.class, SMALL_POOL, IMPATIENT_POOL)) {
			DataSource pool = application.context().getBean(DataSource.class);
			List<Connection> taken = new ArrayList<>(List.of(pool.getConnection(), pool.getConnection()));
			try {
				long start = System.nanoTime();
				assertUnavailable(application.get("/sync/status", LiveApplication.bearer()));
				assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
			}
			finally {
				for (Connection connection : taken) {
					assertThatNoException().isThrownBy(connection::close);
				}
			}
			assertThat(application.get("/sync/status", LiveApplication.bearer()).statusCode()).isEqualTo(200);
		}
	}

}
