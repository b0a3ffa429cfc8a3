package io.oversync.sample.conformance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Compares a value with what a case expects of it. Collects every mismatch with its path,
 * and what was to be captured.
 */
final class Expectation {

	private final List<String> mismatches = new ArrayList<>();

	private final Map<String, JsonNode> captures = new HashMap<>();

	private final boolean absentNeverMatches;

	private Expectation(boolean absentNeverMatches) {
		this.absentNeverMatches = absentNeverMatches;
	}

	static Expectation compare(JsonNode expected, @Nullable JsonNode actual, String path) {
		return compare(expected, actual, path, false);
	}

	private static Expectation compare(JsonNode expected, @Nullable JsonNode actual, String path, boolean strict) {
		Expectation expectation = new Expectation(strict);
		expectation.match(expected, actual, path);
		return expectation;
	}

	List<String> mismatches() {
		return this.mismatches;
	}

	Map<String, JsonNode> captures() {
		return this.captures;
	}

	private boolean holds() {
		return this.mismatches.isEmpty();
	}

	private void match(JsonNode expected, @Nullable JsonNode actual, String path) {
		if (actual == null && this.absentNeverMatches) {
			fail(path, expected, null);
			return;
		}
		boolean matcher = expected.isObject()
				&& expected.propertyNames().stream().anyMatch((name) -> name.startsWith("$"));
		if (matcher) {
			expected.properties().forEach((member) -> matchSpecial(member.getKey(), member.getValue(), actual, path));
		}
		else if (actual == null) {
			fail(path, expected, null);
		}
		else if (expected.isObject()) {
			if (!actual.isObject()) {
				fail(path, expected, actual);
				return;
			}
			expected.properties()
				.forEach((member) -> match(member.getValue(), actual.get(member.getKey()),
						path + "." + member.getKey()));
		}
		else if (expected.isArray()) {
			matchArray(expected, actual, path);
		}
		else if (!equal(expected, actual)) {
			fail(path, expected, actual);
		}
	}

	private void matchArray(JsonNode expected, JsonNode actual, String path) {
		if (!actual.isArray() || actual.size() != expected.size()) {
			fail(path, "an array of " + expected.size(), actual);
			return;
		}
		for (int i = 0; i < expected.size(); i++) {
			match(expected.get(i), actual.get(i), path + "[" + i + "]");
		}
	}

	private static boolean equal(JsonNode expected, JsonNode actual) {
		if (expected.isNumber()) {
			return actual.isNumber() && expected.decimalValue().compareTo(actual.decimalValue()) == 0;
		}
		return expected.equals(actual);
	}

	private void matchSpecial(String name, JsonNode argument, @Nullable JsonNode actual, String path) {
		switch (name) {
			case "$any" -> check(actual != null && isA(argument.asString(), actual), path, argument, actual);
			case "$regex" -> check(
					actual != null && actual.isString()
							&& Pattern.compile(argument.asString()).matcher(actual.asString()).find(),
					path, argument, actual);
			case "$ge" -> number((sign) -> sign >= 0, argument, actual, path + " $ge");
			case "$gt" -> number((sign) -> sign > 0, argument, actual, path + " $gt");
			case "$le" -> number((sign) -> sign <= 0, argument, actual, path + " $le");
			case "$lt" -> number((sign) -> sign < 0, argument, actual, path + " $lt");
			case "$absent" -> check(actual == null, path, "nothing", actual);
			case "$absent_or_null" -> check(actual == null || actual.isNull(), path, "nothing", actual);
			case "$capture" -> {
				check(actual != null, path, "something to capture", null);
				if (actual != null) {
					this.captures.put(argument.asString(), actual);
				}
			}
			case "$exact" -> {
				match(argument, actual, path);
				if (actual != null) {
					check(new HashSet<>(actual.propertyNames()).equals(new HashSet<>(argument.propertyNames())), path,
							"the members " + argument.propertyNames(), actual);
				}
			}
			case "$len" -> check(actual != null && actual.isArray() && actual.size() == argument.asInt(), path,
					argument + " elements", actual);
			case "$not" -> check(!compare(argument, actual, path, true).holds(), path, "not " + argument, actual);
			case "$all" -> argument.forEach((each) -> match(each, actual, path));
			case "$anyof" -> adopt(argument, actual, path);
			default -> matchElements(name, argument, actual, path);
		}
	}

	private void matchElements(String name, JsonNode argument, @Nullable JsonNode actual, String path) {
		if (actual == null || !actual.isArray()) {
			fail(path, "an array", actual);
			return;
		}
		switch (name) {
			case "$each" -> {
				for (int i = 0; i < actual.size(); i++) {
					match(argument, actual.get(i), path + "[" + i + "]");
				}
			}
			case "$has" -> argument.forEach((each) -> {
				Expectation found = first(each, actual, path);
				check(found != null, path, "an element like " + each, actual);
				if (found != null) {
					this.captures.putAll(found.captures);
				}
			});
			case "$count" -> {
				long count = actual.valueStream()
					.filter((element) -> compare(argument.required("of"), element, path, true).holds())
					.count();
				check(count == argument.required("is").asLong(), path,
						argument.required("is") + " elements like " + argument.required("of"), actual);
			}
			case "$unordered" -> check(assign(argument, actual), path, "in any order " + argument, actual);
			default -> throw new IllegalArgumentException("Unknown matcher " + name);
		}
	}

	private void adopt(JsonNode alternatives, @Nullable JsonNode actual, String path) {
		for (JsonNode alternative : alternatives) {
			Expectation attempt = compare(alternative, actual, path, this.absentNeverMatches);
			if (attempt.holds()) {
				this.captures.putAll(attempt.captures);
				return;
			}
		}
		fail(path, "one of " + alternatives, actual);
	}

	private @Nullable Expectation first(JsonNode expected, JsonNode elements, String path) {
		for (JsonNode element : elements) {
			Expectation attempt = compare(expected, element, path, this.absentNeverMatches);
			if (attempt.holds()) {
				return attempt;
			}
		}
		return null;
	}

	/** Finds an element of its own for each expected one (augmenting paths). */
	private static boolean assign(JsonNode expected, JsonNode actual) {
		if (expected.size() != actual.size()) {
			return false;
		}
		int[] taken = new int[actual.size()];
		Arrays.fill(taken, -1);
		for (int i = 0; i < expected.size(); i++) {
			if (!assign(i, expected, actual, taken, new HashSet<>())) {
				return false;
			}
		}
		return true;
	}

	private static boolean assign(int index, JsonNode expected, JsonNode actual, int[] taken, Set<Integer> tried) {
		for (int i = 0; i < actual.size(); i++) {
			if (!tried.contains(i) && compare(expected.get(index), actual.get(i), "").holds()) {
				tried.add(i);
				if (taken[i] < 0 || assign(taken[i], expected, actual, taken, tried)) {
					taken[i] = index;
					return true;
				}
			}
		}
		return false;
	}

	private void number(IntPredicate holds, JsonNode bound, @Nullable JsonNode actual, String path) {
		check(actual != null && actual.isNumber() && holds.test(actual.decimalValue().compareTo(bound.decimalValue())),
				path, bound, actual);
	}

	private static boolean isA(String type, JsonNode value) {
		return switch (type) {
			case "int" -> value.isIntegralNumber();
			case "number" -> value.isNumber();
			case "string" -> value.isString();
			case "bool" -> value.isBoolean();
			case "object" -> value.isObject();
			case "array" -> value.isArray();
			case "null" -> value.isNull();
			case "value" -> true;
			default -> throw new IllegalArgumentException("Unknown type " + type);
		};
	}

	private void check(boolean condition, String path, Object expected, @Nullable JsonNode actual) {
		if (!condition) {
			fail(path, expected, actual);
		}
	}

	private void fail(String path, Object expected, @Nullable JsonNode actual) {
		this.mismatches.add(path + ": expected " + expected + " but was " + ((actual != null) ? actual : "absent"));
	}

}
