/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class TemplatesTests {

	private final Templates templates = new Templates("run");

	@Test
	void givesOneUuidPerNameInAllItsForms() {
		UUID uuid = UUID.fromString(text("{{uuid:a}}"));
		assertThat(text("{{uuid:a}}")).isEqualTo(uuid.toString());
		assertThat(text("{{uuid:b}}")).isNotEqualTo(uuid.toString());
		assertThat(text("{{uuid:a|upper}}")).isEqualTo(uuid.toString().toUpperCase(Locale.ROOT));
		assertThat(text("{{uuid:a|hex}}")).hasSize(32).isEqualTo(uuid.toString().replace("-", ""));
		ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(text("{{uuid:a|base64}}")));
		assertThat(new UUID(bytes.getLong(), bytes.getLong())).isEqualTo(uuid);
		assertThat(new Templates("other").resolve(CaseJson.NODES.stringNode("{{uuid:a}}")).stringValue())
			.isNotEqualTo(uuid.toString());
	}

	@ParameterizedTest
	@CsvSource({ "{{user:ann}}, ann-run", "<{{device:d}}>, <d-run>", "{{repeat:3:xy}}, xyxyxy", "{{repeat:2:[}}1, [[1",
			"a {{ b, a {{ b", "{{{user:a}}}, {a-run}", "{\"a\":{}}, {\"a\":{}}",
			"{{repeat:2:{{user:a}}}}, a-runa-run" })
	void fillsInText(String text, String filled) {
		assertThat(text(text)).isEqualTo(filled);
	}

	@Test
	void keepsTheTypeOfACapturedValueThatStandsAlone() {
		this.templates
			.capture(Map.of("n", CaseJson.read("42"), "t", CaseJson.read("\"x\""), "o", CaseJson.read("{\"a\":1.10}")));
		assertThat(resolve("['{{n}}','{{n}}!','{{t}}','<{{t}}>','{{o}}','={{o}}','{{n}}{{n}}']"))
			.isEqualTo(CaseJson.read("[42,\"42!\",\"x\",\"<x>\",{\"a\":1.10},\"={\\\"a\\\":1.10}\",\"4242\"]"));
	}

	@Test
	void doesNotLookForTemplatesInWhatTheServerSaid() {
		this.templates.capture(Map.of("t", CaseJson.read("\"{{user:x}}\"")));
		assertThat(text("{{t}}")).isEqualTo("{{user:x}}");
		assertThat(text("<{{t}}>")).isEqualTo("<{{user:x}}>");
	}

	@Test
	void repeatsAnItemWithItsNumber() {
		assertThat(resolve(
				"[0,{'$repeat':3,'from':4,'item':{'n':'{{i}}','t':'r{{i}}','c':'{{i+1}}{{i-1}}{{i%3}}{{i/2}}'}},9]"))
			.hasToString(CaseJson.read("""
					[0, {"n":4,"t":"r4","c":"5312"}, {"n":5,"t":"r5","c":"6422"}, {"n":6,"t":"r6","c":"7503"}, 9]""")
				.toString());
		assertThat(resolve("[{'$repeat':2,'item':'{{i-1}}'}]")).hasToString(CaseJson.read("[0,1]").toString());
		assertThat(resolve("[{'$repeat':0,'item':1}]")).hasToString(CaseJson.read("[]").toString());
		assertThat(resolve("[{'$repeat':2,'item':[{'$repeat':2,'from':5,'item':'{{i}}'},'{{i}}']}]"))
			.hasToString(CaseJson.read("[[5,6,1],[5,6,2]]").toString());
	}

	@Test
	void takesATemplateInATemplateFirst() {
		JsonNode keys = resolve("[{'$repeat':2,'item':'{{uuid:row-{{i}}}}'},'{{uuid:row-2}}']");
		assertThat(keys.get(1)).isEqualTo(keys.get(2)).isNotEqualTo(keys.get(0));
	}

	@ParameterizedTest
	@ValueSource(strings = { "'{{nothing}}'", "'{{i}}'", "'{{color:red}}'", "'{{uuid:a|octal}}'", "'{{repeat:x:y}}'",
			"'{{repeat:3}}'", "[{'$repeat':'x','item':1}]", "[{'$repeat':1}]" })
	void refusesWhatMeansNothing(String tree) {
		assertThatExceptionOfType(BadCaseException.class).isThrownBy(() -> resolve(tree));
	}

	private String text(String text) {
		return this.templates.resolve(CaseJson.NODES.stringNode(text)).stringValue();
	}

	private JsonNode resolve(String tree) {
		return this.templates.resolve(CaseJson.read(tree.replace('\'', '"')));
	}

}
