/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ExchangeSummaryTests {

	private final ExchangeSummary summary = new ExchangeSummary();

	@Test
	void countsWhatDoesNotFit() {
		String change = "{\"op\":\"UPDATE\",\"server_version\":1}";
		String body = "{\"changes\":[" + (change + ",").repeat(4) + change + "]}";
		assertThat(this.summary.sent("/sync/upload", bytes(body)))
			.isEqualTo("UPDATE of v1, UPDATE of v1, UPDATE of v1 and 2 more");
	}

	@Test
	void namesNoTokensAndNoContents() {
		assertThat(this.summary.sent("/dummy-signin", bytes("{\"user\":\"ann\",\"password\":\"any\"}"))).isEmpty();
		assertThat(this.summary.received("/dummy-signin", bytes("{\"token\":\"eyJ\"}"), false)).isEmpty();
		assertThat(this.summary.received("/sync/download", bytes(
				"{\"changes\":[{\"server_id\":1,\"op\":\"INSERT\",\"server_version\":1,\"payload\":{\"title\":\"secret\"}}]"
						+ ",\"next_after\":1}"),
				false))
			.isEqualTo("INSERT v1, position 1");
	}

	@Test
	void readsLinesAndCompressedAnswers() throws IOException {
		String lines = "{\"server_id\":4,\"op\":\"INSERT\",\"server_version\":1}\n"
				+ "{\"server_id\":9,\"op\":\"DELETE\",\"server_version\":2}\n{\"window_until\":9}\n";
		ByteArrayOutputStream zipped = new ByteArrayOutputStream();
		try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
			out.write(bytes(lines));
		}
		assertThat(this.summary.received("/sync/changes", bytes(lines), false))
			.isEqualTo("INSERT v1, DELETE v2, position 9");
		assertThat(this.summary.received("/sync/changes", zipped.toByteArray(), true))
			.isEqualTo("INSERT v1, DELETE v2, position 9");
	}

	@Test
	void saysTheReasonOfARefusal() {
		assertThat(this.summary.received("/sync/upload", bytes("{\"error\":\"x\",\"message\":\"No.\"}"), false))
			.isEqualTo("No.");
	}

	@Test
	void aBrokenAnswerHasNoSummary() {
		assertThat(this.summary.received("/sync/upload", bytes("{\"statuses\":[{"), false)).isEmpty();
		assertThat(this.summary.received("/sync/upload", bytes("no gzip"), true)).isEmpty();
		assertThat(this.summary.sent("/sync/upload", null)).isEmpty();
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
