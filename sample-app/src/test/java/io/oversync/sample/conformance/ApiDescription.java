/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialects;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The OpenAPI description of the endpoints. Every answer has a status, headers and a body
 * that are described, and a request that succeeds is a described one.
 */
final class ApiDescription implements AnswerRules {

	private static final String RESOURCE = "/io/oversync/internal/web/openapi.yaml";

	private static final String IRI = "https://oversync.io/openapi";

	private final JsonNode document;

	private final SchemaRegistry schemas;

	private final Map<String, Schema> known = new ConcurrentHashMap<>();

	private final Set<String> seen = new ConcurrentSkipListSet<>();

	ApiDescription(String yaml) {
		this.document = new YAMLMapper().readTree(yaml);
		SchemaRegistryConfig config = SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build();
		this.schemas = SchemaRegistry.withDefaultDialect(Dialects.getOpenApi31(),
				(builder) -> builder.schemaRegistryConfig(config).schemas(Map.of(IRI, CaseJson.write(this.document))));
	}

	static String read() {
		try (InputStream input = ApiDescription.class.getResourceAsStream(RESOURCE)) {
			return new String(input.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	JsonNode document() {
		return this.document;
	}

	/**
	 * Returns the operations that an answer without an error was seen of.
	 * @return such as {@code upload}
	 */
	Set<String> seen() {
		return new TreeSet<>(this.seen);
	}

	@Override
	public List<Mismatch> check(ApiRequest request, ApiAnswer answer) {
		String path = request.path().split("\\?", 2)[0];
		Checks checks = new Checks();
		String method = request.method().equals("HEAD") ? "get" : request.method().toLowerCase(Locale.ROOT);
		String item = "/paths/" + escape(path);
		if (at(item).has(method)) {
			checkOperation(item + "/" + method, request, answer, checks);
		}
		else if (at(item).isObject()) {
			checkOtherMethod(request, answer, checks);
		}
		else if (path.startsWith("/sync/") || path.startsWith("/admin/materialize-failures")) {
			checkOneOf(Map.of(401, "AuthenticationFailed", 404, "NotFound"), request, answer, checks);
		}
		return checks.mismatches();
	}

	private void checkOtherMethod(ApiRequest request, ApiAnswer answer, Checks checks) {
		if (request.method().equals("OPTIONS") && answer.status() == 200) {
			checks.that(!answer.header("Allow").isMissingNode(), "headers.Allow", "must be there");
			return;
		}
		checkOneOf(Map.of(401, "AuthenticationFailed", 405, "MethodNotAllowed"), request, answer, checks);
	}

	private void checkOneOf(Map<Integer, String> responses, ApiRequest request, ApiAnswer answer, Checks checks) {
		String name = responses.get(answer.status());
		if (checks.that(name != null, "status", "is not described")) {
			checkResponse("/components/responses/" + name, request, answer, checks);
		}
	}

	private void checkOperation(String operation, ApiRequest request, ApiAnswer answer, Checks checks) {
		String response = resolve(operation + "/responses/" + answer.status());
		if (!checks.that(at(response).isObject(), "status", "is not described")) {
			return;
		}
		checkResponse(response, request, answer, checks);
		if (answer.status() == 200) {
			this.seen.add(at(operation).get("operationId").stringValue());
			checkParameters(operation, request, checks);
			checkRequestBody(operation, request, checks);
		}
	}

	private void checkResponse(String response, ApiRequest request, ApiAnswer answer, Checks checks) {
		for (String name : at(response).path("headers").propertyNames()) {
			String header = resolve(response + "/headers/" + name);
			JsonNode value = answer.header(name);
			if (value.isMissingNode()) {
				checks.that(!at(header).path("required").asBoolean(false), "headers." + name, "must be there");
			}
			else {
				validate(header + "/schema", scalar(value.stringValue()), "headers." + name, checks);
			}
		}
		for (String name : answer.headers().keySet()) {
			checks.that(!name.toLowerCase(Locale.ROOT).startsWith("oversync-") || isDescribed(response, name),
					"headers." + name, "is not described");
		}
		if (!request.method().equals("HEAD")) {
			checkBody(response, answer, checks);
		}
	}

	private boolean isDescribed(String response, String header) {
		return at(response).path("headers").propertyNames().stream().anyMatch(header::equalsIgnoreCase);
	}

	private void checkBody(String response, ApiAnswer answer, Checks checks) {
		String type = answer.header("Content-Type").asString("").split(";", 2)[0].trim();
		String schema = response + "/content/" + escape(type) + "/schema";
		if (!checks.that(at(schema).isObject(), "headers.Content-Type", "is not described: " + type)) {
			return;
		}
		if (type.equals("application/x-ndjson")) {
			String[] lines = answer.text().split("\n");
			for (int i = 0; i < lines.length; i++) {
				validate(schema, CaseJson.read(lines[i]), "line[" + i + "]", checks);
			}
		}
		else {
			validate(schema, answer.body(), "body", checks);
		}
	}

	private void checkParameters(String operation, ApiRequest request, Checks checks) {
		int query = request.path().indexOf('?');
		int count = at(operation).path("parameters").size();
		for (int i = 0; i < count && query >= 0; i++) {
			String parameter = resolve(operation + "/parameters/" + i);
			String start = at(parameter).get("name").stringValue() + "=";
			for (String pair : request.path().substring(query + 1).split("&")) {
				String value = pair.startsWith(start)
						? URLDecoder.decode(pair.substring(start.length()), StandardCharsets.UTF_8) : "";
				if (!value.isEmpty()) {
					boolean text = at(parameter).at("/schema/type").asString("string").equals("string");
					validate(parameter + "/schema", text ? CaseJson.NODES.stringNode(value) : scalar(value),
							"request." + start + value, checks);
				}
			}
		}
	}

	private void checkRequestBody(String operation, ApiRequest request, Checks checks) {
		String schema = operation + "/requestBody/content/application~1json/schema";
		String text = request.body();
		if (text != null && !text.isEmpty() && at(schema).isObject()) {
			JsonNode body = CaseJson.tryRead(text.startsWith("\uFEFF") ? text.substring(1) : text);
			if (checks.that(body != null, "request.body", "is no JSON but succeeds")) {
				validate(schema, body, "request.body", checks);
			}
		}
	}

	/**
	 * Validates a value.
	 * @param pointer the schema in the document
	 * @param value the value
	 * @param path of the value, for the mismatches
	 * @param checks takes the mismatches
	 */
	void validate(String pointer, JsonNode value, String path, Checks checks) {
		Schema schema = this.known.computeIfAbsent(pointer,
				(key) -> this.schemas.getSchema(SchemaLocation.of(IRI + "#" + key)));
		schema.validate(value)
			.forEach((error) -> checks.that(false, path + " " + error.getInstanceLocation(),
					error.getMessage() + " (openapi.yaml)"));
	}

	/** Follows a reference to another part of the document. */
	String resolve(String pointer) {
		JsonNode reference = at(pointer).path("$ref");
		return reference.isString() ? reference.stringValue().substring(1) : pointer;
	}

	private JsonNode at(String pointer) {
		return this.document.at(pointer);
	}

	private static JsonNode scalar(String text) {
		return text.matches("-?\\d{1,19}") ? CaseJson.read(text) : CaseJson.NODES.stringNode(text);
	}

	private static String escape(String name) {
		return name.replace("~", "~0").replace("/", "~1");
	}

}
