/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import io.oversync.simulator.program.Console;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The command line of the attacks and their payloads.
 */
class AttacksTests {

	private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

	@Test
	void theyAreListed() {
		assertThat(run("--list")).isZero();
		assertThat(printed().lines()).hasSameSizeAs(Attacks.all())
			.allMatch((line) -> line.matches("\\S+ +\\S.*\\(\\d+ connections\\)"));
		assertThat(run("--list", "polls")).isZero();
	}

	@Test
	void badOptionsAreRefused() {
		assertThat(run("nothing")).isEqualTo(2);
		assertThat(run("--seconds=0")).isEqualTo(2);
		assertThat(run("--surprise")).isEqualTo(2);
		assertThat(printed())
			.contains("There is no attack 'nothing': choose from slow-readers, ", "--seconds must be 1 or more",
					"Unknown option: '--surprise'", "attack --help")
			.doesNotContain("Starting", "\tat ");
	}

	@Test
	void helpIsShown() {
		assertThat(run("--help")).isZero();
		assertThat(printed()).contains("--list", "--seconds", "--folder", "NAME");
	}

	@Test
	void namesCollide() {
		List<String> names = IntStream.range(0, 5000).mapToObj(BodyAttacks::collision).toList();
		assertThat(names).doesNotHaveDuplicates();
		assertThat(names.stream().map(String::hashCode).distinct()).hasSize(1);
	}

	@Test
	void aBatchIsAnUpload() {
		UUID key = UUID.randomUUID();
		byte[] body = new UploadBody().insert(1, "users", key, SamplePayloads.user(key, "Ann"))
			.delete(2, "users", key, 1)
			.body();
		JsonNode changes = new JsonMapper().readTree(body).path("changes");
		assertThat(changes).hasSize(2);
		assertThat(changes.path(0).path("payload").path("name").asString()).isEqualTo("Ann");
		assertThat(changes.path(1).path("op").asString()).isEqualTo("DELETE");
		assertThat(changes.path(1).has("payload")).isFalse();
		assertThat(new String(new UploadBody().body(), StandardCharsets.UTF_8)).isEqualTo("{\"changes\":[]}");
	}

	private int run(String... args) {
		PrintStream out = new PrintStream(this.printed, true, StandardCharsets.UTF_8);
		return new AttackCommand(new Console(out, false)).run(args);
	}

	private String printed() {
		return this.printed.toString(StandardCharsets.UTF_8);
	}

}
