/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import tools.jackson.databind.JsonNode;

/**
 * One comparison that collects its mismatches; see {@link Matchers}.
 */
final class CaseComparison {

	private final Map<String, JsonNode> captures;

	/** Whether an absent member matches nothing at all. */
	private final boolean present;

	private final List<Mismatch> mismatches = new ArrayList<>();

	CaseComparison(Map<String, JsonNode> captures, boolean present) {
		this.captures = captures;
		this.present = present;
	}

	List<Mismatch> mismatches() {
		return List.copyOf(this.mismatches);
	}

	void compare(JsonNode matcher, JsonNode actual, String path) {
		if (this.present && actual.isMissingNode()) {
			check(false, path, "there is no such member");
		}
		else if (Matchers.isOperators(matcher)) {
			matcher.properties().forEach((operator) -> apply(operator.getKey(), operator.getValue(), actual, path));
		}
		else if (matcher.isObject()) {
			if (isKind(actual.isObject(), "an object", actual, path)) {
				matcher.properties()
					.forEach((member) -> compare(member.getValue(), actual.path(member.getKey()),
							path + "." + member.getKey()));
			}
		}
		else if (matcher.isArray()) {
			if (isKind(actual.isArray(), "an array", actual, path)) {
				elements(matcher, actual, path);
			}
		}
		else {
			check(isSame(matcher, actual), path, "expected " + shown(matcher) + " but got " + shown(actual));
		}
	}

	private void elements(JsonNode matcher, JsonNode actual, String path) {
		check(matcher.size() == actual.size(), path,
				"expected " + matcher.size() + " elements but got " + actual.size());
		for (int i = 0; i < Math.min(matcher.size(), actual.size()); i++) {
			compare(matcher.get(i), actual.get(i), path + "[" + i + "]");
		}
	}

	private void apply(String operator, JsonNode operand, JsonNode actual, String path) {
		switch (operator) {
			case "$any" -> check(Matchers.isOfType(text(operator, operand), actual), path,
					"expected any " + operand.stringValue() + " but got " + shown(actual));
			case "$regex" -> check(Matchers.isFound(text(operator, operand), actual), path,
					"expected text with /" + operand.stringValue() + "/ but got " + shown(actual));
			case "$ge" -> order(operator, operand, actual, path, Matchers.isOrdered(actual, operand, (o) -> o >= 0));
			case "$gt" -> order(operator, operand, actual, path, Matchers.isOrdered(actual, operand, (o) -> o > 0));
			case "$le" -> order(operator, operand, actual, path, Matchers.isOrdered(actual, operand, (o) -> o <= 0));
			case "$lt" -> order(operator, operand, actual, path, Matchers.isOrdered(actual, operand, (o) -> o < 0));
			case "$absent" -> check(actual.isMissingNode(), path, "expected no such member but got " + shown(actual));
			case "$absent_or_null" -> check(actual.isMissingNode() || actual.isNull(), path,
					"expected no such member or null but got " + shown(actual));
			case "$capture" -> capture(text(operator, operand), actual, path);
			case "$anyof" -> check(matching(operator, operand, actual), path,
					"expected one of " + shown(operand) + " but got " + shown(actual));
			case "$all" -> array(operator, operand).forEach((matcher) -> compare(matcher, actual, path));
			case "$not" -> check(!Matchers.matches(operand, actual, true, new HashMap<>()), path,
					"expected anything but " + shown(operand) + " and got " + shown(actual));
			case "$exact" -> exact(operand, actual, path);
			default -> applyToArray(operator, operand, actual, path);
		}
	}

	private void applyToArray(String operator, JsonNode operand, JsonNode actual, String path) {
		switch (operator) {
			case "$len", "$each", "$has", "$unordered", "$count" -> {
				if (!isKind(actual.isArray(), "an array", actual, path)) {
					return;
				}
			}
			default -> throw new BadCaseException("Unknown matcher " + operator);
		}
		switch (operator) {
			case "$len" -> check(isSame(operand, CaseJson.NODES.numberNode(actual.size())), path,
					"expected " + shown(operand) + " elements but got " + actual.size());
			case "$each" -> {
				for (int i = 0; i < actual.size(); i++) {
					compare(operand, actual.get(i), path + "[" + i + "]");
				}
			}
			case "$has" -> array(operator, operand)
				.forEach((matcher) -> check(hasElement(matcher, actual), path, "no element matches " + shown(matcher)));
			case "$unordered" ->
				check(Matchers.isUnordered(array(operator, operand), actual, this.present, this.captures), path,
						"expected in any order " + shown(operand) + " but got " + shown(actual));
			default -> count(operand, actual, path);
		}
	}

	private boolean hasElement(JsonNode matcher, JsonNode actual) {
		return actual.valueStream()
			.anyMatch((element) -> Matchers.matches(matcher, element, this.present, this.captures));
	}

	private boolean matching(String operator, JsonNode matchers, JsonNode actual) {
		return array(operator, matchers).valueStream()
			.anyMatch((matcher) -> Matchers.matches(matcher, actual, this.present, this.captures));
	}

	private void count(JsonNode operand, JsonNode actual, String path) {
		if (!operand.has("of") || !operand.path("is").isIntegralNumber()) {
			throw new BadCaseException("$count needs of and is");
		}
		long count = actual.valueStream()
			.filter((element) -> Matchers.matches(operand.get("of"), element, true, new HashMap<>()))
			.count();
		check(operand.get("is").longValue() == count, path, "expected " + operand.get("is") + " elements that match "
				+ shown(operand.get("of")) + " but got " + count);
	}

	private void exact(JsonNode operand, JsonNode actual, String path) {
		if (!operand.isObject()) {
			throw new BadCaseException("$exact needs an object");
		}
		if (!isKind(actual.isObject(), "an object", actual, path)) {
			return;
		}
		operand.properties()
			.forEach(
					(member) -> compare(member.getValue(), actual.path(member.getKey()), path + "." + member.getKey()));
		actual.propertyNames()
			.forEach((name) -> check(operand.has(name), path + "." + name,
					"unexpected member with " + shown(actual.get(name))));
	}

	private void capture(String name, JsonNode actual, String path) {
		check(!actual.isMissingNode(), path, "expected a member to remember as " + name + " but there is none");
		if (!actual.isMissingNode()) {
			this.captures.put(name, actual);
		}
	}

	private void order(String operator, JsonNode operand, JsonNode actual, String path, boolean holds) {
		check(holds, path, "expected a number " + operator + " " + operand + " but got " + shown(actual));
	}

	private static boolean isSame(JsonNode expected, JsonNode actual) {
		if (expected.isNumber()) {
			return actual.isNumber() && expected.decimalValue().compareTo(actual.decimalValue()) == 0;
		}
		return expected.equals(actual);
	}

	private static String text(String operator, JsonNode operand) {
		if (!operand.isString()) {
			throw new BadCaseException(operator + " needs text, not " + operand);
		}
		return operand.stringValue();
	}

	private static JsonNode array(String operator, JsonNode operand) {
		if (!operand.isArray()) {
			throw new BadCaseException(operator + " needs an array, not " + operand);
		}
		return operand;
	}

	private boolean isKind(boolean holds, String kind, JsonNode actual, String path) {
		check(holds, path, "expected " + kind + " but got " + shown(actual));
		return holds;
	}

	private void check(boolean holds, String path, String problem) {
		if (!holds) {
			this.mismatches.add(new Mismatch(path, problem));
		}
	}

	private static String shown(JsonNode value) {
		return value.isMissingNode() ? "no such member" : CaseTexts.cut(CaseJson.write(value), 300);
	}

}
