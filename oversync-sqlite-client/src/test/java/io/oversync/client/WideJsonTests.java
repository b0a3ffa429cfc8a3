/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.file.Path;

import io.oversync.client.internal.protocol.RowPayload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Payloads that servers accept and that JSON parsers refuse by default.
 */
class WideJsonTests {

	private static final String A = "00000000-0000-0000-0000-00000000000a";

	private static final String DDL = "CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT);";

	private final ModelServer server = new ModelServer();

	@TempDir
	private Path folder;

	/**
	 * Another device has a row; this one reads it, keeps it, edits it and sends it back.
	 */
	private void comesAndGoesBack(String member) {
		this.server.account("ann")
			.change("web", "app.note", "INSERT", A, "{\"id\":\"" + A + "\",\"title\":\"t\"," + member + "}");
		String before = payload();
		try (TestDevice phone = new TestDevice(this.folder, this.server, "ann/phone", DDL, "note").open()) {
			phone.client().sync();
			assertThat(phone.query("SELECT title FROM note")).containsExactly("t");
			phone.client().hydrate();
			phone.reopen();
			phone.execute("UPDATE note SET title = 'u'");
			assertThat(phone.client().sync().upload().applied()).isEqualTo(1);
			assertThat(payload()).isEqualTo(before.replace("\"title\":\"t\"", "\"title\":\"u\""));
		}
	}

	private String payload() {
		return ModelServer.json(this.server.account("ann").live().get("app.note:" + A));
	}

	@ParameterizedTest
	@ValueSource(ints = { 496, 498, 499, 500, 600 })
	void nestedAsDeepAsServersAccept(int depth) {
		comesAndGoesBack("\"deep\":" + "[".repeat(depth) + "1" + "]".repeat(depth));
	}

	@ParameterizedTest
	@ValueSource(ints = { 500, 1000, 20_000 })
	void nestedDeeperThanAnyServerDoes(int depth) {
		String json = "{\"deep\":" + "{\"a\":".repeat(depth) + "1" + "}".repeat(depth) + "}";
		assertThat(RowPayload.parse(json).toJson()).isEqualTo(json);
	}

	@ParameterizedTest
	@ValueSource(ints = { 49_000, 60_000, 1_000_000 })
	void namesThatAreLong(int length) {
		String name = "n".repeat(length);
		String json = "{\"" + name + "\":1,\"b\":{\"" + name + "\":2}}";
		assertThat(RowPayload.parse(json).toJson()).isEqualTo(json);
	}

	@Test
	void namesWhoseHashesCollide() {
		StringBuilder json = new StringBuilder("{\"a\":1");
		// "Aa" and "BB" have the same hash
		for (int i = 0; i < 4096; i++) {
			json.append(",\"");
			for (int bit = 0; bit < 12; bit++) {
				json.append(((i >> bit & 1) == 0) ? "Aa" : "BB");
			}
			json.append("\":1");
		}
		String text = json.append('}').toString();
		assertThat(RowPayload.parse(text).toJson()).isEqualTo(text);
	}

	@Test
	void namesThatAreLongComeThroughAPage() {
		comesAndGoesBack("\"" + "n".repeat(60_000) + "\":1,\"x\":{\"" + "n".repeat(60_000) + "\":2}");
	}

}
