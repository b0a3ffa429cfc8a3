/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import io.oversync.client.SyncException;
import io.oversync.simulator.sample.SampleTable;
import io.oversync.simulator.sample.SampleTarget;
import io.oversync.verification.device.Device;
import io.oversync.verification.device.ServerTables;
import io.oversync.verification.device.SyncTarget;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The simulator's own server, with real processes.
 */
@Tag("prove")
class KillableServerIntegrationTests {

	@TempDir
	private Path folder;

	@Test
	void itSurvivesWhatIsDoneToItAndLeavesNothingRunning() {
		long pid;
		String url;
		try (KillableServer server = SampleTarget.start(this.folder.resolve("server"));
				Device phone = device(server.target(), "phone");
				Device tablet = device(server.target(), "tablet")) {
			ServerTables tables = new ServerTables(server.jdbcUrl(), SampleTable.ALL);
			assertThat(tables.texts("select current_setting('fsync') || ' ' || current_setting('synchronous_commit')"))
				.containsExactly("on on");
			write(phone);
			phone.client().sync();
			assertThat(tables.business("ann")).hasSize(2).isEqualTo(phone.rows());

			long first = server.pid();
			server.kill();
			assertThat(ProcessHandle.of(first)).isEmpty();
			write(phone);
			assertThatExceptionOfType(SyncException.class).isThrownBy(() -> phone.client().sync());
			server.restart();
			assertThat(server.pid()).isNotEqualTo(first);
			assertThat(tables.business("ann")).hasSize(2);
			syncInTheEnd(phone);

			assertThat(server.killConnections()).isPositive();
			write(phone);
			syncInTheEnd(phone);
			syncInTheEnd(tablet);
			assertThat(tables.business("ann")).hasSize(6).isEqualTo(phone.rows()).isEqualTo(tablet.rows());

			pid = server.pid();
			url = server.jdbcUrl();
		}
		assertNothingRuns(pid, url);
	}

	@Test
	void aServerThatDoesNotStartTellsWhyAndLeavesNothingRunning() {
		List<ProcessHandle> before = ProcessHandle.current().children().toList();
		assertThatIllegalStateException()
			.isThrownBy(() -> SampleTarget.start(this.folder, "--oversync.registered-tables[0].name=business.missing"))
			.withMessageContaining("business.missing");
		assertThat(ProcessHandle.current().children().toList()).isEqualTo(before);
		assertThat(this.folder.resolve("postgres/PG_VERSION")).exists();
		assertThat(this.folder.resolve("postgres/postmaster.pid")).doesNotExist();
	}

	@Test
	void itEndsWithTheSimulator() throws Exception {
		Process simulator = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Dslf4j.provider=org.slf4j.helpers.NOP_FallbackServiceProvider", "-cp",
				System.getProperty("java.class.path"), KillableServerProcess.class.getName(), this.folder.toString())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		try (BufferedReader output = new BufferedReader(
				new InputStreamReader(simulator.getInputStream(), StandardCharsets.UTF_8))) {
			List<String> started = List.of(startedLine(output).split(" "));
			assertThat(ProcessHandle.of(Long.parseLong(started.get(1)))).isPresent();
			// as Ctrl-C
			simulator.toHandle().destroy();
			assertThat(simulator.waitFor(60, TimeUnit.SECONDS)).isTrue();
			assertNothingRuns(Long.parseLong(started.get(1)), started.get(2));
		}
		finally {
			simulator.destroyForcibly();
		}
	}

	private static String startedLine(BufferedReader output) throws IOException {
		String line = output.readLine();
		while (line != null && !line.startsWith("STARTED")) {
			line = output.readLine();
		}
		assertThat(line).as("the simulator has started its server").isNotNull();
		return line;
	}

	private static void assertNothingRuns(long pid, String url) {
		assertThat(ProcessHandle.of(pid)).isEmpty();
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> DriverManager.getConnection(url))
			.withMessageContaining("refused");
	}

	private Device device(SyncTarget target, String name) {
		return new Device(this.folder, target, "ann", name, List.of(SampleTable.USERS, SampleTable.POSTS),
				(builder) -> {
				});
	}

	private static void write(Device device) {
		String author = UUID.randomUUID().toString();
		device.execute("INSERT INTO users (id, name, email) VALUES (?, 'n', 'e')", author);
		device.execute("INSERT INTO posts (id, title, content, author_id) VALUES (?, 't', 'c', ?)",
				UUID.randomUUID().toString(), author);
	}

	/**
	 * A busy machine may take some attempts until the server has its connections again.
	 */
	private static void syncInTheEnd(Device device) {
		Awaitility.await()
			.atMost(Duration.ofMinutes(2))
			.ignoreExceptionsInstanceOf(SyncException.class)
			.until(() -> device.client().sync() != null);
	}

}
