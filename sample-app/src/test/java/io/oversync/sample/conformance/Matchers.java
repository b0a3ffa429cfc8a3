/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

import tools.jackson.databind.JsonNode;

/**
 * Compares a value with a matcher; both are plain trees without templates.
 * <p>
 * An absent member is a missing node. {@code $capture} counts only if its matcher holds
 * as a whole, so that a failed alternative captures nothing.
 */
final class Matchers {

	private Matchers() {
	}

	/**
	 * Compares a value.
	 * @param matcher the matcher
	 * @param actual the value, or a missing node
	 * @param path the path of the value, for messages
	 * @param captures receives the values of {@code $capture}
	 * @return the mismatches, empty if the matcher holds
	 * @throws BadCaseException if the matcher is invalid
	 */
	static List<Mismatch> match(JsonNode matcher, JsonNode actual, String path, Map<String, JsonNode> captures) {
		CaseComparison comparison = new CaseComparison(captures, false);
		comparison.compare(matcher, actual, path);
		return comparison.mismatches();
	}

	/**
	 * Compares one of several alternatives.
	 * @param present whether an absent member matches nothing at all, as within
	 * {@code $count} and {@code $not}
	 */
	static boolean matches(JsonNode matcher, JsonNode actual, boolean present, Map<String, JsonNode> captures) {
		Map<String, JsonNode> own = new HashMap<>();
		CaseComparison comparison = new CaseComparison(own, present);
		comparison.compare(matcher, actual, "");
		if (!comparison.mismatches().isEmpty()) {
			return false;
		}
		captures.putAll(own);
		return true;
	}

	static boolean isOperators(JsonNode matcher) {
		if (!matcher.isObject() || matcher.isEmpty()) {
			return false;
		}
		Set<String> names = Set.copyOf(matcher.propertyNames());
		long operators = names.stream().filter((name) -> name.startsWith("$")).count();
		if (operators > 0 && operators < names.size()) {
			throw new BadCaseException("A matcher has either $ names or members: " + names);
		}
		return operators > 0;
	}

	static boolean isOfType(String type, JsonNode value) {
		return switch (type) {
			case "int" -> value.isIntegralNumber();
			case "number" -> value.isNumber();
			case "string" -> value.isString();
			case "bool" -> value.isBoolean();
			case "object" -> value.isObject();
			case "array" -> value.isArray();
			case "null" -> value.isNull();
			case "value" -> !value.isMissingNode();
			default -> throw new BadCaseException("Unknown type in $any: " + type);
		};
	}

	static boolean isFound(String expression, JsonNode value) {
		return value.isString() && Pattern.compile(expression).matcher(value.stringValue()).find();
	}

	static boolean isOrdered(JsonNode value, JsonNode bound, IntPredicate order) {
		if (!bound.isNumber()) {
			throw new BadCaseException("A comparison needs a number, not " + bound);
		}
		return value.isNumber() && order.test(value.decimalValue().compareTo(bound.decimalValue()));
	}

	/**
	 * Whether each matcher can have an element of its own, whatever the first choice of
	 * another was.
	 */
	static boolean isUnordered(JsonNode matchers, JsonNode array, boolean present, Map<String, JsonNode> captures) {
		int size = matchers.size();
		if (size != array.size()) {
			return false;
		}
		int[] ownerOf = new int[size];
		Arrays.fill(ownerOf, -1);
		for (int matcher = 0; matcher < size; matcher++) {
			if (!assign(matcher, matchers, array, present, ownerOf, new boolean[size])) {
				return false;
			}
		}
		for (int element = 0; element < size; element++) {
			matches(matchers.get(ownerOf[element]), array.get(element), present, captures);
		}
		return true;
	}

	private static boolean assign(int matcher, JsonNode matchers, JsonNode array, boolean present, int[] ownerOf,
			boolean[] seen) {
		for (int element = 0; element < seen.length; element++) {
			if (!seen[element] && matches(matchers.get(matcher), array.get(element), present, new HashMap<>())) {
				seen[element] = true;
				if (ownerOf[element] < 0 || assign(ownerOf[element], matchers, array, present, ownerOf, seen)) {
					ownerOf[element] = matcher;
					return true;
				}
			}
		}
		return false;
	}

}
