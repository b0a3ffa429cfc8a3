/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import javax.crypto.spec.SecretKeySpec;

import io.oversync.internal.service.SyncEngine;
import io.oversync.internal.store.SchemaMigrator;
import io.oversync.internal.store.SchemaMode;
import io.oversync.protocol.Payload;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.UploadChange;
import io.oversync.protocol.UploadRequest;
import io.oversync.protocol.UploadResponse;
import io.oversync.test.TestDatabases;
import io.oversync.test.TestPostgres;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/**
 * An application with the console, on a live port, a real database and real security.
 */
final class ConsoleApplication implements AutoCloseable {

	static final String NOTE = "note";

	private final ConfigurableApplicationContext context;

	private final String url;

	private ConsoleApplication(ConfigurableApplicationContext context, String url) {
		this.context = context;
		this.url = url;
	}

	static ConsoleApplication start(Class<?> security, String... properties) {
		String url = TestPostgres.copyDatabase(Template.URL);
		List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--spring.datasource.url=" + url,
				"--oversync.console.enabled=true", "--oversync.registered-tables[0].name=app.note",
				"--oversync.registered-tables[0].owner-column=owner_id", "--spring.flyway.enabled=false",
				"--spring.main.banner-mode=off"));
		for (String property : properties) {
			arguments.add("--" + property);
		}
		return new ConsoleApplication(
				new SpringApplicationBuilder(Application.class, ConsoleSecurity.Users.class, security)
					.run(arguments.toArray(String[]::new)),
				url);
	}

	String url() {
		return this.url;
	}

	String address() {
		return "http://localhost:" + this.context.getEnvironment().getRequiredProperty("local.server.port");
	}

	Activity activity() {
		return this.context.getBean(Activity.class);
	}

	SyncEngine engine() {
		return this.context.getBean(SyncEngine.class);
	}

	/**
	 * Uploads one change, as a device does.
	 * @param device {@code user/device}
	 * @param pk the key
	 * @param version the version that the device expects
	 * @param payload the after-image, null to delete the row
	 * @return the answer
	 */
	UploadResponse upload(String device, UUID pk, long version, @Nullable String payload) {
		int slash = device.lastIndexOf('/');
		String op = (payload == null) ? "DELETE" : (version == 0) ? "INSERT" : "UPDATE";
		return engine().upload(new SyncActor(device.substring(0, slash), device.substring(slash + 1)),
				new UploadRequest(0, List.of(new UploadChange(0, "app", NOTE, op, pk.toString(), version,
						(payload != null) ? Payload.of(payload) : null))));
	}

	/**
	 * Holds the stream of a user, as a long upload does: a check waits there.
	 * @param user the user
	 * @return ends it
	 */
	Connection hold(String user) throws SQLException {
		Connection connection = TestDatabases.dataSource(this.url).getConnection();
		connection.setAutoCommit(false);
		try (PreparedStatement statement = connection
			.prepareStatement("select from sync.stream where user_id = ? for update")) {
			statement.setString(1, user);
			statement.executeQuery();
		}
		return connection;
	}

	/**
	 * Counts the users whom a check compares before one.
	 * @param user the user
	 * @return how far a check is that waits for this user
	 */
	long usersBefore(String user) {
		return Long.parseLong(String
			.valueOf(TestDatabases.query(this.url, "select count(*) from sync.stream where user_id < '" + user + "'")
				.get(0)));
	}

	void flushDevices() {
		engine().flushDevices(Duration.ZERO);
	}

	@Override
	public void close() {
		this.context.close();
	}

	private static final class Template {

		static final String URL = create();

		private static String create() {
			String url = TestPostgres.createDatabase();
			TestPostgres.execute(url, "create schema app",
					"""
							create table app.note (id uuid primary key, owner_id text not null, title text check (length(title) <= 60),
							body text, pinned boolean, stars numeric, tags jsonb)""",
					"create index on app.note (owner_id)");
			new SchemaMigrator(TestDatabases.dataSource(url)).migrate(SchemaMode.MIGRATE);
			return url;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		JwtDecoder jwtDecoder() {
			byte[] secret = "a-secret-of-the-tests-with-enough-bytes".getBytes(StandardCharsets.UTF_8);
			return NimbusJwtDecoder.withSecretKey(new SecretKeySpec(secret, "HmacSHA256")).build();
		}

	}

}
