/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The names, keys and captured values of one run of a case, with which it fills in the
 * templates of steps.
 * <p>
 * Replaces <code>{{…}}</code> in every string of a tree and unrolls {@code $repeat}. A
 * string that is a single template becomes the value with its type; inside longer text it
 * becomes text. Inner templates go first. The result of a template is not expanded again,
 * so that a server's text cannot inject one. <code>{{</code> that is never closed is
 * text.
 */
final class Templates {

	private static final Pattern INDEX = Pattern.compile("i(?:([-+%/])(\\d+))?");

	private final String suffix;

	private final Map<String, UUID> uuids = new HashMap<>();

	private final Map<String, JsonNode> captured = new HashMap<>();

	/**
	 * Starts a run.
	 * @param suffix makes its users and devices different from those of every other run
	 */
	Templates(String suffix) {
		this.suffix = suffix;
	}

	String user(String name) {
		return name + "-" + this.suffix;
	}

	String device(String name) {
		return name + "-" + this.suffix;
	}

	void capture(Map<String, JsonNode> values) {
		this.captured.putAll(values);
	}

	/**
	 * Fills in a part of a step.
	 * @param tree the part as the case has it; it is not changed
	 * @return a new tree without templates
	 * @throws BadCaseException if a template is unknown or nothing was captured under its
	 * name
	 */
	JsonNode resolve(JsonNode tree) {
		return resolve(tree, null);
	}

	private JsonNode resolve(JsonNode tree, @Nullable Long index) {
		if (tree.isString()) {
			return new Scanner(tree.stringValue(), index).value();
		}
		if (tree.isArray()) {
			ArrayNode array = CaseJson.NODES.arrayNode();
			for (JsonNode element : tree) {
				addTo(array, element, index);
			}
			return array;
		}
		if (tree.isObject()) {
			ObjectNode object = CaseJson.NODES.objectNode();
			tree.properties().forEach((member) -> object.set(member.getKey(), resolve(member.getValue(), index)));
			return object;
		}
		return tree;
	}

	private void addTo(ArrayNode array, JsonNode element, @Nullable Long index) {
		if (!element.has("$repeat")) {
			array.add(resolve(element, index));
			return;
		}
		long count = number(resolve(element.get("$repeat"), index), "$repeat");
		long from = element.has("from") ? number(resolve(element.get("from"), index), "from") : 1;
		if (!element.has("item")) {
			throw new BadCaseException("$repeat without an item");
		}
		for (long i = from; i < from + count; i++) {
			array.add(resolve(element.get("item"), i));
		}
	}

	private static long number(JsonNode value, String name) {
		if (!value.isIntegralNumber()) {
			throw new BadCaseException(name + " needs an integer, not " + value);
		}
		return value.longValue();
	}

	private JsonNode evaluate(String expression, @Nullable Long index) {
		Matcher arithmetic = INDEX.matcher(expression);
		if (index != null && arithmetic.matches()) {
			return CaseJson.NODES.numberNode(calculate(index, arithmetic.group(1), arithmetic.group(2)));
		}
		int colon = expression.indexOf(':');
		String argument = expression.substring(colon + 1);
		return switch ((colon < 0) ? "" : expression.substring(0, colon)) {
			case "uuid" -> CaseJson.NODES.stringNode(uuid(argument));
			case "user" -> CaseJson.NODES.stringNode(user(argument));
			case "device" -> CaseJson.NODES.stringNode(device(argument));
			case "repeat" -> CaseJson.NODES.stringNode(repeat(argument));
			case "" -> captured(expression);
			default -> throw new BadCaseException("Unknown template {{" + expression + "}}");
		};
	}

	private static long calculate(long index, @Nullable String operator, @Nullable String operand) {
		if (operator == null || operand == null) {
			return index;
		}
		long number = Long.parseLong(operand);
		return switch (operator) {
			case "+" -> index + number;
			case "-" -> index - number;
			case "%" -> index % number;
			default -> index / number;
		};
	}

	private JsonNode captured(String name) {
		JsonNode value = this.captured.get(name);
		if (value == null) {
			throw new BadCaseException("Nothing was captured for {{" + name + "}}");
		}
		return value;
	}

	private String uuid(String argument) {
		int bar = argument.indexOf('|');
		String name = (bar < 0) ? argument : argument.substring(0, bar);
		UUID uuid = this.uuids.computeIfAbsent(name, (key) -> UUID.randomUUID());
		String form = (bar < 0) ? "" : argument.substring(bar + 1);
		return switch (form) {
			case "" -> uuid.toString();
			case "upper" -> uuid.toString().toUpperCase(Locale.ROOT);
			case "hex" -> uuid.toString().replace("-", "");
			case "base64" -> Base64.getEncoder()
				.encodeToString(ByteBuffer.allocate(16)
					.putLong(uuid.getMostSignificantBits())
					.putLong(uuid.getLeastSignificantBits())
					.array());
			default -> throw new BadCaseException("Unknown form of a UUID: " + form);
		};
	}

	private static String repeat(String argument) {
		int colon = argument.indexOf(':');
		try {
			return argument.substring(colon + 1).repeat(Integer.parseInt(argument.substring(0, Math.max(colon, 0))));
		}
		catch (IllegalArgumentException ex) {
			throw new BadCaseException("{{repeat:…}} needs a number and a text: " + argument);
		}
	}

	/**
	 * Goes through one string once, templates in templates by recursion.
	 */
	private final class Scanner {

		private final String text;

		private final @Nullable Long index;

		private int position;

		private Scanner(String text, @Nullable Long index) {
			this.text = text;
			this.index = index;
		}

		private JsonNode value() {
			JsonNode only = null;
			StringBuilder result = new StringBuilder();
			while (this.position < this.text.length()) {
				int start = this.position;
				JsonNode value = template();
				if (value == null) {
					result.append(this.text.charAt(this.position++));
				}
				else {
					only = (start == 0 && this.position == this.text.length()) ? value : null;
					result.append(asText(value));
				}
			}
			return (only != null) ? only : CaseJson.NODES.stringNode(result.toString());
		}

		private @Nullable JsonNode template() {
			int braces = this.position;
			while (braces < this.text.length() && this.text.charAt(braces) == '{') {
				braces++;
			}
			braces -= this.position;
			// of three braces the first is text and the others open the template
			if (braces < 2 || braces % 2 == 1 || this.text.indexOf("}}", this.position) < 0) {
				return null;
			}
			int start = this.position;
			this.position += 2;
			StringBuilder expression = new StringBuilder();
			while (this.position < this.text.length()) {
				if (this.text.startsWith("}}", this.position)) {
					this.position += 2;
					return evaluate(expression.toString(), this.index);
				}
				JsonNode inner = template();
				if (inner != null) {
					expression.append(asText(inner));
				}
				else {
					expression.append(this.text.charAt(this.position++));
				}
			}
			this.position = start;
			return null;
		}

		private static String asText(JsonNode value) {
			return value.isString() ? value.stringValue() : CaseJson.write(value);
		}

	}

}
