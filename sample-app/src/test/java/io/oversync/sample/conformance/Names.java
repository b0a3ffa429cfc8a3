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
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Fills in the templates of one run of a case: its users, devices, keys and captured
 * values.
 */
final class Names {

	private static final Pattern TEMPLATE = Pattern.compile("\\{\\{([^{}]*)\\}\\}");

	private static final Pattern COUNTER = Pattern.compile("i(?:([-+%/])(\\d+))?");

	private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

	private final String run = UUID.randomUUID().toString().substring(0, 8);

	private final Map<String, UUID> uuids = new HashMap<>();

	private final Map<String, JsonNode> captured = new HashMap<>();

	String user(String name) {
		return name + "-" + this.run;
	}

	String device(String name) {
		return name + "-" + this.run;
	}

	void capture(String name, JsonNode value) {
		this.captured.put(name, value);
	}

	JsonNode resolve(JsonNode node) {
		return resolve(node, null);
	}

	private JsonNode resolve(JsonNode node, @Nullable Long counter) {
		if (node.isString()) {
			return resolveText(node.asString(), counter);
		}
		if (node instanceof ArrayNode array) {
			ArrayNode resolved = NODES.arrayNode();
			array.forEach((element) -> {
				if (element.has("$repeat")) {
					long from = element.path("from").asLong(1);
					long count = resolve(element.get("$repeat"), counter).asLong();
					for (long i = from; i < from + count; i++) {
						resolved.add(resolve(element.required("item"), i));
					}
				}
				else {
					resolved.add(resolve(element, counter));
				}
			});
			return resolved;
		}
		if (node.isObject()) {
			ObjectNode resolved = NODES.objectNode();
			node.properties()
				.forEach((member) -> resolved.set(fill(member.getKey(), counter), resolve(member.getValue(), counter)));
			return resolved;
		}
		return node;
	}

	private JsonNode resolveText(String text, @Nullable Long counter) {
		String rest = text;
		while (true) {
			Matcher matcher = TEMPLATE.matcher(rest);
			if (!matcher.find()) {
				return NODES.stringNode(rest);
			}
			JsonNode value = value(matcher.group(1), counter);
			if (matcher.start() == 0 && matcher.end() == rest.length()) {
				return value;
			}
			String filled = value.isString() ? value.asString() : value.toString();
			rest = rest.substring(0, matcher.start()) + filled + rest.substring(matcher.end());
		}
	}

	private String fill(String text, @Nullable Long counter) {
		return resolveText(text, counter).asString();
	}

	private JsonNode value(String template, @Nullable Long counter) {
		String[] parts = template.split(":", 2);
		if (parts.length == 2) {
			return NODES.stringNode(switch (parts[0]) {
				case "uuid" -> uuid(parts[1]);
				case "user" -> user(parts[1]);
				case "device" -> device(parts[1]);
				case "repeat" -> {
					String[] repeat = parts[1].split(":", 2);
					yield repeat[1].repeat(Integer.parseInt(repeat[0]));
				}
				default -> throw new IllegalArgumentException("Unknown template {{" + template + "}}");
			});
		}
		Matcher matcher = COUNTER.matcher(template);
		if (matcher.matches() && counter != null) {
			return NODES.numberNode(count(counter, matcher.group(1), matcher.group(2)));
		}
		JsonNode value = this.captured.get(template);
		if (value == null) {
			throw new IllegalArgumentException("Nothing was captured as {{" + template + "}}");
		}
		return value;
	}

	private static long count(long counter, @Nullable String operator, @Nullable String operand) {
		if (operator == null || operand == null) {
			return counter;
		}
		long number = Long.parseLong(operand);
		return switch (operator) {
			case "+" -> counter + number;
			case "-" -> counter - number;
			case "%" -> counter % number;
			default -> counter / number;
		};
	}

	private String uuid(String spec) {
		String[] parts = spec.split("\\|", 2);
		UUID uuid = this.uuids.computeIfAbsent(parts[0], (name) -> UUID.randomUUID());
		return switch ((parts.length == 2) ? parts[1] : "") {
			case "" -> uuid.toString();
			case "upper" -> uuid.toString().toUpperCase(Locale.ROOT);
			case "hex" -> uuid.toString().replace("-", "");
			case "base64" -> Base64.getEncoder()
				.encodeToString(ByteBuffer.allocate(16)
					.putLong(uuid.getMostSignificantBits())
					.putLong(uuid.getLeastSignificantBits())
					.array());
			default -> throw new IllegalArgumentException("Unknown form of a UUID: " + spec);
		};
	}

}
