/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.oversync.protocol.ExpiredDeletes;
import io.oversync.protocol.SyncActor;
import org.jspecify.annotations.Nullable;

/**
 * The content of {@code GET {base}/status} (protocol §4).
 *
 * @param version the version of this library
 * @param applicationName the name of the application
 * @param epochs the name of the server's history, null if it has none
 * @param expired which deletes of a user's stream have expired
 */
public record ServerStatus(String version, String applicationName, Supplier<@Nullable String> epochs,
		Function<SyncActor, ExpiredDeletes> expired) {

	/** The features that a client may rely on beyond upload and download. */
	private static final List<String> FEATURES = List.of("idempotent_uploads", "download_window", "include_self",
			"typed_materialization", "materialize_failures", "changes", "checksum");

	private static final List<String> WAITING = List.of("watch", "wait");

	/**
	 * Returns the names of the features.
	 * @param waiting whether requests can wait for news
	 * @return the features
	 */
	static List<String> features(boolean waiting) {
		return waiting ? Stream.concat(FEATURES.stream(), WAITING.stream()).toList() : FEATURES;
	}

	/**
	 * The status of an application.
	 * @param applicationName its name
	 * @param epochs the name of the server's history, null if it has none
	 * @param expired which deletes of a user's stream have expired
	 * @return with the version of this library
	 */
	public static ServerStatus of(String applicationName, Supplier<@Nullable String> epochs,
			Function<SyncActor, ExpiredDeletes> expired) {
		Properties properties = new Properties();
		try (InputStream input = ServerStatus.class.getResourceAsStream("version.properties")) {
			if (input != null) {
				properties.load(input);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return new ServerStatus(properties.getProperty("version", "unknown"), applicationName, epochs, expired);
	}

}
