package io.oversync.web;

import java.net.http.HttpResponse;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import io.oversync.test.TestPostgres;
import io.oversync.web.LiveApplication.Jwt;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * What the server says of itself: to users only, and healthy means that the database
 * answers.
 */
class StatusIntegrationTests {

	private static final String SMALL_POOL = "spring.datasource.hikari.maximum-pool-size=2";

	private static final String IMPATIENT_POOL = "spring.datasource.hikari.connection-timeout=500";

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
