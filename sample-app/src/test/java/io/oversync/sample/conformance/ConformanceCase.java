/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import tools.jackson.databind.JsonNode;

/**
 * One case as written in its file, with its templates.
 *
 * @param name the name of the file without its ending
 * @param category its group
 * @param what one sentence
 * @param section the section of the protocol that it tests
 * @param needsDatabase whether it needs access to the database
 * @param steps in order
 */
record ConformanceCase(String name, String category, String what, String section, boolean needsDatabase,
		List<JsonNode> steps) {

	/**
	 * Reads a case.
	 * @param json the text of the file
	 * @return the case
	 * @throws BadCaseException if a member is missing
	 */
	static ConformanceCase read(String json) {
		JsonNode tree = CaseJson.read(json);
		if (!tree.path("steps").isArray()) {
			throw new BadCaseException("A case has an array of steps: " + CaseTexts.cut(json, 200));
		}
		return new ConformanceCase(text(tree, "name"), text(tree, "category"), text(tree, "what"),
				text(tree, "section"), needsDatabase(tree), tree.get("steps").valueStream().toList());
	}

	/**
	 * Reads all cases on the class path.
	 * @return the cases by name
	 */
	static List<ConformanceCase> readAll() {
		URL folder = ConformanceCase.class.getResource("/conformance/cases");
		if (folder == null) {
			throw new IllegalStateException("There is no folder conformance/cases on the class path");
		}
		try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
			return files.filter((file) -> file.toString().endsWith(".json"))
				.sorted()
				.map(ConformanceCase::readFile)
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static ConformanceCase readFile(Path file) {
		try {
			return read(Files.readString(file));
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot read " + file, ex);
		}
	}

	private static boolean needsDatabase(JsonNode tree) {
		if (!tree.has("needs")) {
			return false;
		}
		if (!text(tree, "needs").equals("db")) {
			throw new BadCaseException("A case can need only a db, not " + tree.get("needs"));
		}
		return true;
	}

	private static String text(JsonNode tree, String name) {
		if (!tree.path(name).isString()) {
			throw new BadCaseException("A case has the text " + name + ": " + CaseTexts.cut(CaseJson.write(tree), 200));
		}
		return tree.get(name).stringValue();
	}

}
