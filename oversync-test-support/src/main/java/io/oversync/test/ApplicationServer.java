/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.oversync.test.TestPostgres;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The sample on a random port with a new, empty database, for tests that talk HTTP to it.
 */
public final class SampleServer implements AutoCloseable {

	private static final String SECRET = "secret-of-the-tests-with-enough-characters";

	private final ConfigurableApplicationContext context;

	private final String jdbcUrl;

	private SampleServer(ConfigurableApplicationContext context, String jdbcUrl) {
		this.context = context;
		this.jdbcUrl = jdbcUrl;
	}

	/**
	 * Starts one with a database of its own.
	 * @param args further or overriding arguments, such as
	 * {@code --oversync.base-path=/api/sync}
	 * @return the running server
	 */
	public static SampleServer start(String... args) {
		return startOn(TestPostgres.createDatabase(), args);
	}

	/**
	 * Starts one on a database that exists, say a second node or a restart.
	 * @param jdbcUrl a database, with user and password in the URL
	 * @param args further or overriding arguments
	 * @return the running server
	 */
	public static SampleServer startOn(String jdbcUrl, String... args) {
		return startOn(jdbcUrl, (context) -> {
		}, args);
	}

	/**
	 * Starts one whose beans are meddled with.
	 * @param jdbcUrl a database, with user and password in the URL
	 * @param initializer gets the context before any bean is made
	 * @param args further or overriding arguments
	 * @return the running server
	 */
	public static SampleServer startOn(String jdbcUrl,
			ApplicationContextInitializer<ConfigurableApplicationContext> initializer, String... args) {
		List<String> merged = new ArrayList<>(Arrays.asList(args));
		// repeated, an argument would become a list instead of the later value
		for (String argument : List.of("--server.port=0", "--spring.datasource.url=" + jdbcUrl,
				"--sample.jwt.secret=" + SECRET, "--spring.main.banner-mode=off")) {
			String key = argument.substring(0, argument.indexOf('=') + 1);
			if (merged.stream().noneMatch((given) -> given.startsWith(key))) {
				merged.add(argument);
			}
		}
		ConfigurableApplicationContext context = new SpringApplicationBuilder(SampleApplication.class)
			.initializers(initializer)
			.run(merged.toArray(String[]::new));
		return new SampleServer(context, jdbcUrl);
	}

	/**
	 * Returns the port that it listens on.
	 * @return a TCP port of localhost
	 */
	public int port() {
		return this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	/**
	 * Returns the address without a trailing slash.
	 * @return such as {@code http://localhost:40123}
	 */
	public String baseUrl() {
		return "http://localhost:" + port();
	}

	/**
	 * Returns the database, to look into it.
	 * @return a JDBC URL of a superuser, with user and password in it
	 */
	public String jdbcUrl() {
		return this.jdbcUrl;
	}

	/**
	 * Returns what signs its tokens (HS256, UTF-8 bytes).
	 * @return the secret
	 */
	public String secret() {
		return this.context.getEnvironment().getRequiredProperty("sample.jwt.secret");
	}

	/**
	 * Returns a bean of the running application.
	 * @param <T> the type
	 * @param type the type
	 * @return the bean
	 */
	public <T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	@Override
	public void close() {
		this.context.close();
	}

}
