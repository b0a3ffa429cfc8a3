/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;

import io.oversync.internal.web.LiveApplication.Jwt;
import io.oversync.test.TestDatabases;
import io.oversync.test.TestPostgres;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The name of the server's history in answers, and what tells operators that they should
 * declare a restore.
 */
@ExtendWith(OutputCaptureExtension.class)
class EpochIntegrationTests {

	private static final String HEADER = "Oversync-Epoch";

	private static List<String> epochs(LiveApplication application) {
		String[] token = LiveApplication.bearer();
		return Stream
			.of(application.get("/sync/download", token), application.get("/sync/changes", token),
					application.get("/sync/nothing", token), application.post("/sync/upload", "no JSON", token),
					application.get("/sync/status", token))
			.map((answer) -> answer.headers().firstValue(HEADER).orElse("none"))
			.distinct()
			.toList();
	}

	@Test
	void allAnswersToUsersNameItUntilTheDatabaseIsRestored() {
		String url = TestPostgres.createDatabase();
		List<String> first;
		try (LiveApplication application = LiveApplication.startOn(url, Jwt.class)) {
			first = epochs(application);
			assertThat(first).hasSize(1).doesNotContain("none");
			HttpResponse<String> status = application.get("/sync/status", LiveApplication.bearer());
			assertThat(status.body()).contains("\"epoch\":\"" + first.get(0) + "\"");
			assertThat(application.get("/sync/download").headers().firstValue(HEADER)).isEmpty();
		}
		try (LiveApplication application = LiveApplication.startOn(url, Jwt.class)) {
			assertThat(epochs(application)).isEqualTo(first);
		}
		for (int start = 0; start < 2; start++) {
			try (LiveApplication application = LiveApplication.startOn(url, Jwt.class,
					"oversync.restored-at=2026-05-01")) {
				assertThat(epochs(application)).hasSize(1).doesNotContainAnyElementsOf(first);
			}
		}
		assertThat(TestDatabases.query(url, "select count(*)::text from sync.epoch")).containsExactly("2");
	}

	@Test
	void aDeviceThatKnowsMoreThanThereIsIsToldToTheOperatorOnce(CapturedOutput output) {
		try (LiveApplication application = LiveApplication.start(Jwt.class)) {
			String[] token = LiveApplication.bearer();
			application.get("/sync/download?after=0", token);
			application.get("/sync/download?after=" + Long.MAX_VALUE, token);
			application.get("/sync/download?after=5&until=3", token);
			assertThat(output).doesNotContain("oversync.restored-at");
			application.get("/sync/download?after=5", token);
			application.get("/sync/changes?after=5", token);
			assertThat(output.getAll().split("asks for what comes after 5, but the stream ends at 0", -1)).hasSize(2);
			assertThat(output).contains("set oversync.restored-at to a new text");
		}
	}

}
