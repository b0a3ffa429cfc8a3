/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The page and its files, read once. Only files that are listed here are served.
 */
final class ConsoleFiles {

	/** The page itself. */
	static final String PAGE = "index.html";

	private static final List<String> NAMES = List.of(PAGE, "console.css", "icon.svg", "app.js", "api.js", "dom.js",
			"overview.js", "users.js", "user.js", "devices.js", "stream.js", "conflicts.js", "failures.js", "jobs.js",
			"epochs.js");

	private final Map<String, byte[]> files = new LinkedHashMap<>();

	ConsoleFiles() {
		NAMES.forEach((name) -> this.files.put(name, read(name)));
	}

	private static byte[] read(String name) {
		try (InputStream input = ConsoleFiles.class.getResourceAsStream("assets/" + name)) {
			if (input == null) {
				throw new FileNotFoundException(name);
			}
			return input.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static List<String> names() {
		return NAMES;
	}

	/**
	 * Finds a file.
	 * @param name its name
	 * @return its contents, not to be modified; null if there is none of that name
	 */
	byte @Nullable [] find(String name) {
		return this.files.get(name);
	}

	static String type(String name) {
		return switch (name.substring(name.lastIndexOf('.'))) {
			case ".html" -> "text/html;charset=UTF-8";
			case ".css" -> "text/css;charset=UTF-8";
			case ".svg" -> "image/svg+xml";
			default -> "text/javascript;charset=UTF-8";
		};
	}

}
