/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

import io.oversync.sample.SampleApplication;
import io.oversync.service.SyncDevices;
import io.oversync.test.ApplicationServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The demo over HTTP, as its page calls it.
 */
class DemoIntegrationTests {

	@TempDir
	private static Path folder;

	private static ApplicationServer server;

	private static JdbcTemplate jdbc;

	private Browser browser;

	@BeforeAll
	static void start() {
		server = ApplicationServer.start(SampleApplication.class, "--sample.demo.enabled=true",
				"--sample.demo.directory=" + folder, "--sample.demo.max-sessions=100");
		jdbc = new JdbcTemplate(new DriverManagerDataSource(server.jdbcUrl()));
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@BeforeEach
	void open() {
		this.browser = Browser.open(server.baseUrl());
	}

	@AfterEach
	void close() {
		this.browser.close();
	}

	@Test
	void aNoteReachesTheTableAndTheOtherPhone() {
		this.browser.add("a", "Buy milk");
		assertThat(this.browser.awaitTitles("b", "Buy milk").get("notes").get(0).get("version").longValue())
			.isEqualTo(1);
		this.browser.awaitTitles("server", "Buy milk");
		assertThat(jdbc.queryForObject("select title from business.notes where owner_id = ?", String.class,
				this.browser.user()))
			.isEqualTo("Buy milk");
		this.browser.run("PATCH", "b/notes/" + this.browser.id("b", "Buy milk"), Map.of("done", true));
		this.browser.await("a", (view) -> view.at("/notes/0/done").booleanValue(false));
		this.browser.run("DELETE", "a/notes/" + this.browser.id("a", "Buy milk"), null);
		this.browser.awaitTitles("b");
		this.browser.awaitTitles("server");
		assertThat(server.bean(SyncDevices.class).list(this.browser.user())).extracting(SyncDevices.Device::id)
			.contains("phone-a", "phone-b");
	}

	@Test
	void whatTravelsIsShown() {
		this.browser.add("a", "Buy milk");
		this.browser.awaitTraffic((exchange) -> text(exchange, "path").equals("/sync/upload")
				&& text(exchange, "phone").equals("a") && text(exchange, "sent").equals("INSERT")
				&& text(exchange, "received").equals("applied as v1") && exchange.get("status").intValue() == 200);
		this.browser.awaitTraffic((exchange) -> text(exchange, "path").startsWith("/sync/download?after=0")
				&& text(exchange, "phone").equals("b") && text(exchange, "received").equals("INSERT v1, position 1"));
		assertThat(this.browser.traffic().toString()).doesNotContain("Bearer").doesNotContain("eyJ");
	}

	private static String text(JsonNode exchange, String member) {
		return exchange.get(member).asString("");
	}

	@Test
	void aPhoneWithoutANetworkKeepsItsEdits() {
		this.browser.online("a", false);
		this.browser.add("a", "Written offline");
		JsonNode phone = this.browser.await("a", (view) -> view.get("pending").intValue() == 1);
		assertThat(phone.at("/notes/0/queued").stringValue()).isEqualTo("new");
		this.browser.awaitTraffic((exchange) -> text(exchange, "problem").equals("no network"));
		this.browser.add("server", "Written meanwhile");
		this.browser.awaitTitles("b", "Written meanwhile");
		this.browser.awaitTitles("a", "Written offline");
		this.browser.online("a", true);
		this.browser.awaitTitles("a", "Written meanwhile", "Written offline");
		this.browser.awaitTitles("b", "Written meanwhile", "Written offline");
	}

	@ParameterizedTest
	@CsvSource({ "server,A,Text of A", "client,B,Text of B", "merge,A,Text of B" })
	void aConflictIsSettledAsChosen(String resolver, String title, String body) {
		this.browser.add("a", "Base");
		String note = "notes/" + this.browser.id("b", "Base");
		this.browser.run("PUT", "b/resolver", Map.of("resolver", resolver));
		this.browser.online("b", false);
		this.browser.run("PATCH", "b/" + note, Map.of("title", "B", "body", "Text of B"));
		boolean merged = resolver.equals("merge");
		this.browser.run("PATCH", "a/" + note,
				merged ? Map.of("title", "A") : Map.of("title", "A", "body", "Text of A"));
		this.browser.awaitTitles("server", "A");
		this.browser.online("b", true);
		JsonNode phone = this.browser.await("b",
				(view) -> !view.get("notices").isEmpty() && view.get("pending").intValue() == 0);
		assertThat(phone.at("/notices/0/kind").stringValue()).isEqualTo("conflict");
		assertThat(phone.at("/notices/0/fields/0").toString()).contains("\"name\":\"title\"", "\"phone\":\"B\"",
				"\"server\":\"A\"", "\"result\":\"" + title + "\"");
		for (String place : new String[] { "a", "b", "server" }) {
			this.browser.await(place, (view) -> view.at("/notes/0/title").asString("").equals(title)
					&& view.at("/notes/0/body").asString("").equals(body));
		}
	}

	@Test
	void theTableIsWrittenBySqlWhileBothPhonesAreOffline() {
		this.browser.add("a", "Base");
		this.browser.awaitTitles("b", "Base");
		this.browser.online("a", false);
		this.browser.online("b", false);
		jdbc.update("update business.notes set title = 'From SQL' where owner_id = ?", this.browser.user());
		this.browser.awaitTitles("server", "From SQL");
		this.browser.awaitTitles("a", "Base");
		this.browser.online("a", true);
		this.browser.awaitTitles("a", "From SQL");
	}

	@Test
	void aReinstalledPhoneGetsEverythingBackAndGoesOn() {
		this.browser.add("a", "One");
		this.browser.add("b", "Two");
		this.browser.awaitTitles("a", "Two", "One");
		this.browser.run("POST", "a/reinstall", null);
		JsonNode phone = this.browser.await("a", (view) -> view.get("busy").isNull() && Browser.titles(view).size() == 2
				&& view.get("pending").intValue() == 0);
		assertThat(phone.get("position").longValue()).isEqualTo(2);
		this.browser.add("a", "Three");
		this.browser.awaitTitles("b", "Three", "Two", "One");
	}

	@Test
	void aPhoneThatIsReinstalledOfflineGetsItsRowsWithTheNetwork() {
		this.browser.add("a", "One");
		this.browser.awaitTitles("b", "One");
		this.browser.online("a", false);
		this.browser.run("POST", "a/reinstall", null);
		this.browser.await("a", (view) -> view.get("busy").isNull() && Browser.titles(view).isEmpty());
		this.browser.online("a", true);
		this.browser.awaitTitles("a", "One");
	}

	@Test
	void anOldCopyCatchesUp() {
		this.browser.add("a", "Before");
		this.browser.awaitTitles("b", "Before");
		assertThat(this.browser.send("POST", "a/put-back", null).statusCode()).isEqualTo(400);
		this.browser.run("POST", "a/copy", null);
		this.browser.await("a", (view) -> !view.get("copied").isNull());
		this.browser.add("a", "After");
		this.browser.awaitTitles("b", "After", "Before");
		this.browser.run("POST", "a/put-back", null);
		this.browser.await("a", (view) -> view.at("/notices/0/kind").asString("").equals("recovery"));
		this.browser.awaitTitles("a", "After", "Before");
		this.browser.add("a", "Later");
		this.browser.awaitTitles("b", "Later", "After", "Before");
	}

	@Test
	void oneSessionNeitherSeesNorTouchesAnother() {
		this.browser.add("a", "Mine");
		String id = this.browser.id("server", "Mine");
		try (Browser other = Browser.open(server.baseUrl())) {
			assertThat(other.user()).isNotEqualTo(this.browser.user());
			assertThat(other.secret()).isNotEqualTo(this.browser.secret());
			for (String place : new String[] { "a", "b", "server" }) {
				String path = place + "/notes/" + id;
				assertThat(other.send("PATCH", path, Map.of("title", "Theirs")).statusCode()).isEqualTo(404);
				assertThat(other.send("DELETE", path, null).statusCode()).isEqualTo(404);
			}
			other.add("a", "Theirs");
			other.awaitTitles("b", "Theirs");
			other.awaitTitles("server", "Theirs");
		}
		this.browser.add("b", "More");
		this.browser.awaitTitles("a", "More", "Mine");
		this.browser.awaitTitles("server", "More", "Mine");
	}

	@Test
	void theCookieIsASecretOfThisSiteOnly() {
		HttpResponse<String> answer = new Browser(server.baseUrl()).openSession();
		String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
		assertThat(cookie)
			.matches("oversync-demo-" + server.port() + "=[A-Za-z0-9_-]{22}; Path=/; HttpOnly; SameSite=Strict");
		assertThat(answer.body()).doesNotContain(cookie.split("[=;]")[1]);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "x", "AAAAAAAAAAAAAAAAAAAAAA", "../../../../../../x", "demo-0000000000000000" })
	void aSecretThatTheServerDidNotMakeIsNoSession(String secret) {
		Browser guest = new Browser(server.baseUrl()).secret(secret);
		assertThat(guest.send("GET", "events", null).statusCode()).isEqualTo(401);
		assertThat(guest.send("POST", "a/notes", Map.of("title", "x")).statusCode()).isEqualTo(401);
		assertThat(guest.openSession().statusCode()).isEqualTo(200);
		assertThat(guest.secret()).isNotEqualTo(secret).hasSize(22);
	}

	@ParameterizedTest
	@CsvSource({ "Sec-Fetch-Site,cross-site", "Sec-Fetch-Site,same-site", "Sec-Fetch-Site,none",
			"Origin,https://example.org", "Origin,null", "Origin,http://localhost" })
	void anotherSiteCannotWrite(String header, String value) {
		this.browser.header(header, value);
		assertRefusesWrites();
	}

	/**
	 * Cookies do not know ports: a page of another one could close those of this site.
	 */
	@Test
	void anotherSiteCannotOpenEvents() {
		Browser other = new Browser(server.baseUrl()).secret(this.browser.secret())
			.header("Sec-Fetch-Site", "same-site");
		other.listen();
		Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> !other.isListening());
	}

	/** A body that trickles in holds a thread, and anyone can send one. */
	@Test
	void theBodyOfARequestWithoutASessionIsNotWaitedFor() throws Exception {
		URI uri = URI.create(server.baseUrl());
		try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
			socket.setSoTimeout(5000);
			socket.getOutputStream()
				.write(("POST /demo/a/notes HTTP/1.1\r\nHost: localhost\r\nX-Oversync-Demo: test\r\n"
						+ "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
					.getBytes(StandardCharsets.US_ASCII));
			String head = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
				.readLine();
			assertThat(head).startsWith("HTTP/1.1 401");
		}
	}

	/**
	 * A name that leads to this computer all of a sudden makes the demo a page of the
	 * other site, for which no header betrays it.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "GET /", "GET /demo/page/main.js", "POST /demo/session", "GET /demo/events",
			"POST /demo/a/notes" })
	void aNameOfAnotherSiteIsRefused(String request) throws Exception {
		String answer = raw(request, "rebound.example:" + server.port());
		assertThat(answer).startsWith("HTTP/1.1 421")
			.contains("http://localhost:" + server.port(), "--sample.demo.hosts=NAME", "Content-Type: text/plain")
			.doesNotContain("rebound", "Set-Cookie", "<");
	}

	@ParameterizedTest
	@ValueSource(strings = { "localhost", "127.0.0.1", "192.168.1.5", "[::1]" })
	void namesAndAddressesOfThisComputerAreServed(String host) throws Exception {
		assertThat(raw("GET /", host + ":" + server.port())).startsWith("HTTP/1.1 200");
		assertThat(raw("POST /demo/session", host + ":" + server.port())).startsWith("HTTP/1.1 200")
			.contains("Set-Cookie");
	}

	@Test
	void otherNamesAreThoseOfTheConfiguration() throws Exception {
		try (ApplicationServer other = ApplicationServer.start(SampleApplication.class, "--sample.demo.enabled=true",
				"--sample.demo.directory=" + folder.resolve("named"), "--sample.demo.hosts=demo.example.org,pi")) {
			assertThat(raw(other, "GET /", "pi:8080")).startsWith("HTTP/1.1 200");
			assertThat(raw(other, "POST /demo/session", "demo.example.org")).startsWith("HTTP/1.1 200");
			assertThat(raw(other, "POST /demo/session", "other.example.org")).startsWith("HTTP/1.1 421");
			assertThat(raw(other, "GET /health", "other.example.org")).as("the rest of the sample")
				.startsWith("HTTP/1.1 200");
		}
	}

	private static String raw(String request, String host) throws Exception {
		return raw(server, request, host);
	}

	/** Clients do not let one choose the header {@code Host}. */
	private static String raw(ApplicationServer to, String request, String host) throws Exception {
		try (Socket socket = new Socket("localhost", to.port())) {
			socket.setSoTimeout(10_000);
			socket.getOutputStream()
				.write((request + " HTTP/1.1\r\nHost: " + host + "\r\nX-Oversync-Demo: test\r\nContent-Length: 0\r\n"
						+ "Connection: close\r\n\r\n")
					.getBytes(StandardCharsets.US_ASCII));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	@Test
	void aFormCannotWrite() {
		this.browser.withoutHeader("X-Oversync-Demo");
		assertRefusesWrites();
	}

	private void assertRefusesWrites() {
		assertThat(this.browser.send("POST", "a/notes", Map.of("title", "forged")).statusCode()).isEqualTo(403);
		assertThat(this.browser.send("POST", "server/notes", Map.of("title", "forged")).statusCode()).isEqualTo(403);
		assertThat(this.browser.send("PUT", "a/online", Map.of("online", false)).statusCode()).isEqualTo(403);
		assertThat(this.browser.send("POST", "session", null).statusCode()).isEqualTo(403);
		assertThat(jdbc.queryForObject("select count(*) from business.notes where title = 'forged'", Long.class))
			.isZero();
	}

	@Test
	void thePageOfThisSiteMayWrite() {
		this.browser.header("Sec-Fetch-Site", "same-origin").header("Origin", server.baseUrl());
		this.browser.add("a", "Mine");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "{\"title\":null}", "{\"title\":\"  \"}", "{\"title\":\"a\\u0000b\"}",
			"{\"title\":\"\\ud800\"}", "{\"title\":\"x\",\"body\":\"a\\u001bb\"}", "{\"title\":", "[]", "" })
	void unusableNotesAreRefused(String body) {
		for (String place : new String[] { "a", "server" }) {
			HttpResponse<String> answer = this.browser.send("POST", place + "/notes", body);
			assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
		}
	}

	@Test
	void sizesAreLimited() {
		assertThat(this.browser.send("POST", "a/notes", Map.of("title", "x".repeat(81))).statusCode()).isEqualTo(400);
		assertThat(this.browser.send("POST", "a/notes", Map.of("title", "x", "body", "y".repeat(401))).statusCode())
			.isEqualTo(400);
		assertThat(this.browser.send("POST", "a/notes", Map.of("title", "x".repeat(9000))).statusCode()).isEqualTo(413);
		String longest = "😀".repeat(80);
		this.browser.add("a", longest);
		this.browser.awaitTitles("server", longest);
		for (int i = 1; i < NoteStore.MOST_NOTES; i++) {
			this.browser.add("a", "note " + i);
		}
		HttpResponse<String> tooMany = this.browser.send("POST", "a/notes", Map.of("title", "one more"));
		assertThat(tooMany.statusCode()).isEqualTo(429);
		assertThat(tooMany.body()).contains("limit_reached");
		this.browser.await("server", (view) -> Browser.titles(view).size() == NoteStore.MOST_NOTES);
		assertThat(this.browser.send("POST", "server/notes", Map.of("title", "one more")).statusCode()).isEqualTo(429);
	}

	@Test
	void hostileTextsArriveAsTheyAre() {
		String hostile = "<img src=x onerror=alert(1)>'\"; drop table business.notes; --\u2028</script>";
		this.browser.add("a", hostile);
		this.browser.awaitTitles("server", hostile);
		this.browser.awaitTitles("b", hostile);
	}

	@ParameterizedTest
	@CsvSource({ "POST,c/notes,400", "PATCH,a/notes/x,400", "PUT,server/online,400", "POST,server/reinstall,400",
			"PUT,a/resolver,400", "GET,a/notes,405", "GET,nothing,404" })
	void otherPathsAndPlacesAreRefused(String method, String path, int status) {
		Object body = method.equals("GET") ? null : Map.of("title", "x", "online", true, "resolver", "x");
		assertThat(this.browser.send(method, path, path.endsWith("reinstall") ? null : body).statusCode())
			.isEqualTo(status);
		assertThat(this.browser.send("PATCH", "a/notes/" + UUID.randomUUID(), Map.of("title", "x")).statusCode())
			.isEqualTo(404);
	}

	@Test
	void thePageHasNoInlineScriptsAndStyles() throws Exception {
		HttpResponse<String> page = get("/");
		assertThat(page.statusCode()).isEqualTo(200);
		assertThat(page.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
		String policy = page.headers().firstValue("Content-Security-Policy").orElseThrow();
		assertThat(policy).contains("default-src 'none'", "script-src 'self'", "style-src 'self'")
			.doesNotContain("unsafe", "http", "*");
		assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
		assertThat(page.headers().firstValue("X-Frame-Options")).contains("DENY");
		assertThat(page.body()).doesNotContain("<style", " style=", "javascript:", "//cdn")
			.doesNotContainPattern("<script(?![^>]* src=)")
			.doesNotContainPattern(" on[a-z]+=");
		assertThat(Pattern.compile("(?:src|href)=\"(demo/page/[^\"]+)\"").matcher(page.body()).results()).isNotEmpty()
			.allSatisfy((link) -> assertThat(get("/" + link.group(1)).statusCode()).isEqualTo(200));
	}

	@Test
	void everythingElseStillNeedsAToken() throws Exception {
		for (String path : new String[] { "/sync/download", "/admin/materialize-failures", "/index.html", "/demo.css",
				"/nothing" }) {
			assertThat(get(path).statusCode()).as(path).isEqualTo(401);
		}
	}

	@Test
	void withADatabaseOfTheUsersOwnThereIsNoDemo() throws Exception {
		try (ApplicationServer other = ApplicationServer.start(SampleApplication.class)) {
			for (String path : new String[] { "/", "/demo/page/main.js", "/demo/events" }) {
				assertThat(get(other.baseUrl(), path).statusCode()).as(path).isEqualTo(401);
			}
			assertThat(new Browser(other.baseUrl()).openSession().statusCode()).isEqualTo(401);
		}
	}

	private static HttpResponse<String> get(String path) throws Exception {
		return get(server.baseUrl(), path);
	}

	private static HttpResponse<String> get(String url, String path) throws Exception {
		return java.net.http.HttpClient.newHttpClient()
			.send(java.net.http.HttpRequest.newBuilder(java.net.URI.create(url + path)).build(),
					HttpResponse.BodyHandlers.ofString());
	}

	/** The page shows the beginning: all rows of a session are in one event. */
	@Test
	void longTextsOfOtherDevicesAreShownInPart() {
		jdbc.update("insert into business.notes (id, owner_id, title, body) values (gen_random_uuid(), ?, 'long', ?)",
				this.browser.user(), "x".repeat(1_000_000));
		for (String place : new String[] { "server", "a" }) {
			JsonNode view = this.browser.await(place, (latest) -> latest.path("notes").size() == 1);
			assertThat(view.at("/notes/0/body").asString()).hasSize(400);
		}
	}

}
