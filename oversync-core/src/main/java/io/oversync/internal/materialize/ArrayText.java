/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL's text form of arrays, with a comma between elements (as for all built-in
 * types but {@code box}).
 */
final class ArrayText {

	private static final String NULL = "NULL";

	private static final String STRUCTURE = "{,}";

	private ArrayText() {
	}

	/**
	 * Returns whether a text looks like an array in PostgreSQL's form: an opening brace,
	 * possibly after dimensions such as {@code [0:2]=}.
	 * @param text without white space around it
	 * @return whether it is no JSON array, at any rate
	 */
	static boolean isArray(String text) {
		int index = 0;
		while (index < text.length() && isDimension(text.charAt(index))) {
			index++;
		}
		if (index > 0 && index < text.length() && text.charAt(index) == '=') {
			index++;
		}
		else if (index > 0) {
			return false;
		}
		return index < text.length() && text.charAt(index) == '{';
	}

	/**
	 * Appends an element.
	 * @param output the array so far
	 * @param element its text, null for SQL null
	 */
	static void appendElement(StringBuilder output, @Nullable String element) {
		if (element == null) {
			output.append(NULL);
			return;
		}
		output.append('"');
		for (int i = 0; i < element.length(); i++) {
			char character = element.charAt(i);
			if (character == '"' || character == '\\') {
				output.append('\\');
			}
			output.append(character);
		}
		output.append('"');
	}

	/**
	 * Replaces the elements of an array and leaves its structure, right or wrong, to
	 * PostgreSQL.
	 * @param text an array in PostgreSQL's form
	 * @param replacement from an element's text to another; not asked for nulls
	 * @return an array in PostgreSQL's form
	 */
	static String replaceElements(String text, UnaryOperator<@Nullable String> replacement) {
		StringBuilder output = new StringBuilder(text.length() + 16);
		int index = text.indexOf('{');
		output.append(text, 0, index);
		rewrite(text, index, output, STRUCTURE,
				(element) -> appendElement(output, (element != null) ? replacement.apply(element) : null));
		return output.toString();
	}

	/**
	 * Writes an array as a JSON array.
	 * @param text an array as PostgreSQL prints it, without dimensions
	 * @param element from an element's text, null for SQL null, to its JSON text
	 * @return the JSON array, nested for several dimensions
	 */
	static String toJson(String text, Function<@Nullable String, String> element) {
		StringBuilder output = new StringBuilder(text.length() + 16);
		rewrite(text, 0, output, "[,]", (value) -> output.append(element.apply(value)));
		return output.toString();
	}

	private static void rewrite(String text, int start, StringBuilder output, String structure,
			Consumer<@Nullable String> elements) {
		int index = start;
		StringBuilder element = new StringBuilder();
		while (index < text.length()) {
			char first = text.charAt(index);
			if (isStructure(first)) {
				output.append(structure.charAt(STRUCTURE.indexOf(first)));
				index++;
				continue;
			}
			if (Character.isWhitespace(first)) {
				index++;
				continue;
			}
			boolean quoted = first == '"';
			index += quoted ? 1 : 0;
			element.setLength(0);
			while (index < text.length() && !ends(text.charAt(index), quoted)) {
				if (text.charAt(index) == '\\' && index + 1 < text.length()) {
					index++;
				}
				element.append(text.charAt(index));
				index++;
			}
			index += quoted ? 1 : 0;
			String value = quoted ? element.toString() : element.toString().strip();
			elements.accept((!quoted && value.equalsIgnoreCase(NULL)) ? null : value);
		}
	}

	private static boolean ends(char character, boolean quoted) {
		return character == '"' || (!quoted && isStructure(character));
	}

	private static boolean isStructure(char character) {
		return STRUCTURE.indexOf(character) >= 0;
	}

	private static boolean isDimension(char character) {
		return (character >= '0' && character <= '9') || "[]:+-".indexOf(character) >= 0;
	}

}
