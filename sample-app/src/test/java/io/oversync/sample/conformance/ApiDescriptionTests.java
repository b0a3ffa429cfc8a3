/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.oversync.protocol.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The description is complete, its examples are true, and it finds answers that it does
 * not describe.
 */
class ApiDescriptionTests {

	private static final String YAML = ApiDescription.read();

	private static final String PAGE = "{\"changes\":[],\"has_more\":false,\"next_after\":0,\"window_until\":0}";

	private static final String CHANGE = "{\"server_id\":1,\"schema\":\"s\",\"table\":\"t\",\"op\":\"DELETE\","
			+ "\"pk\":\"0190a3b4-0000-7000-8000-000000000001\",\"payload\":null,\"server_version\":2,"
			+ "\"deleted\":true,\"source_id\":\"x\",\"source_change_id\":1,\"ts\":\"2026-01-01T00:00:00.000000Z\"}\n";

	private static final String LAST = "{\"next_after\":1,\"window_until\":1}\n";

	private final ApiDescription description = new ApiDescription(YAML);

	@Test
	void everyReferenceLeadsSomewhere() {
		List<String> references = this.description.document().findValuesAsString("$ref");
		assertThat(references).hasSizeGreaterThan(100)
			.allSatisfy(
					(reference) -> assertThat(this.description.document().at(reference.substring(1)).isMissingNode())
						.as(reference)
						.isFalse());
	}

	@Test
	void everyExampleIsOne() {
		List<String> contents = new ArrayList<>();
		find(this.description.document(), "", contents);
		Checks checks = new Checks();
		int examples = 0;
		for (String content : contents) {
			for (String name : this.description.document().at(content + "/examples").propertyNames()) {
				JsonNode value = this.description.document()
					.at(this.description.resolve(content + "/examples/" + name) + "/value");
				assertThat(value.isMissingNode()).as(content + " " + name).isFalse();
				this.description.validate(content + "/schema", value, content + " " + name, checks);
				examples++;
			}
		}
		assertThat(examples).isGreaterThan(20);
		assertThat(checks.mismatches()).isEmpty();
	}

	/** Finds what has both a schema and examples. */
	private static void find(JsonNode node, String pointer, List<String> found) {
		if (node.has("schema") && node.has("examples")) {
			found.add(pointer);
		}
		node.properties()
			.forEach((member) -> find(member.getValue(),
					pointer + "/" + member.getKey().replace("~", "~0").replace("/", "~1"), found));
	}

	@Test
	void everyErrorIsDescribedWithItsStatus() {
		Set<String> described = new TreeSet<>();
		this.description.document().at("/paths").forEach((item) -> item.forEach((operation) -> {
			Set<String> statuses = new TreeSet<>(operation.get("responses").propertyNames());
			statuses.remove("200");
			for (String status : statuses) {
				JsonNode reference = operation.get("responses").get(status).get("$ref");
				described.add(status + " "
						+ this.description.document()
							.at(reference.stringValue().substring(1))
							.at("/content/application~1json/schema/properties/error/const")
							.stringValue());
			}
		}));
		Set<String> codes = new TreeSet<>();
		for (ErrorCode code : ErrorCode.values()) {
			codes.add(code.status() + " " + code.code());
		}
		assertThat(described).isEqualTo(codes);
	}

	@Test
	void acceptsWhatIsDescribed() {
		assertThat(check(YAML, "GET", "/sync/download?after=0&limit=5", 200, PAGE)).isEmpty();
		assertThat(check(YAML, "GET", "/sync/changes", 200, CHANGE + LAST)).isEmpty();
		assertThat(check(YAML, "HEAD", "/sync/download", 200, "")).isEmpty();
		assertThat(check(YAML, "GET", "/sync/other", 404, "{\"error\":\"not_found\",\"message\":\"m\"}")).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			/sync/download         | 200 | {"changes":[],"has_more":false,"next_after":0}    | window_until
			/sync/download         | 200 | {"changes":[],"has_more":0,"next_after":0,"window_until":0} | has_more
			/sync/download         | 200 | {"changes":[],"has_more":false,"next_after":0,"window_until":0,"a":1} | 'a'
			/sync/download         | 418 | {"error":"teapot","message":"m"}                  | status: is not described
			/sync/download         | 400 | {"error":"not_found","message":"m"}               | /error
			/sync/download         | 503 | {"error":"temporarily_unavailable","message":"m"} | headers.Retry-After
			/sync/download?limit=0 | 200 | {"changes":[],"has_more":false,"next_after":0,"window_until":0} | limit=0
			/sync/other            | 500 | {"error":"internal_error","message":"m"}          | status: is not described
			/sync/changes          | 200 | {"next_after":1}                                  | line[0]
			""")
	void findsWhatIsNotDescribed(String path, int status, String body, String problem) {
		assertThat(check(YAML, "GET", path, status, body).toString()).contains(problem);
	}

	@Test
	void findsWhatADescriptionLacks() {
		String page = "required: [changes, has_more, next_after, window_until]";
		assertThat(YAML).contains(page);
		assertThat(check(YAML.replace(page, "required: [changes, more]"), "GET", "/sync/download", 200, PAGE))
			.isNotEmpty();
		assertThat(check(YAML.replace("Oversync-Window-Until:", "Oversync-Window:"), "GET", "/sync/changes", 200,
				CHANGE + LAST)
			.toString()).contains("headers.Oversync-Window-Until: is not described", "headers.Oversync-Window: must");
		assertThat(check(YAML.replace("op: {const: DELETE}", "op: {const: UPDATE}"), "GET", "/sync/changes", 200,
				CHANGE + LAST))
			.isNotEmpty();
	}

	private static List<Mismatch> check(String yaml, String method, String path, int status, String body) {
		boolean lines = path.equals("/sync/changes");
		ApiAnswer answer = ApiAnswer.of(status,
				Map.of("Content-Type", List.of(lines ? "application/x-ndjson" : "application/json;charset=UTF-8"),
						"Cache-Control", List.of("no-store"), "Oversync-Epoch", List.of("e"),
						lines ? "Oversync-Window-Until" : "X-Nothing", List.of("1")),
				body, 1);
		ApiRequest request = new ApiRequest(method, path, Map.of(), null, StandardCharsets.UTF_8, null, null);
		return new ApiDescription(yaml).check(request, answer);
	}

}
