/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import io.oversync.sample.SampleApplication;
import io.oversync.service.SyncDevices;
import io.oversync.test.ApplicationServer;
import io.oversync.test.TestPostgres;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * How sessions of the demo begin, go on, and end.
 */
@Tag("prove")
class DemoSessionsIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final String database = TestPostgres.createDatabase();

	private final JdbcTemplate jdbc = new JdbcTemplate(new DriverManagerDataSource(this.database));

	@TempDir
	private Path folder;

	@Test
	void anUnusedSessionEndsAndLeavesNothing() throws Exception {
		try (ApplicationServer server = start("--sample.demo.session-timeout=2s")) {
			Browser used = Browser.open(server.baseUrl());
			Browser unused = Browser.open(server.baseUrl());
			used.add("a", "Used");
			unused.add("a", "Unused");
			unused.awaitTitles("b", "Unused");
			assertThat(server.bean(SyncDevices.class).list(unused.user())).isNotEmpty();
			assertThat(folders()).containsExactlyInAnyOrder(used.user(), unused.user());
			Long stream = stream(unused.user());
			unused.close();
			Awaitility.await().atMost(PATIENCE).until(() -> folders().equals(List.of(used.user())));
			assertThat(owners()).containsExactly(used.user());
			assertThat(leftBehind(stream)).isEmpty();
			assertThat(leftBehind(stream(used.user()))).contains("change", "device", "source", "stream");
			assertThat(this.jdbc.queryForList("select owner from sync.captured_row", String.class))
				.doesNotContain(unused.user());
			assertThat(server.bean(SyncDevices.class).list(unused.user())).isEmpty();
			assertThat(unused.send("POST", "a/notes", Map.of("title", "late")).statusCode()).isEqualTo(401);
			// an open page holds its session, although it sends nothing
			used.add("a", "Still used");
			used.awaitTitles("b", "Still used", "Used");
			used.close();
		}
	}

	@Test
	void sessionsAreLimitedAndMakeRoomWhenTheyEnd() {
		try (ApplicationServer server = start("--sample.demo.max-sessions=1", "--sample.demo.session-timeout=2s")) {
			Browser first = Browser.open(server.baseUrl());
			Browser second = new Browser(server.baseUrl());
			assertThat(second.openSession().statusCode()).isEqualTo(503);
			assertThat(second.openSession().body()).contains("\"error\":\"demo_full\"").contains("max-sessions");
			assertThat(second.secret()).isEmpty();
			assertThat(first.openSession().statusCode()).isEqualTo(200);
			first.close();
			Awaitility.await().atMost(PATIENCE).until(() -> second.openSession().statusCode() == 200);
		}
	}

	/** Each request without a cookie opens a session. */
	@Test
	void visitorsWithoutACookieDoNotKeepOthersOut() {
		try (ApplicationServer server = start("--sample.demo.max-sessions=3", "--sample.demo.evict-after=2s")) {
			Browser reading = Browser.open(server.baseUrl());
			Browser left = new Browser(server.baseUrl());
			assertThat(left.openSession().statusCode()).isEqualTo(200);
			Browser writing = new Browser(server.baseUrl());
			assertThat(writing.openSession().statusCode()).isEqualTo(200);
			Browser next = new Browser(server.baseUrl());
			assertThat(next.openSession().statusCode()).as("all were there just now").isEqualTo(503);
			Awaitility.await().atMost(PATIENCE).until(() -> {
				assertThat(writing.send("POST", "a/notes", Map.of("title", "x")).statusCode()).isEqualTo(200);
				return next.openSession().statusCode() == 200;
			});
			assertThat(left.send("POST", "a/notes", Map.of("title", "x")).statusCode()).isEqualTo(401);
			writing.add("a", "Still here");
			reading.add("a", "An open page");
			reading.awaitTitles("b", "An open page");
			reading.close();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "127.0.0.2", "::1", "0.0.0.0" })
	void thePhonesReachAServerThatListensOnOneAddress(String address) {
		assumeThat(isLocal(address)).isTrue();
		try (ApplicationServer server = start("--server.address=" + address)) {
			String host = address.equals("0.0.0.0") ? "127.0.0.1" : address.replace("::1", "[::1]");
			Browser browser = Browser.open("http://" + host + ":" + server.port());
			browser.add("a", "By its address");
			browser.awaitTitles("b", "By its address");
			browser.close();
		}
	}

	private static boolean isLocal(String address) {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(address))) {
			return socket.isBound();
		}
		catch (IOException ex) {
			return false;
		}
	}

	@Test
	void noOtherUserIsRemoved() {
		try (ApplicationServer server = start()) {
			DemoUsers users = new DemoUsers(this.jdbc,
					new JdbcTransactionManager(new DriverManagerDataSource(this.database)),
					server.bean(SyncDevices.class));
			for (String user : List.of("ann", "demo-", "demo-0123456789abcdef0", "xdemo-0123456789abcdef", "demo-%")) {
				assertThatIllegalArgumentException().isThrownBy(() -> users.remove(user));
			}
		}
	}

	@Test
	void aPhoneWhoseFileIsBrokenIsInstalledAgain() throws Exception {
		Browser before;
		try (ApplicationServer server = start()) {
			before = Browser.open(server.baseUrl());
			before.add("a", "Sent");
			before.awaitTitles("b", "Sent");
		}
		Path file = this.folder.resolve(before.user()).resolve("phone-a.db");
		for (String suffix : List.of("-wal", "-shm")) {
			Files.deleteIfExists(file.resolveSibling(file.getFileName() + suffix));
		}
		Files.writeString(file, "This is no database.".repeat(1000));
		try (ApplicationServer server = start(); Browser after = Browser.reopen(server.baseUrl(), before)) {
			assertThat(after.await("a", (view) -> view.get("broken").booleanValue()).get("notes")).isEmpty();
			assertThat(after.send("POST", "a/notes", Map.of("title", "x")).statusCode()).isEqualTo(409);
			assertThat(after.send("PUT", "a/online", Map.of("online", false)).body()).contains("phone_broken");
			assertThat(after.send("POST", "a/copy", null).statusCode()).isEqualTo(409);
			after.add("b", "The other phone");
			after.awaitTitles("server", "The other phone", "Sent");
			after.run("POST", "a/reinstall", null);
			assertThat(after.awaitTitles("a", "The other phone", "Sent").get("broken").booleanValue()).isFalse();
			after.add("a", "Again");
			after.awaitTitles("b", "Again", "The other phone", "Sent");
		}
	}

	@Test
	void anUnsentEditSurvivesARestart() {
		Browser before;
		try (ApplicationServer server = start()) {
			before = Browser.open(server.baseUrl());
			before.add("a", "Sent");
			before.awaitTitles("b", "Sent");
			before.run("PUT", "a/resolver", Map.of("resolver", "client"));
			before.online("a", false);
			before.add("a", "Unsent");
			before.await("a", (view) -> view.get("pending").intValue() == 1);
		}
		Browser closed = before;
		Awaitility.await().atMost(PATIENCE).until(() -> !closed.isListening());
		assertThat(titles()).containsExactly("Sent");
		try (ApplicationServer server = start(); Browser after = Browser.reopen(server.baseUrl(), before)) {
			JsonNode phone = after.awaitTitles("a", "Unsent", "Sent");
			assertThat(phone.get("online").booleanValue()).isFalse();
			assertThat(phone.get("resolver").stringValue()).isEqualTo("client");
			assertThat(phone.get("pending").intValue()).isEqualTo(1);
			after.online("a", true);
			after.awaitTitles("b", "Unsent", "Sent");
			after.awaitTitles("server", "Unsent", "Sent");
		}
	}

	@Test
	void aSessionWhoseBrowserDoesNotComeBackAfterARestartEnds() throws Exception {
		try (ApplicationServer server = start()) {
			Browser browser = Browser.open(server.baseUrl());
			browser.add("a", "Left behind");
			browser.awaitTitles("server", "Left behind");
			browser.close();
		}
		try (ApplicationServer server = start("--sample.demo.session-timeout=1s")) {
			Awaitility.await().atMost(PATIENCE).until(() -> folders().isEmpty());
			assertThat(owners()).isEmpty();
			assertThat(server.port()).isPositive();
		}
	}

	@Test
	void aFurtherTabTakesThePlaceOfTheOldest() {
		try (ApplicationServer server = start()) {
			Browser first = Browser.open(server.baseUrl());
			for (int i = 0; i < 4; i++) {
				Browser.reopen(server.baseUrl(), first).await("a", (view) -> true);
			}
			first.await("elsewhere", (event) -> true);
			Awaitility.await().atMost(PATIENCE).until(() -> !first.isListening());
		}
	}

	@Test
	void twoServersDoNotShareAFolder() {
		try (ApplicationServer server = start()) {
			assertThat(server.port()).isPositive();
			assertThatException().isThrownBy(this::start).withStackTraceContaining("sample.demo.directory");
		}
	}

	private ApplicationServer start(String... arguments) {
		return ApplicationServer.startOn(this.database, SampleApplication.class,
				Stream
					.concat(Stream.of("--sample.demo.enabled=true", "--sample.demo.directory=" + this.folder),
							Stream.of(arguments))
					.toArray(String[]::new));
	}

	private List<String> folders() throws Exception {
		try (Stream<Path> files = Files.list(this.folder)) {
			return files.map((file) -> file.getFileName().toString()).filter((name) -> !name.equals("lock")).toList();
		}
	}

	private List<String> leftBehind(Long stream) {
		List<String> tables = this.jdbc.queryForList("""
				select c.table_name from information_schema.columns c
				join information_schema.tables t using (table_schema, table_name)
				where c.table_schema = 'sync' and c.column_name = 'stream_id' and t.table_type = 'BASE TABLE'""",
				String.class);
		assertThat(tables).contains("change", "stream", "device");
		return tables.stream()
			.filter((table) -> Boolean.TRUE.equals(this.jdbc.queryForObject(
					"select exists (select from sync." + table + " where stream_id = ?)", Boolean.class, stream)))
			.toList();
	}

	private Long stream(String user) {
		return Objects.requireNonNull(
				this.jdbc.queryForObject("select stream_id from sync.stream where user_id = ?", Long.class, user));
	}

	private List<String> owners() {
		return this.jdbc.queryForList("select distinct owner_id from business.notes", String.class);
	}

	private List<String> titles() {
		return this.jdbc.queryForList("select title from business.notes", String.class);
	}

}
