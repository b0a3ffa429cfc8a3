/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

import java.net.URI;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * The server under test.
 *
 * @param baseUri its address without a path, such as {@code http://localhost:8080}
 * @param secret the secret of its tokens (HS256, UTF-8 bytes)
 * @param jdbcUrl its database with user and password in the URL, or null: then steps that
 * need the database are skipped
 */
record ConformanceTarget(URI baseUri, String secret, @Nullable String jdbcUrl) {

	static final String URL = "oversync.conformance.url";

	static final String SECRET = "oversync.conformance.secret";

	static final String JDBC_URL = "oversync.conformance.jdbc-url";

	/**
	 * Reads the server from the configuration.
	 * @param properties gives the value of a property, or null
	 * @return the server, or null when none is named
	 * @throws IllegalArgumentException if the URL comes without the secret, or the other
	 * way round
	 */
	static @Nullable ConformanceTarget from(UnaryOperator<@Nullable String> properties) {
		String url = textOf(properties.apply(URL));
		String secret = textOf(properties.apply(SECRET));
		String jdbcUrl = textOf(properties.apply(JDBC_URL));
		if (url == null && secret == null && jdbcUrl == null) {
			return null;
		}
		if (url == null || secret == null) {
			throw new IllegalArgumentException("To test another server, give both -D" + URL + " and -D" + SECRET
					+ " (what signs its tokens); -D" + JDBC_URL + " is optional");
		}
		return new ConformanceTarget(URI.create(url.replaceAll("/+$", "")), secret, jdbcUrl);
	}

	private static @Nullable String textOf(@Nullable String value) {
		return (value == null || value.isBlank()) ? null : value.trim();
	}

}
