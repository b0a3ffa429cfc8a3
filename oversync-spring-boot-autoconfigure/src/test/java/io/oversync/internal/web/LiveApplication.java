/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;

import javax.crypto.spec.SecretKeySpec;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.oversync.internal.store.SchemaMigrator;
import io.oversync.internal.store.SchemaMode;
import io.oversync.test.TestDatabases;
import io.oversync.test.TestPostgres;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * A small application with the endpoints, on a live port, a real database and real
 * security.
 */
final class LiveApplication implements AutoCloseable {

	static final String UPLOAD = """
			{"changes":[{"source_change_id":1,"schema":"app","table":"note","op":"INSERT",
			"pk":"550e8400-e29b-41d4-a716-446655440000","server_version":0,"payload":{"bodyText":"x"}}]}""";

	private static final byte[] SECRET = "a-secret-of-the-tests-with-enough-bytes".getBytes(StandardCharsets.UTF_8);

	private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	static final String WITHOUT_JPA = "spring.autoconfigure.exclude="
			+ "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration,"
			+ "org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration";

	private final ConfigurableApplicationContext context;

	private final String url;

	private LiveApplication(ConfigurableApplicationContext context, String url) {
		this.context = context;
		this.url = url;
	}

	/**
	 * Starts an application on a database that was migrated before.
	 * @param configuration further configuration of the application
	 * @param properties {@code name=value}
	 * @return the running application
	 */
	static LiveApplication start(Class<?> configuration, String... properties) {
		return runWithoutJpa(TestPostgres.copyDatabase(Template.URL), configuration, properties);
	}

	/**
	 * Starts an application with JPA, which migrates its database itself. Its entities
	 * are those of this package.
	 * @param configuration further configuration of the application
	 * @param properties {@code name=value}
	 * @return the running application
	 */
	static LiveApplication startWithJpa(Class<?> configuration, String... properties) {
		String url = TestPostgres.createDatabase();
		createTables(url);
		return run(url, configuration, properties);
	}

	/**
	 * Starts an application.
	 * @param url its database, in which the application may have further tables; migrated
	 * by the application
	 * @param configuration further configuration of the application
	 * @param properties {@code name=value}
	 * @return the running application
	 */
	static LiveApplication startOn(String url, Class<?> configuration, String... properties) {
		createTables(url);
		return runWithoutJpa(url, configuration, properties);
	}

	private static void createTables(String url) {
		TestPostgres.execute(url, "create schema if not exists app",
				"create table if not exists app.note (id uuid primary key, owner_id text not null, body text)",
				"create index if not exists note_owner on app.note (owner_id)",
				"create table if not exists app.diary (id uuid primary key, owner_id uuid not null, body text)");
	}

	private static LiveApplication runWithoutJpa(String url, Class<?> configuration, String... properties) {
		List<String> all = new ArrayList<>(List.of(properties));
		all.add(WITHOUT_JPA);
		return run(url, configuration, all.toArray(String[]::new));
	}

	private static LiveApplication run(String url, Class<?> configuration, String... properties) {
		List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--spring.datasource.url=" + url,
				"--oversync.registered-tables[0].name=app.note",
				"--oversync.registered-tables[0].owner-column=owner_id", "--spring.flyway.enabled=false",
				"--spring.main.banner-mode=off"));
		for (String property : properties) {
			arguments.add("--" + property);
		}
		return new LiveApplication(
				new SpringApplicationBuilder(Application.class, configuration).run(arguments.toArray(String[]::new)),
				url);
	}

	/**
	 * Returns the database of {@code spring.datasource.url}.
	 * @return a JDBC URL of a superuser, with user and password in it
	 */
	String url() {
		return this.url;
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	int port() {
		return this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://localhost:" + port() + path));
	}

	HttpResponse<String> get(String path, String... headers) {
		return send(request(path).GET(), headers);
	}

	HttpResponse<String> post(String path, String body, String... headers) {
		return send(request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)),
				headers);
	}

	HttpResponse<String> send(HttpRequest.Builder request, String... headers) {
		if (headers.length > 0) {
			request.headers(headers);
		}
		try {
			return HTTP.send(request.build(), BodyHandlers.ofString());
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Returns the header of a valid token. */
	static String[] bearer() {
		return bearer(new JWTClaimsSet.Builder().subject("alice").claim("did", "phone"));
	}

	static String[] bearer(JWTClaimsSet.Builder claims) {
		return bearer(claims, Duration.ofMinutes(10));
	}

	static String[] bearer(JWTClaimsSet.Builder claims, Duration lifetime) {
		try {
			SignedJWT jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256),
					claims.expirationTime(Date.from(Instant.now().plus(lifetime))).build());
			jwt.sign(new MACSigner(SECRET));
			return new String[] { "Authorization", "Bearer " + jwt.serialize() };
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.context.close();
	}

	/** The database that applications get a copy of, migrated once in a JVM. */
	private static final class Template {

		static final String URL = create();

		private static String create() {
			String url = TestPostgres.createDatabase();
			createTables(url);
			new SchemaMigrator(TestDatabases.dataSource(url)).migrate(SchemaMode.MIGRATE);
			return url;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		AppController appController() {
			return new AppController();
		}

	}

	/** For applications with JWTs and Spring Boot's own filter chain. */
	@Configuration(proxyBeanMethods = false)
	static class Jwt {

		@Bean
		JwtDecoder jwtDecoder() {
			return NimbusJwtDecoder.withSecretKey(new SecretKeySpec(SECRET, "HmacSHA256")).build();
		}

	}

	/** The application's own endpoints, one of them below the base path. */
	@RestController
	static class AppController {

		@GetMapping("/app")
		Greeting app() {
			return new Greeting("hello");
		}

		@GetMapping("/sync/own")
		Greeting own() {
			return new Greeting("own");
		}

		@GetMapping("/sync/failing")
		Greeting failing() {
			throw new IllegalStateException("of the application");
		}

	}

	record Greeting(String helloWorld) {
	}

}
