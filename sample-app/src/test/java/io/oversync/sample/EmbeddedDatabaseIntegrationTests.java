/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;

import io.oversync.test.TestPostgres;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Tag("prove")
class EmbeddedDatabaseIntegrationTests {

	@TempDir
	private Path directory;

	@Test
	void keepsItsDataOverARestart() throws SQLException {
		createRow();
		try (EmbeddedDatabase database = start(false)) {
			assertThat(value(database, "select name from kept")).isEqualTo("Zoë");
		}
	}

	@Test
	void losesNoCommitInACrash() throws SQLException {
		try (EmbeddedDatabase database = start(false)) {
			assertThat(value(database, "show fsync")).isEqualTo("on");
			assertThat(value(database, "show synchronous_commit")).isEqualTo("on");
			assertThat(value(database, "show full_page_writes")).isEqualTo("on");
		}
	}

	@Test
	void takesNoConnectionsFromOtherMachines() throws SQLException {
		try (EmbeddedDatabase database = start(false)) {
			assertThat(value(database, "show listen_addresses")).isEqualTo("localhost");
		}
	}

	@Test
	void startsEmptyWhenFresh() throws SQLException {
		createRow();
		try (EmbeddedDatabase database = start(true)) {
			assertThat(value(database, "select to_regclass('kept')")).isNull();
		}
	}

	@Test
	void leavesOtherFilesInTheFolderAloneWhenFresh() throws IOException {
		Path other = Files.writeString(this.directory.resolve("notes.txt"), "mine");
		start(true).close();
		assertThat(other).hasContent("mine");
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void survivesAKilledApplication(boolean fresh) throws Exception {
		Process application = new ProcessBuilder(ProcessHandle.current().info().command().orElse("java"), "-cp",
				System.getProperty("java.class.path"), EmbeddedDatabaseProcess.class.getName(),
				this.directory.toString())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		int port = awaitPort(application);
		TestPostgres.execute(url(port), "create table kept (name text)", "insert into kept values ('Zoë')");
		ProcessHandle orphan = postmaster();
		application.destroyForcibly().waitFor();
		assertThat(value(port, "select name from kept")).as("PostgreSQL outlives the application").isEqualTo("Zoë");

		try (EmbeddedDatabase database = EmbeddedDatabase.start(new DatabaseProperties(this.directory, port), fresh)) {
			assertThat(postmaster().pid()).isNotEqualTo(orphan.pid());
			assertThat(value(database, "select to_regclass('kept')")).isEqualTo(fresh ? null : "kept");
			if (!fresh) {
				assertThat(value(database, "select name from kept")).isEqualTo("Zoë");
			}
		}
	}

	/** After a crash of the machine, the process id may belong to any process. */
	@ParameterizedTest
	@ValueSource(strings = { "of a process that is gone", "of another program", "empty", "garbled" })
	void startsDespiteAPidFileThatIsOutOfDate(String content) throws Exception {
		createRow();
		Files.writeString(pidFile(), switch (content) {
			case "of a process that is gone" -> pidFileOf(endedProcess());
			case "of another program" -> pidFileOf(ProcessHandle.current().pid());
			case "garbled" -> "\0\0\0\0";
			default -> "";
		});
		try (EmbeddedDatabase database = start(false)) {
			assertThat(value(database, "select name from kept")).isEqualTo("Zoë");
		}
	}

	@Test
	void stopsNoPostgresOfAnotherFolder(@TempDir Path elsewhere) throws Exception {
		createRow();
		try (EmbeddedDatabase other = EmbeddedDatabase.start(new DatabaseProperties(elsewhere, 0), false)) {
			Files.copy(elsewhere.resolve("cluster/postmaster.pid"), pidFile());
			try (EmbeddedDatabase database = start(false)) {
				assertThat(value(database, "select name from kept")).isEqualTo("Zoë");
			}
			assertThat(value(other, "select 1")).isEqualTo("1");
		}
	}

	@Test
	void startsOverWhenItsCreationWasInterrupted() throws Exception {
		Files.createDirectories(this.directory.resolve("cluster/base"));
		Files.writeString(this.directory.resolve("cluster/postgresql.conf"), "half written");
		try (EmbeddedDatabase database = start(false)) {
			assertThat(value(database, "select 1")).isEqualTo("1");
		}
	}

	@Test
	void saysWhichPropertyMovesItFromAPortInUse() throws IOException {
		try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			DatabaseProperties properties = new DatabaseProperties(this.directory, other.getLocalPort());
			assertThatExceptionOfType(StartupProblem.class).isThrownBy(() -> EmbeddedDatabase.start(properties, false))
				.withMessageContaining("port " + other.getLocalPort())
				.satisfies((problem) -> assertThat(problem.action()).contains("sample.database.port"));
		}
		start(false).close(); // and left the folder unlocked
	}

	@Test
	void refusesAFolderInUse() throws SQLException {
		try (EmbeddedDatabase database = start(false)) {
			for (boolean fresh : new boolean[] { false, true }) {
				assertThatExceptionOfType(StartupProblem.class).isThrownBy(() -> start(fresh))
					.withMessageContaining(this.directory.toString())
					.satisfies((problem) -> assertThat(problem.action()).contains("sample.database.directory"));
			}
			assertThat(value(database, "select 1")).isEqualTo("1");
		}
	}

	@Test
	void refusesAFolderThatIsAFile() throws IOException {
		Path file = Files.createFile(this.directory.resolve("file"));
		assertThatExceptionOfType(StartupProblem.class)
			.isThrownBy(() -> EmbeddedDatabase.start(new DatabaseProperties(file, 0), false))
			.withMessageContaining(file.toString());
	}

	@Test
	void worksInAFolderWithSpacesAndUmlauts() throws SQLException {
		Path folder = this.directory.resolve("meine Däten");
		try (EmbeddedDatabase database = EmbeddedDatabase.start(new DatabaseProperties(folder, 0), false)) {
			assertThat(value(database, "select 1")).isEqualTo("1");
		}
	}

	private EmbeddedDatabase start(boolean fresh) {
		return EmbeddedDatabase.start(new DatabaseProperties(this.directory, 0), fresh);
	}

	private void createRow() {
		try (EmbeddedDatabase database = start(false)) {
			TestPostgres.execute(url(database.port()), "create table kept (name text)",
					"insert into kept values ('Zoë')");
		}
	}

	private Path pidFile() {
		return this.directory.resolve("cluster/postmaster.pid");
	}

	private ProcessHandle postmaster() throws IOException {
		return ProcessHandle.of(Long.parseLong(Files.readAllLines(pidFile()).get(0))).orElseThrow();
	}

	private String pidFileOf(long pid) {
		return "%d\n%s\n1700000000\n1\n\nlocalhost\n  1234567         1\nready   \n".formatted(pid,
				pidFile().getParent());
	}

	private static long endedProcess() throws Exception {
		Process process = new ProcessBuilder("java", "-version").redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start();
		process.waitFor(30, TimeUnit.SECONDS);
		return process.pid();
	}

	private static int awaitPort(Process application) throws IOException {
		BufferedReader output = application.inputReader(StandardCharsets.UTF_8);
		for (String line = output.readLine(); line != null; line = output.readLine()) {
			if (line.startsWith("PORT ")) {
				return Integer.parseInt(line.substring("PORT ".length()));
			}
		}
		throw new AssertionError("the application ended without a database");
	}

	private static String url(int port) {
		return "jdbc:postgresql://localhost:" + port + "/postgres?user=postgres";
	}

	private static String value(EmbeddedDatabase database, String sql) throws SQLException {
		return value(database.port(), sql);
	}

	private static String value(int port, String sql) throws SQLException {
		try (Connection connection = DriverManager.getConnection(url(port));
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery(sql)) {
			result.next();
			return result.getString(1);
		}
	}

}
