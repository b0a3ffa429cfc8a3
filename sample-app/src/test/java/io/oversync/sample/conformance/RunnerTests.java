/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CopyOnWriteArrayList;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The runner finds the errors of a server with prepared answers.
 */
class RunnerTests {

	private static final String UPLOAD = """
			{"as":"ann/phone","note":"the one","upload":[{"source_change_id":1},{"source_change_id":2}]}""";

	private static final String DOWNLOAD = "{\"as\":\"ann/phone\",\"download\":{\"after\":3,\"limit\":2}}";

	private static final String CHANGE = """
			{"server_id":4,"schema":"s","table":"t","op":"INSERT","pk":"0190a3b4-0000-7000-8000-000000000001","payload":{},
			"server_version":1,"deleted":false,"source_id":"other","source_change_id":1,"ts":"2026-01-01T00:00:00Z"}""";

	private final CopyOnWriteArrayList<String> received = new CopyOnWriteArrayList<>();

	private HttpServer server;

	private volatile int status = 200;

	private volatile String answer = "";

	private volatile String header = "X-Nothing: 1";

	@BeforeEach
	void start() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/", this::handle);
		this.server.start();
	}

	@AfterEach
	void stop() {
		this.server.stop(0);
	}

	@Test
	void passesWhatKeepsTheRules() {
		this.answer = upload("true", applied(1) + "," + applied(2));
		run(UPLOAD);
		this.answer = page("", "false", 3, 3);
		run(DOWNLOAD);
		this.answer = page(CHANGE + "," + CHANGE.replace("\"server_id\":4", "\"server_id\":7"), "true", 7, 9);
		run(DOWNLOAD);
		this.answer = page(CHANGE.replace("INSERT", "DELETE").replace("\"payload\":{},", "").replace("false", "true"),
				"false", 9, 9);
		run(DOWNLOAD);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					{"source_change_id":1,"status":"applied"}                       | statuses[0].new_server_version
					{"source_change_id":2,"status":"applied","new_server_version":1} | statuses[0].source_change_id
					{"source_change_id":1,"status":"applied","new_server_version":1,"message":null} | statuses[0].message
					{"source_change_id":1,"status":"applied","new_server_version":1,"note":1} | statuses[0].note
					{"source_change_id":1,"status":"done"}                          | statuses[0].status
					{"source_change_id":1,"status":"conflict"}                      | statuses[0].server_row
					{"source_change_id":1,"status":"conflict","server_row":{"schema_name":"s","table_name":"t","id":"x","server_version":1,"deleted":false}} | statuses[0].server_row.payload
					{"source_change_id":1,"status":"conflict","server_row":{"schema_name":"s","table_name":"t","id":"x","server_version":1,"deleted":false,"payload":null}} | statuses[0].server_row.payload
					{"source_change_id":1,"status":"invalid","message":"m","invalid":{"reason":"internal_error"}} | statuses[0].invalid.reason
					{"source_change_id":1,"status":"invalid","message":"m","invalid":{"reason":"unregistered_table"}} | body.accepted
					""")
	void seesAWrongStatusOfAChange(String first, String path) {
		this.answer = upload("true", first + "," + applied(2));
		assertFails(UPLOAD, path);
	}

	@Test
	void seesAWrongAnswerToAnUpload() {
		this.answer = upload("true", applied(1));
		assertFails(UPLOAD, "body.statuses: must have one status for each of 2 changes but has 1");
		this.answer = upload("true", applied(2) + "," + applied(1));
		assertFails(UPLOAD, "body.statuses[0].source_change_id: must echo 1");
		this.answer = upload("false", applied(1) + "," + applied(2));
		assertFails(UPLOAD, "body.accepted");
		this.answer = "{\"accepted\":true,\"statuses\":[]}";
		assertFails(UPLOAD, "body.highest_server_seq: must be there");
		this.answer = "{\"accepted\":true,\"highest_server_seq\":1,\"statuses\":[],\"took\":1}";
		assertFails("{\"as\":\"a/b\",\"http\":{\"method\":\"POST\",\"path\":\"/sync/upload\",\"body\":\"{}\"}}",
				"body.took");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			"server_id":4        | "server_id":3      | changes[0].server_id: must be greater
			"server_id":4        | "server_id":10     | changes[0].server_id: must not be greater than window_until
			"payload":{}         | "payload":null     | changes[0].payload
			"payload":{}         | "payload":"{}"     | changes[0].payload
			"op":"INSERT"        | "op":"DELETE"      | changes[0].deleted
			"op":"INSERT"        | "op":"insert"      | changes[0].op
			"deleted":false      | "deleted":true     | changes[0].deleted
			"deleted":false      | "deleted":null     | changes[0].deleted
			0190a3b4             | 0190A3B4           | changes[0].pk
			00:00:00Z            | 00:00:00           | changes[0].ts
			"source_id":"other", | ``                 | changes[0].source_id: must be there
			"schema"             | "scheme"           | changes[0].scheme
			"server_version":1   | "server_version":"1" | changes[0].server_version
			""")
	void seesAWrongChangeOfADownload(String right, String wrong, String path) {
		assertThat(CHANGE).contains(right);
		this.answer = page(CHANGE.replace(right, wrong), "false", 9, 9);
		assertFails(DOWNLOAD, path);
	}

	@Test
	void seesAWrongPage() {
		this.answer = page(CHANGE, "true", 4, 9);
		assertFails(DOWNLOAD, "body.changes: must be exactly limit=2");
		this.answer = page(CHANGE + "," + CHANGE, "false", 9, 9);
		assertFails(DOWNLOAD, "body.changes[1].server_id: must be greater");
		this.answer = page(CHANGE, "false", 4, 9);
		assertFails(DOWNLOAD, "body.next_after: must be 9");
		this.answer = page("", "false", 2, 2);
		assertFails(DOWNLOAD, "body.next_after: must be 3");
		this.answer = page("", "false", 9, 9);
		assertFails(DOWNLOAD.replace("2}", "2,\"until\":8}"), "body.window_until");
		assertFails("{\"as\":\"a/b\",\"http\":{\"method\":\"GET\",\"path\":\"/sync/download?until=8\"}}",
				"body.window_until");
		this.answer = "{\"changes\":[],\"has_more\":false,\"next_after\":3}";
		assertFails(DOWNLOAD, "body.window_until: must be there");
	}

	@Test
	void leavesRestoresAheadOfAPageOutOfItsCount() {
		String restore = CHANGE.replace("\"server_id\":4", "\"server_id\":8")
			.replace("INSERT", "UPDATE")
			.replace("other", "server");
		String full = CHANGE + "," + CHANGE.replace("\"server_id\":4", "\"server_id\":5");
		this.answer = page(restore + "," + full, "true", 5, 9);
		run(DOWNLOAD);
		this.answer = page(restore + "," + restore + "," + full, "true", 5, 9);
		assertFails(DOWNLOAD, "body.changes[1].server_id: must be greater");
		this.answer = page(restore + "," + full, "true", 5, 7);
		assertFails(DOWNLOAD, "body.changes[0].server_id: must not be greater than window_until");
		this.answer = page(restore.replace("server\"", "phone\"") + "," + full, "true", 5, 9);
		assertFails(DOWNLOAD, "body.changes[1].server_id: must be greater");
	}

	@Test
	void seesAChangeOfTheDeviceThatAsks() {
		String step = DOWNLOAD.replace("\"as\"", "\"auth\":{\"claims\":{\"did\":\"other\"}},\"as\"");
		this.answer = page(CHANGE, "false", 9, 9);
		assertFails(step, "body.changes[0].source_id");
		run(step.replace("\"limit\":2", "\"limit\":2,\"include_self\":true"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			400 | {"error":"invalid_request"} | X-Nothing: 1 | body.message
			400 | {"error":null,"message":"m"} | X-Nothing: 1 | body.error
			404 | Not Found | X-Nothing: 1 | an error is a JSON object
			500 | {"error":"e","message":"ERROR: relation x does not exist"} | X-Nothing: 1 | shows SQL
			500 | {"error":"e","message":"m","trace":"at io.x.Y.z(Y.java:3)"} | X-Nothing: 1 | shows SQL
			500 | {"error":"e","message":"insert into t values (1)"} | X-Nothing: 1 | shows SQL
			401 | {"error":"unauthorized","message":"m"} | X-Nothing: 1 | body.error
			401 | {"error":"authentication_failed","message":"m"} | WWW-Authenticate: Basic | WWW-Authenticate
			503 | {"error":"temporarily_unavailable","message":"m"} | X-Nothing: 1 | Retry-After
			""")
	void seesAWrongError(int status, String body, String header, String path) {
		this.status = status;
		this.answer = body;
		this.header = header;
		assertFails(DOWNLOAD.replace("\"as\"", "\"expect\":{\"status\":" + status + "},\"as\""), path);
	}

	@Test
	void showsStepNoteRequestAndAnswer() {
		this.answer = upload("true", applied(1));
		assertFails(UPLOAD, "step 1 of 1 (the one)", "POST /sync/upload", "last_server_seq_seen", "200 after",
				"highest_server_seq");
	}

	@Test
	void seesWhatTheExpectationSays() {
		this.answer = page("", "false", 3, 3);
		assertFails(DOWNLOAD.replace("\"as\"", "\"expect\":{\"status\":[400,401]},\"as\""),
				"status: expected [400,401]");
		assertFails(DOWNLOAD.replace("\"as\"", "\"expect\":{\"contains\":[\"xyz\"]},\"as\""), "must contain xyz");
		assertFails(DOWNLOAD.replace("\"as\"", "\"expect\":{\"excludes\":[\"has_more\"]},\"as\""), "must not contain");
		assertFails(DOWNLOAD.replace("\"as\"", "\"expect\":{\"headers\":{\"x-nothing\":\"2\"}},\"as\""),
				"headers.x-nothing: expected \"2\" but got \"1\"");
		assertFails(DOWNLOAD.replace("\"as\"", "\"expect\":{\"max_ms\":-1},\"as\""), "time: took");
		assertFails(DOWNLOAD.replace("\"as\"", "\"expect\":{\"boddy\":1},\"as\""), "Unknown expectation: boddy");
		assertFails("{\"parallel\":[" + DOWNLOAD + "],\"expect\":[{\"status\":200,\"body\":{\"has_more\":true}}]}",
				"[0].body.has_more");
	}

	@Test
	void sendsBytesAndHeadersAsTheCaseHasThem() {
		this.answer = "{}";
		run("""
				{"auth":"none","http":{"method":"PUT","path":"/x","body":"\\u00e9","encoding":"latin-1","headers":{"content-type":null}}}""");
		run("{\"auth\":{\"header\":\"Basic x\"},\"http\":{\"method\":\"POST\",\"path\":\"/y?a=b\",\"body\":\"\\u00e9\"}}");
		assertThat(this.received).containsExactly("PUT /x null null [-23]",
				"POST /y?a=b Basic x application/json [-61, -87]");
	}

	private static String applied(int id) {
		return "{\"source_change_id\":" + id + ",\"status\":\"applied\",\"new_server_version\":1}";
	}

	private static String upload(String accepted, String statuses) {
		return "{\"accepted\":" + accepted + ",\"highest_server_seq\":1,\"statuses\":[" + statuses + "]}";
	}

	private static String page(String changes, String hasMore, int nextAfter, int windowUntil) {
		return "{\"changes\":[" + changes + "],\"has_more\":" + hasMore + ",\"next_after\":" + nextAfter
				+ ",\"window_until\":" + windowUntil + "}";
	}

	private void assertFails(String step, String... messages) {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> run(step)).withMessageContainingAll(messages);
	}

	private void run(String step) {
		ConformanceCase one = ConformanceCase
			.read("{\"name\":\"n\",\"category\":\"c\",\"what\":\"w\",\"section\":\"1\",\"steps\":[" + step + "]}");
		URI address = URI.create("http://localhost:" + this.server.getAddress().getPort());
		new CaseRun(one, new ConformanceTarget(address, "secret", null)).run();
	}

	private void handle(HttpExchange exchange) throws IOException {
		byte[] body = exchange.getRequestBody().readAllBytes();
		this.received.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
				+ exchange.getRequestHeaders().getFirst("Authorization") + " "
				+ exchange.getRequestHeaders().getFirst("Content-Type") + " " + Arrays.toString(body));
		byte[] bytes = this.answer.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().add("Content-Type", "application/json");
		String[] header = this.header.split(": ");
		exchange.getResponseHeaders().add(header[0], header[1]);
		exchange.sendResponseHeaders(this.status, bytes.length);
		exchange.getResponseBody().write(bytes);
		exchange.close();
	}

}
