/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.oversync.client.http.SyncHttp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Pages that break off, and pages that are larger than the memory.
 */
@Tag("prove")
class BrokenPageTests {

	private static final String DDL = """
			CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT);
			CREATE TABLE item (id TEXT PRIMARY KEY, note_id TEXT REFERENCES note (id), text TEXT);""";

	private static final String TEXT = "x".repeat(900);

	private final ModelServer server = new ModelServer();

	/** Responses are cut off after so many bytes. */
	private int cut = Integer.MAX_VALUE;

	private int cuts;

	@TempDir
	private Path folder;

	private TestDevice phone;

	@BeforeEach
	void open() {
		this.server.reference("app.item", "note_id", "app.note");
		this.phone = new TestDevice(this.folder, this.server, "ann/phone", DDL, "note", "item")
			.with((builder) -> builder.http(this::exchange))
			.open();
	}

	@AfterEach
	void close() {
		this.phone.close();
	}

	private SyncHttp.Response exchange(SyncHttp.Request request) throws IOException {
		SyncHttp.Response response = this.server.exchange(request);
		byte[] whole = response.body().readAllBytes();
		if (whole.length <= this.cut) {
			return new SyncHttp.Response(response.status(), response.headers(), new ByteArrayInputStream(whole));
		}
		this.cuts++;
		InputStream part = new ByteArrayInputStream(whole, 0, this.cut);
		return new SyncHttp.Response(response.status(), response.headers(), new InputStream() {

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

	private static String key(int number) {
		return "00000000-0000-0000-0000-%012d".formatted(number);
	}

	private void change(int number, String title) {
		this.server.account("ann")
			.change("web", "app.note", "UPDATE", key(number),
					"{\"id\":\"" + key(number) + "\",\"title\":\"" + title + "\"}");
	}

	@Test
	void whatHasComeOfAPageStaysAndTheNextOneGoesOnFromThere() {
		for (int i = 0; i < 3000; i++) {
			change(i, TEXT);
		}
		this.cut = 200_000;
		DownloadResult result = this.phone.client().sync().download();
		assertThat(result.downloaded()).isEqualTo(3000);
		assertThat(this.phone.query("SELECT count(*) FROM note")).containsExactly("3000");
		assertThat(this.phone.client().status().hydrated()).isTrue();
		assertThat(this.cuts).as("sizes grow slowly after a failure").isBetween(1, 15);
	}

	@Test
	void hydrateGoesOnInSmallerPages() {
		for (int i = 0; i < 3000; i++) {
			change(i, TEXT);
		}
		this.cut = 200_000;
		for (int i = 0; i < 5 && !this.phone.client().status().hydrated(); i++) {
			try {
				this.phone.client().hydrate();
			}
			catch (NetworkException ex) {
				// the next one goes on
			}
		}
		assertThat(this.phone.query("SELECT count(*) FROM note")).containsExactly("3000");
		assertThat(this.phone.client().status().hydrated()).isTrue();
	}

	@Test
	void aRebuiltTableIsComparedWithPagesThatBreakOff() {
		for (int i = 0; i < 3000; i++) {
			change(i, TEXT);
		}
		this.phone.client().sync();
		this.phone.execute("""
				CREATE TABLE new_note (id TEXT PRIMARY KEY, title TEXT);
				INSERT INTO new_note SELECT * FROM note WHERE id <> '%s';
				DROP TABLE note;
				ALTER TABLE new_note RENAME TO note;
				UPDATE note SET title = 'edited' WHERE id = '%s';
				""".formatted(key(5), key(2500)));
		change(7, "newer");
		this.server.received();
		this.cut = 200_000;
		this.phone.client().sync();
		assertThat(this.cuts).isPositive();
		assertThat(this.server.received()).hasSize(1);
		assertThat(this.phone.query("SELECT count(*) FROM note WHERE title = '" + TEXT + "'")).containsExactly("2998");
		assertThat(this.phone.query("SELECT title FROM note WHERE title <> '" + TEXT + "' ORDER BY title"))
			.containsExactly("edited", "newer");
		assertThat(this.phone.client().status().pending()).isZero();
	}

	@Test
	void aPageOfWhichNothingComesFails() {
		change(1, TEXT);
		this.cut = 500;
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().sync());
		assertThat(this.phone.client().status().cursor()).isZero();
		this.cut = Integer.MAX_VALUE;
		this.phone.client().sync();
		assertThat(this.phone.query("SELECT count(*) FROM note")).containsExactly("1");
	}

	@Test
	void theCursorDoesNotMoveToARestoredRowThatLeadsABrokenPage() {
		for (int i = 0; i < 10; i++) {
			change(i, "title");
		}
		this.phone.client().sync();
		for (int i = 10; i < 50; i++) {
			change(i, "title");
		}
		// another device refers to the row that the phone deletes
		this.server.account("ann")
			.change("web", "app.item", "INSERT", key(900),
					"{\"id\":\"" + key(900) + "\",\"note_id\":\"" + key(1) + "\"}");
		this.phone.execute("DELETE FROM note WHERE id = '" + key(1) + "'");
		assertThat(this.phone.client().uploadOnce().refused()).hasSize(1);
		for (int cut = 100; cut < 1200; cut += 37) {
			this.cut = cut;
			try {
				this.phone.client().downloadOnce(20);
			}
			catch (NetworkException ex) {
				// too little has come
			}
			long cursor = this.phone.client().status().cursor();
			assertThat(this.phone.query("SELECT count(*) FROM note WHERE id <> '" + key(1) + "'"))
				.as("everything up to the cursor is here")
				.containsExactly(String.valueOf(Math.min(cursor, 50) - 1));
		}
		this.cut = Integer.MAX_VALUE;
		this.phone.client().sync();
		assertThat(this.phone.query("SELECT count(*) FROM note")).containsExactly("50");
		assertThat(this.phone.query("SELECT note_id FROM item")).containsExactly(key(1));
	}

	/** 40 rows of 4 MiB in a heap of 64 MB. */
	@Test
	void aPageLargerThanTheMemoryIsWrittenInParts() throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xmx64m", "-cp", System.getProperty("java.class.path"), HugePageProcess.class.getName(),
				this.folder.resolve("huge.db").toString())
			.redirectErrorStream(true)
			.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(output).contains("synced 40 rows").contains("hydrated 40 rows");
	}

}
