/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import io.oversync.client.http.SyncHttp;
import io.oversync.client.internal.report.UploadReport;
import io.oversync.client.internal.report.WaitingReport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Uploads that fail as a whole: because of one change, because of their size, because of
 * something between the device and the server, or because the server is down.
 */
class FailingUploadTests {

	private static final String DDL = "CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT);";

	private static final String HTML = "<html><body><h1>Oops</h1><p>the gateway</p></body></html>";

	private final ModelServer server = new ModelServer();

	/** Whether an upload fails; looks at its body. */
	private Predicate<String> fails = (body) -> false;

	/** Whether an upload needs more memory than there is; looks at its body. */
	private Predicate<String> exhausting = (body) -> false;

	private int status = 500;

	private String answer = HTML;

	/** Whether a failing upload reaches the server all the same. */
	private boolean arrives;

	private int uploads;

	@TempDir
	private Path folder;

	private TestDevice phone;

	@BeforeEach
	void open() {
		this.phone = new TestDevice(this.folder, this.server, "ann/phone", DDL, "note")
			.with((builder) -> builder.http(this::exchange))
			.open();
		this.phone.client().sync();
	}

	@AfterEach
	void close() {
		this.phone.close();
	}

	private SyncHttp.Response exchange(SyncHttp.Request request) throws IOException {
		byte[] body = request.body();
		if (body != null) {
			this.uploads++;
			if (this.exhausting.test(new String(body, StandardCharsets.UTF_8))) {
				throw new OutOfMemoryError("for a test");
			}
			if (this.fails.test(new String(body, StandardCharsets.UTF_8))) {
				if (this.arrives) {
					this.server.exchange(request);
				}
				return new SyncHttp.Response(this.status, Map.of("content-type", "text/html"),
						new ByteArrayInputStream(this.answer.getBytes(StandardCharsets.UTF_8)));
			}
		}
		return this.server.exchange(request);
	}

	private static String key(int number) {
		return "00000000-0000-0000-0000-%012d".formatted(number);
	}

	private void insert(int from, int to) {
		this.phone.execute("BEGIN");
		for (int i = from; i < to; i++) {
			this.phone.execute("INSERT INTO note VALUES ('" + key(i) + "', 'title " + i + ";')");
		}
		this.phone.execute("COMMIT");
	}

	/** Syncs a few times, as a background sync does, whatever is thrown. */
	private int failuresOf(int syncs) {
		int failures = 0;
		for (int i = 0; i < syncs; i++) {
			try {
				this.phone.client().sync();
			}
			catch (ServerException ex) {
				failures++;
			}
		}
		return failures;
	}

	private int rowsOnServer() {
		return this.server.account("ann").live().size();
	}

	@ParameterizedTest
	@ValueSource(ints = { 500, 502, 503, 504, 403, 404, 400, 413, 302 })
	@Tag("prove")
	void aChangeWhoseRequestsAlwaysFailWaitsAloneAndTheOthersPass(int status) {
		this.status = status;
		this.fails = (body) -> body.contains("title 700;");
		insert(0, 1500);
		this.server.account("ann").change("web", "app.note", "INSERT", key(5000), "{\"id\":\"" + key(5000) + "\"}");
		assertThat(failuresOf(3)).isEqualTo(2);
		assertThat(rowsOnServer()).isEqualTo(1500);
		SyncStatus waiting = this.phone.client().status();
		assertThat(waiting.pending()).isEqualTo(1);
		assertThat(waiting.waiting()).isEqualTo(1);
		assertThat(waiting.quarantined()).isZero();
		assertThat(this.phone.query("SELECT count(*) FROM note")).as("downloads go on").containsExactly("1501");

		this.uploads = 0;
		insert(2000, 2010);
		UploadResult result = this.phone.client().sync().upload();
		assertThat(result.applied()).isEqualTo(10);
		assertThat(result.waiting()).singleElement().satisfies((change) -> {
			assertThat(change.pk()).isEqualTo(key(700));
			assertThat(change.problem()).contains(String.valueOf(status));
		});
		assertThat(this.uploads).as("no batch has failed because of it").isEqualTo(2);

		this.fails = (body) -> false;
		assertThat(this.phone.client().sync().upload().applied()).isEqualTo(1);
		assertThat(this.phone.client().status().pending()).isZero();
		assertThat(this.phone.client().status().waiting()).isZero();
	}

	@Test
	void aChangeThatNeedsMoreMemoryThanThereIsWaitsAloneWithAdvice() {
		this.exhausting = (body) -> body.contains("title 70;");
		insert(0, 150);
		for (int i = 0; i < 12; i++) {
			try {
				this.phone.client().sync();
			}
			catch (SyncException | OutOfMemoryError ex) {
				// as a background sync does, which goes on
			}
		}
		assertThat(rowsOnServer()).isEqualTo(149);
		assertThat(this.phone.client().sync().upload().waiting()).singleElement()
			.satisfies((change) -> assertThat(change.problem()).contains("note", "larger heap"));
		this.exhausting = (body) -> false;
		this.phone.client().sync();
		assertThat(rowsOnServer()).isEqualTo(150);
	}

	@Test
	void aChangeThatIsSentTwiceInASyncWaitsOnce() {
		WaitingChange first = new WaitingReport("note", key(1), "no parent");
		WaitingChange second = new WaitingReport("note", key(1), "no parent yet");
		WaitingChange other = new WaitingReport("item", key(1), "no parent");
		assertThat(waiting(first, other).plus(waiting(second)).waiting()).containsExactly(second, other);
	}

	private static UploadReport waiting(WaitingChange... changes) {
		return new UploadReport(0, 0, List.of(), List.of(), List.of(), List.of(changes), 0);
	}

	@Test
	void severalSuchChangesHoldNobodyBack() {
		this.fails = (body) -> List.of(1, 2, 3, 900).stream().anyMatch((i) -> body.contains("title " + i + ";"));
		insert(0, 1000);
		failuresOf(20);
		assertThat(rowsOnServer()).isEqualTo(996);
		assertThat(this.phone.client().status().waiting()).isEqualTo(4);
		this.uploads = 0;
		this.phone.client().sync();
		assertThat(this.uploads).as("tries of a sync").isLessThanOrEqualTo(2);
		this.fails = (body) -> false;
		this.phone.client().sync();
		assertThat(rowsOnServer()).isEqualTo(1000);
	}

	@Test
	void anEditOfSuchARowWaitsForItsAnswerAndNeitherIsLostOrAConflict() {
		this.status = 504;
		this.arrives = true;
		this.fails = (body) -> body.contains("title 1;");
		insert(0, 4);
		failuresOf(4);
		this.phone.execute("UPDATE note SET title = 'edited' WHERE id = '" + key(1) + "'");
		this.phone.execute("UPDATE note SET title = 'edited, too' WHERE id = '" + key(2) + "'");
		UploadResult result = this.phone.client().sync().upload();
		assertThat(result.applied()).isEqualTo(1);
		this.phone.reopen();
		this.fails = (body) -> false;
		result = this.phone.client().sync().upload();
		assertThat(result.conflicts()).isEmpty();
		assertThat(this.phone.client().sync().upload().pending()).isZero();
		assertThat(this.server.account("ann").live().get("app.note:" + key(1)).get("title").asString())
			.isEqualTo("edited");
		assertThat(this.server.account("ann").stream()).filteredOn((entry) -> entry.get("pk").asString().equals(key(1)))
			.hasSize(2);
	}

	@Test
	void aDeleteOfSuchARowReachesTheServerInTheEnd() {
		this.arrives = true;
		this.fails = (body) -> body.contains("title 1;");
		insert(0, 4);
		failuresOf(4);
		this.phone.execute("DELETE FROM note WHERE id = '" + key(1) + "'");
		failuresOf(2);
		this.fails = (body) -> false;
		this.phone.client().sync();
		assertThat(rowsOnServer()).isEqualTo(3);
		assertThat(this.phone.client().status().pending()).isZero();
	}

	@Test
	void aServerThatIsDownIsAskedAFewTimesOnlyAndNothingIsLost() {
		this.fails = (body) -> true;
		insert(0, 100);
		for (int i = 0; i < 30; i++) {
			this.uploads = 0;
			failuresOf(1);
			assertThat(this.uploads).isLessThan(12);
		}
		assertThat(this.phone.client().status().pending()).isEqualTo(100);
		this.fails = (body) -> false;
		this.phone.client().sync();
		assertThat(rowsOnServer()).isEqualTo(100);
		assertThat(this.server.account("ann").stream()).hasSize(100);
		assertThat(this.phone.client().status().pending()).isZero();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			413 | <html>Request Entity Too Large</html>
			400 | <html>Bad Request</html>
			413 | {"message":"Request Too Long"}
			400 | {"timestamp":"now","status":400,"error":"Bad Request","path":"/sync/upload"}
			400 | {"error":"Bad Request","message":"no"}
			400 | {"error":"invalid_request","error_description":"a token"}
			413 | {"error":null,"message":"no"}
			413 | ''
			""")
	void whatSomethingInBetweenSaysJudgesNoChange(int status, String answer) {
		this.status = status;
		this.answer = answer;
		this.fails = (body) -> true;
		insert(0, 1);
		assertThat(failuresOf(5)).isPositive();
		assertThat(this.phone.client().status().quarantined()).isZero();
		assertThat(this.phone.client().status().pending()).isEqualTo(1);
		this.fails = (body) -> false;
		this.phone.client().sync();
		assertThat(rowsOnServer()).isEqualTo(1);
	}

	@Test
	void aProxyThatTakesSmallBodiesOnlyIsUploadedThrough() {
		this.status = 413;
		this.fails = (body) -> body.length() > 20_000;
		insert(0, 2000);
		assertThat(failuresOf(12)).isLessThan(12);
		assertThat(rowsOnServer()).isEqualTo(2000);
		assertThat(this.phone.client().status().waiting()).isZero();
	}

}
