/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.field;

import java.nio.file.Path;
import java.util.Map;

import io.oversync.sample.SampleApplication;
import io.oversync.test.ApplicationServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Proves that the tests of the field can fail: with a server that answers a refused
 * delete as an ordinary conflict, the devices get stuck.
 */
@Tag("prove")
class OldAnswersJamTheFieldIntegrationTests {

	private static ApplicationServer server;

	@TempDir
	private Path folder;

	@BeforeAll
	static void start() {
		server = ApplicationServer.start(SampleApplication.class);
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@ParameterizedTest
	@EnumSource
	void aRefusedDelete(FieldClient client) {
		try (Account account = new Account(this.folder, server)) {
			Map<String, JsonNode> images = OldAnswers.images();
			account.filter((wire) -> new OldAnswers(wire, images));
			FieldDevice deleter = account.open(client, "deleter", 10);
			FieldDevice writer = account.open(client, "writer", 10);
			String user = Account.insertUser(deleter, "u");
			account.sync(2);
			account.assertSettled();
			Account.insertPost(writer, "p", user);
			writer.sync();
			Account.delete(deleter, "users", user);
			for (int round = 0; round < 8; round++) {
				Throwable jam = catchThrowable(deleter::sync);
				boolean swallowed = !deleter.failures().isEmpty();
				assertThat(swallowed || jam != null || !deleter.waiting().isEmpty()).as(deleter::exchanges).isTrue();
				if (jam != null) {
					assertThat(jam).hasMessageContaining("FOREIGN KEY");
				}
			}
			assertThat(deleter.rows()).isNotEqualTo(account.serverRows());
		}
	}

}
