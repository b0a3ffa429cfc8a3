/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.oversync.client.http.SyncHttp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Everything up to the head in one answer, which is written while it arrives.
 */
class WholeStreamTests {

	private static final String DDL = """
			CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT);
			CREATE TABLE item (id TEXT PRIMARY KEY, note_id TEXT REFERENCES note (id), text TEXT);""";

	/** A part of its own. */
	private static final String LARGE = "x".repeat(1_100_000);

	private final ModelServer server = new ModelServer().streaming();

	/** Answers with everything are cut off after so many bytes. */
	private int cut = Integer.MAX_VALUE;

	private int cuts;

	private Runnable onCut = () -> {
	};

	@TempDir
	private Path folder;

	private TestDevice phone;

	@BeforeEach
	void open() {
		this.server.reference("app.item", "note_id", "app.note");
		this.phone = new TestDevice(this.folder, this.server, "ann/phone", DDL, "note", "item")
			.with((builder) -> builder.http(new CuttingHttp()))
			.open();
	}

	@AfterEach
	void close() {
		this.phone.close();
	}

	private static String key(int number) {
		return "00000000-0000-0000-0000-%012d".formatted(number);
	}

	private static String note(int number, String title) {
		return "{\"id\":\"" + key(number) + "\",\"title\":\"" + title + "\"}";
	}

	private void change(String device, int number, String title) {
		this.server.account("ann").change(device, "app.note", "UPDATE", key(number), note(number, title));
	}

	private void changes(int from, int to) {
		for (int i = from; i < to; i++) {
			change("web", i, "title");
		}
	}

	private List<String> requests() {
		List<String> requests = this.server.requests()
			.stream()
			.map((request) -> request.replace("GET " + ModelServer.URL, "").replace("&schema=app", ""))
			.toList();
		this.server.requests().clear();
		return requests;
	}

	private String count() {
		return this.phone.query("SELECT count(*) FROM note").get(0);
	}

	@Test
	void fillsANewDatabaseWithOneRequestBehindTheFirstPage() {
		changes(0, 2500);
		List<HydrateProgress> progress = new ArrayList<>();
		HydrateResult result = this.phone.client().hydrate(progress::add);
		assertThat(requests()).containsExactly("/download?after=0&limit=100&include_self=true",
				"/changes?after=100&include_self=true");
		assertThat(result.downloaded()).isEqualTo(2500);
		assertThat(result.rows()).isEqualTo(2500);
		assertThat(count()).isEqualTo("2500");
		assertThat(progress).extracting(HydrateProgress::fraction).containsExactly(0.04, 0.44, 0.84, 1.0);
		assertThat(this.phone.client().status().hydrated()).isTrue();
		assertThat(this.phone.client().sync().download().downloaded()).isZero();
	}

	@Test
	void isUsedByADeviceThatIsFarBehindOnly() {
		changes(0, 10);
		this.phone.client().sync();
		requests();
		changes(10, 50);
		this.phone.client().sync();
		assertThat(requests()).noneMatch((request) -> request.startsWith("/changes"));
		changes(50, 2000);
		assertThat(this.phone.client().sync().download().downloaded()).isEqualTo(1950);
		assertThat(requests()).filteredOn((request) -> request.startsWith("/changes")).hasSize(1);
		assertThat(count()).isEqualTo("2000");
	}

	@Test
	void comparesAllRowsByOneRequest() {
		changes(0, 1500);
		this.phone.client().sync();
		this.phone.execute("INSERT INTO oversync_applying VALUES (1)");
		this.phone.execute("DELETE FROM note WHERE id = '" + key(7) + "'");
		this.phone.execute("DELETE FROM oversync_applying");
		requests();
		HydrateResult result = this.phone.client().hydrate();
		assertThat(result.applied()).isEqualTo(1);
		assertThat(requests()).filteredOn((request) -> request.startsWith("/changes"))
			.containsExactly("/changes?after=400&include_self=true&until=1500&peek=true");
		assertThat(count()).isEqualTo("1500");
	}

	@Test
	void goesOnWhereAServerHasEndedIt() {
		this.server.mostLines(1100);
		changes(0, 2500);
		this.phone.client().sync();
		assertThat(requests()).filteredOn((request) -> request.startsWith("/changes"))
			.containsExactly("/changes?after=100&include_self=true", "/changes?after=1200&include_self=true",
					"/changes?after=2300&include_self=true");
		assertThat(count()).isEqualTo("2500");
	}

	@Test
	void whatHasComeStaysAndTheNextRequestGoesOnFromThere() {
		changes(0, 2500);
		this.cut = 150_000;
		this.phone.client().sync();
		assertThat(this.cuts).as("then pages").isEqualTo(3);
		assertThat(requests()).filteredOn((request) -> request.startsWith("/changes"))
			.doesNotHaveDuplicates()
			.hasSize(3);
		assertThat(count()).isEqualTo("2500");
		assertThat(this.phone.client().status().hydrated()).isTrue();
	}

	/** At every place, with the head of the answer and without. */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void theCursorDoesNotMoveToARestoredRowThatLeads(boolean described) {
		if (!described) {
			this.server.describeNothing();
		}
		changes(0, 10);
		this.phone.client().sync();
		changes(10, 50);
		this.server.account("ann")
			.change("web", "app.item", "INSERT", key(900),
					"{\"id\":\"" + key(900) + "\",\"note_id\":\"" + key(1) + "\"}");
		this.phone.execute("DELETE FROM note WHERE id = '" + key(1) + "'");
		assertThat(this.phone.client().uploadOnce().refused()).hasSize(1);
		this.phone.with((builder) -> builder.http(new CuttingHttp()).downloadPage(2));
		Path backup = this.phone.backup("before.db");
		this.onCut = this.server::loseRequest;
		for (int cut = 100; cut < 2500; cut += 137) {
			this.cut = cut;
			this.phone.putBack(backup);
			assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().sync());
			long cursor = this.phone.client().status().cursor();
			assertThat(this.phone.query("SELECT count(*) FROM note WHERE id <> '" + key(1) + "'"))
				.as("everything up to the cursor is here")
				.containsExactly(String.valueOf(Math.min(cursor, 50) - 1));
		}
		this.cut = Integer.MAX_VALUE;
		this.phone.client().sync();
		assertThat(count()).isEqualTo("50");
		assertThat(this.phone.query("SELECT note_id FROM item")).containsExactly(key(1));
		assertThat(this.phone.client().status().held()).isZero();
	}

	/** Of changes of the server alone a page does not tell whether they are restores. */
	@Test
	void theCursorMovesThroughChangesOfTheServerAlone() {
		for (int i = 0; i < 2500; i++) {
			change("server", i, "title");
		}
		this.cut = 300_000;
		this.onCut = this.server::loseRequest;
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().sync());
		assertThat(this.phone.client().status().cursor()).isGreaterThan(1000);
		this.cut = Integer.MAX_VALUE;
		this.phone.client().sync();
		assertThat(count()).isEqualTo("2500");
	}

	@ParameterizedTest
	@CsvSource({ "404, application/json", "405, application/json", "406, text/plain", "501, text/plain",
			"200, application/json", "200, text/html" })
	void aServerWithoutItIsNotAskedAgain(int status, String type) {
		changes(0, 1500);
		this.server.whileInFlight(() -> this.server.answer(status, Map.of("content-type", type), "{}"));
		this.phone.client().hydrate();
		assertThat(count()).isEqualTo("1500");
		assertThat(requests()).filteredOn((request) -> request.startsWith("/changes")).hasSize(1);
		changes(1500, 3500);
		this.phone.client().sync();
		assertThat(count()).isEqualTo("3500");
		assertThat(requests()).noneMatch((request) -> request.startsWith("/changes"));
	}

	@Test
	void aServerThatIsBusyIsAskedForPagesThisTime() {
		changes(0, 1500);
		this.server.whileInFlight(() -> this.server.answer(503, Map.of("retry-after", "1"),
				"{\"error\":\"temporarily_unavailable\",\"message\":\"busy\"}"));
		this.phone.client().sync();
		assertThat(count()).isEqualTo("1500");
		assertThat(requests()).filteredOn((request) -> request.startsWith("/changes")).hasSize(1);
		changes(1500, 5000);
		this.phone.client().sync();
		assertThat(count()).isEqualTo("5000");
		assertThat(requests()).filteredOn((request) -> request.startsWith("/changes")).hasSize(1);
	}

	/** Put back between a look at the history and the answer that was asked for ahead. */
	@Test
	void nothingIsWrittenOfAServerThatWasPutBackMeanwhile() {
		changes(0, 200);
		this.phone.client().sync();
		changes(200, 2000);
		this.server.whileInFlight(() -> {
			this.server.account("ann").truncate(150);
			for (int i = 0; i < 20; i++) {
				change("other", i, "after");
			}
		});
		this.phone.client().sync();
		this.phone.client().sync();
		assertThat(this.phone.query("SELECT title FROM note WHERE id < '" + key(20) + "'")).containsOnly("after");
		assertThat(this.server.account("ann").live()).as("the device has sent what the server had lost")
			.hasSizeGreaterThanOrEqualTo(200);
		assertThat(count()).isEqualTo(String.valueOf(this.server.account("ann").live().size()));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	@Tag("prove")
	void survivesACrashAtAnyStatement(boolean compare) {
		int steps = 1;
		while (crashesAt(steps, compare)) {
			steps += 3;
		}
		assertThat(steps).as("statements").isGreaterThan(60);
	}

	/** While a database is filled, or while all of its rows are compared. */
	private boolean crashesAt(int step, boolean compare) {
		ModelServer model = new ModelServer().streaming();
		Path home = this.folder.resolve(compare + "-" + step);
		assertThat(home.toFile().mkdir()).isTrue();
		CrashingDataSource database = new CrashingDataSource("jdbc:sqlite:" + home.resolve("ann-phone.db"));
		try (TestDevice device = new TestDevice(home, model, "ann/phone", DDL, "note", "item")) {
			device.with((builder) -> builder.dataSource(database.dataSource()).downloadPage(1)).open();
			if (compare) {
				device.client().sync();
			}
			for (int i = 0; i < 5; i++) {
				model.account("ann").change("web", "app.note", "UPDATE", key(i), note(i, (i == 2) ? LARGE : "first"));
			}
			model.account("ann").change("web", "app.note", "UPDATE", key(0), note(0, "last"));
			database.crashBefore(step);
			boolean crashed = false;
			try {
				device.client().hydrate();
			}
			catch (SyncException ex) {
				crashed = database.recover();
				assertThat(crashed).as("%s", ex).isTrue();
				device.reopen();
				device.client().hydrate();
			}
			database.recover();
			assertThat(device.client().sync().download().downloaded()).as("step %s", step).isZero();
			assertThat(device.query("SELECT length(title) FROM note ORDER BY id")).as("step %s", step)
				.containsExactly("4", "5", "1100000", "5", "5");
			assertThat(device.client().status().pending()).isZero();
			assertThat(device.client().status().hydrated()).isTrue();
			assertThat(device.query("SELECT count(*) FROM _sync_staged")).containsExactly("0");
			return crashed;
		}
	}

	/** Passes bodies on until they are cut off. */
	private final class CuttingHttp implements SyncHttp {

		@Override
		public boolean isStreaming() {
			return true;
		}

		@Override
		public Response exchange(Request request) throws IOException {
			Response response = WholeStreamTests.this.server.exchange(request);
			byte[] whole = response.body().readAllBytes();
			boolean cut = request.uri().getPath().endsWith("/changes") && whole.length > WholeStreamTests.this.cut;
			if (!cut) {
				return new Response(response.status(), response.headers(), new ByteArrayInputStream(whole));
			}
			WholeStreamTests.this.cuts++;
			WholeStreamTests.this.onCut.run();
			InputStream part = new ByteArrayInputStream(whole, 0, WholeStreamTests.this.cut);
			return new Response(response.status(), response.headers(), new InputStream() {

				@Override
				public int read() throws IOException {
					int next = part.read();
					if (next < 0) {
						throw new IOException("cut off");
					}
					return next;
				}

			});
		}

	}

}
