/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A Spring Boot application on a random port with a database of its own, for tests that
 * talk HTTP to it.
 */
public final class ApplicationServer implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private final String jdbcUrl;

	private ApplicationServer(ConfigurableApplicationContext context, String jdbcUrl) {
		this.context = context;
		this.jdbcUrl = jdbcUrl;
	}

	/**
	 * Starts an application with a new, empty database.
	 * @param application its main class
	 * @param args further or overriding arguments, such as
	 * {@code --oversync.base-path=/api/sync}
	 * @return the running server
	 */
	public static ApplicationServer start(Class<?> application, String... args) {
		return startOn(TestPostgres.createDatabase(), application, args);
	}

	/**
	 * Starts an application on an existing database: a second node or a restart.
	 * @param jdbcUrl a database, with user and password in the URL
	 * @param application its main class
	 * @param args further or overriding arguments
	 * @return the running server
	 */
	public static ApplicationServer startOn(String jdbcUrl, Class<?> application, String... args) {
		return startOn(jdbcUrl, application, (context) -> {
		}, args);
	}

	/**
	 * Starts an application whose beans the test replaces.
	 * @param jdbcUrl a database, with user and password in the URL
	 * @param application its main class
	 * @param initializer gets the context before any bean is created
	 * @param args further or overriding arguments
	 * @return the running server
	 */
	public static ApplicationServer startOn(String jdbcUrl, Class<?> application,
			ApplicationContextInitializer<ConfigurableApplicationContext> initializer, String... args) {
		List<String> merged = new ArrayList<>(Arrays.asList(args));
		// repeated, an argument would become a list instead of the later value
		for (String argument : List.of("--server.port=0", "--spring.datasource.url=" + jdbcUrl,
				"--spring.main.banner-mode=off")) {
			String key = argument.substring(0, argument.indexOf('=') + 1);
			if (merged.stream().noneMatch((given) -> given.startsWith(key))) {
				merged.add(argument);
			}
		}
		ConfigurableApplicationContext context = new SpringApplicationBuilder(application).initializers(initializer)
			.run(merged.toArray(String[]::new));
		return new ApplicationServer(context, jdbcUrl);
	}

	/**
	 * Returns the port that the application listens on.
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
	 * Returns the application's database.
	 * @return a JDBC URL of a superuser, with user and password in it
	 */
	public String jdbcUrl() {
		return this.jdbcUrl;
	}

	/**
	 * Returns a property of the running application.
	 * @param name its name
	 * @return the value
	 * @throws IllegalStateException if the application does not have the property
	 */
	public String property(String name) {
		return this.context.getEnvironment().getRequiredProperty(name);
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
