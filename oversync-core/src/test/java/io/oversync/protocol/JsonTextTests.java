/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

class JsonTextTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{"a":1,"b":[1,2]}    | { "b" : [ 1 , 2 ], "a" : 1.0 }
			{"a":1.10}           | {"a":1.1}
			{"a":1e3}            | {"a":1000}
			{"a":-12.50E+3}      | {"a":-12500}
			{"a":0.00}           | {"a":-0e5}
			{"a":1e400000000}    | {"a":10E399999999}
			{"a":"\\u0041"}      | {"a":"A"}
			{"a":1,"a":2}        | {"a":2}
			{"a":1e999999999999} | {"a":1e999999999999}
			""")
	void recognisesTheSameContent(String first, String second) {
		assertThat(JsonText.contentDigest(first)).isEqualTo(JsonText.contentDigest(second));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{"a":1}             | {"a":"1"}
			{"a":[1,2]}         | {"a":[2,1]}
			{"a":null}          | {}
			{"a":true}          | {"a":false}
			{"a":1e999999999}   | {"a":1e999999998}
			{"a":1e400000000}   | {"a":1e400000001}
			{"a":1e99999999999999999999} | {"a":1e99999999999999999998}
			{"a":1}             | {"a":-1}
			{"a":9007199254740993} | {"a":9007199254740992}
			{"a":["b","c"]}     | {"a":["bc"]}
			{"a":[[1],2]}         | {"a":[[1,2]]}
			{"a":{"b":1},"c":2}   | {"a":{"b":1,"c":2}}
			{"a":"VALUE_TRUE"}     | {"a":true}
			""")
	void tellsOtherContentApart(String first, String second) {
		assertThat(JsonText.contentDigest(first)).isNotEqualTo(JsonText.contentDigest(second));
	}

	@Test
	@Tag("prove")
	void namesThatShareAHashAreComparedInTime() {
		String first = colliding("");
		assertTimeoutPreemptively(Duration.ofSeconds(60),
				() -> assertThat(JsonText.contentDigest(first)).isEqualTo(JsonText.contentDigest(colliding(" "))));
	}

	/** All names of a length that are made of Aa and BB have the same hash. */
	private static String colliding(String space) {
		StringJoiner members = new StringJoiner(",", "{", "}");
		for (int i = 0; i < 1 << 16; i++) {
			StringBuilder name = new StringBuilder();
			for (int bit = 0; bit < 16; bit++) {
				name.append(((i >> bit & 1) == 0) ? "Aa" : "BB");
			}
			members.add("\"" + name + "\":" + space + "1");
		}
		return members.toString();
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "null", "12", "-1.5e3", "true", "\"text\"", "\"\\\"}\"", "{\"a\":[1]}", "[ {\"ref\":1} ]" })
	void changesOneMemberAndLeavesTheRestAsItIs(String value) {
		assertThat(JsonText.withMember("{ \"x\":1.10 ,\t\"ref\" : " + value + " , \"é\":[ 1,  2 ] }", "ref", "new"))
			.isEqualTo("{ \"x\":1.10 ,\t\"ref\" : \"new\" , \"é\":[ 1,  2 ] }");
		assertThat(JsonText.withMember("{\"ref\":" + value + "}", "ref", null)).isEqualTo("{\"ref\":null}");
	}

	@Test
	void changesEveryDuplicate() {
		assertThat(JsonText.withMember("{\"ref\":1,\"x\":{\"ref\":2},\"ref\":3}", "ref", null))
			.isEqualTo("{\"ref\":null,\"x\":{\"ref\":2},\"ref\":null}");
	}

	@Test
	void appendsWhatIsMissing() {
		assertThat(JsonText.withMember("{\"a\": 1 }", "ref", null)).isEqualTo("{\"a\": 1 ,\"ref\":null}");
		assertThat(JsonText.withMember("{ }", "ref", "q\"")).isEqualTo("{ \"ref\":\"q\\\"\"}");
	}

	@Test
	void readsMembersVerbatim() {
		byte[] json = "{\"o\": { \"é\" : 1.10 },\"a\":[ 1, 2 ],\"s\":\"\\u00e9\\n\",\"n\":1e21,\"t\":true,\"z\":null,\"n\":-0.0}"
			.getBytes(StandardCharsets.UTF_8);
		assertThat(PayloadMembers.read(json))
			.containsEntry("o", new JsonValue(JsonValue.Type.OBJECT, "{ \"é\" : 1.10 }"))
			.containsEntry("a", new JsonValue(JsonValue.Type.ARRAY, "[ 1, 2 ]"))
			.containsEntry("s", new JsonValue(JsonValue.Type.STRING, "é\n"))
			.containsEntry("n", new JsonValue(JsonValue.Type.NUMBER, "-0.0"))
			.containsEntry("t", new JsonValue(JsonValue.Type.TRUE, "true"))
			.containsEntry("z", new JsonValue(JsonValue.Type.NULL, "null"));
	}

	@Test
	void changesSeveralMembersInOnePass() {
		List<String> seen = new ArrayList<>();
		String changed = JsonText.withMembers("{ \"a\" : 1.0 ,\t\"b\":[1, {\"a\":2}],\"c\":\"\\u0041\" ,\"a\":null }",
				(name) -> !name.equals("b"), (name, json) -> {
					seen.add(name + "=" + json);
					return "<" + name + ">";
				}, () -> {
					seen.add("added");
					Map<String, String> added = new LinkedHashMap<>();
					added.put("z", "1");
					added.put("y\"", "{}");
					return added;
				});
		assertThat(changed)
			.isEqualTo("{ \"a\" : <a> ,\t\"b\":[1, {\"a\":2}],\"c\":<c> ,\"a\":<a> ,\"z\":1,\"y\\\"\":{}}");
		assertThat(seen).containsExactly("a=1.0", "c=\"\\u0041\"", "a=null", "added");
		assertThat(JsonText.withMembers("{}", (name) -> true, (name, json) -> json, () -> Map.of("a", "1")))
			.isEqualTo("{\"a\":1}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"\\u0041\\\"\"", "1.0e5", "true", "false", "null", "{\"a\" : 1}", "[ 1 ]" })
	void readsAndWritesValues(String json) {
		JsonValue value = JsonText.value(json);
		assertThat(value)
			.isEqualTo(PayloadMembers.read(("{\"m\":" + json + "}").getBytes(StandardCharsets.UTF_8)).get("m"));
		assertThat(JsonText.value(JsonText.write(value))).isEqualTo(value);
	}

}
