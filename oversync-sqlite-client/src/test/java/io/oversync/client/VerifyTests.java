/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.oversync.client.DifferingRow.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Rows that are not as the server has them are named, and no others.
 */
class VerifyTests {

	private static final String DDL = "CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT);";

	private final ModelServer server = new ModelServer();

	@TempDir
	private Path folder;

	private TestDevice phone;

	@BeforeEach
	void open() {
		this.phone = new TestDevice(this.folder, this.server, "ann/phone", DDL, "note").open();
	}

	@AfterEach
	void close() {
		this.phone.close();
	}

	private static String key(int number) {
		return "00000000-0000-0000-0000-%012d".formatted(number);
	}

	private void change(int number, String title) {
		String key = key(number);
		this.server.account("ann")
			.change("web", "app.note", "UPDATE", key, "{\"id\":\"" + key + "\",\"title\":\"" + title + "\"}");
	}

	private void delete(int number) {
		this.server.account("ann").change("web", "app.note", "DELETE", key(number), "");
	}

	private void fill(int rows) {
		for (int i = 0; i < rows; i++) {
			change(i, "first");
		}
		this.phone.client().sync();
	}

	/** Changes rows, or the bookkeeping, as no application and no client does. */
	private void plant(String sql) {
		this.phone.execute("INSERT INTO oversync_applying VALUES (1);\n" + sql + ";\nDELETE FROM oversync_applying");
	}

	private List<String> differences() {
		VerifyResult result = this.phone.client().verify();
		assertThat(result.isComplete()).isTrue();
		assertThat(result.isSame()).isEqualTo(result.differences().isEmpty());
		return result.differences()
			.stream()
			.map((row) -> row.kind() + " " + row.table() + ":" + row.pk().replaceFirst("^[0-]+", "") + " "
					+ row.version() + "/" + row.serverVersion())
			.toList();
	}

	@Test
	void whatIsAsOnTheServerIsTheSame() {
		fill(20);
		this.phone.execute("INSERT INTO note VALUES ('" + key(50) + "', 'own')");
		this.phone.execute("UPDATE note SET title = 'own' WHERE id = '" + key(3) + "'");
		this.phone.execute("DELETE FROM note WHERE id = '" + key(4) + "'");
		this.phone.client().sync();
		delete(5);
		change(6, "second");
		this.server.requests().clear();
		VerifyResult result = this.phone.client().verify();
		assertThat(result.isSame()).isTrue();
		assertThat(result.head()).isEqualTo(25);
		assertThat(result.rows()).isEqualTo(19);
		assertThat(result.tables()).containsExactly("note");
		assertThat(this.server.requests()).filteredOn((request) -> request.contains("/checksum")).hasSize(1);
		assertThat(this.phone.query("SELECT title FROM note WHERE id = '" + key(6) + "'"))
			.as("the server's changes come first")
			.containsExactly("second");
	}

	@Test
	void anEmptyDatabaseOfAnEmptyServerIsTheSame() {
		assertThat(differences()).isEmpty();
	}

	@Test
	void eachKindOfDifferenceIsNamed() {
		fill(20);
		change(8, "second");
		delete(9);
		this.phone.client().sync();
		plant("DELETE FROM note WHERE id = '" + key(3) + "'");
		plant("DELETE FROM note WHERE id = '" + key(4) + "'");
		plant("DELETE FROM _sync_row WHERE key = '" + key(4) + "'");
		plant("INSERT INTO note VALUES ('" + key(77) + "', 'doubled')");
		plant("INSERT INTO note VALUES ('" + key(9) + "', 'resurrected')");
		plant("UPDATE _sync_row SET version = 1 WHERE key = '" + key(8) + "'");
		assertThat(differences()).containsExactly("MISSING_HERE note:3 1/1", "MISSING_HERE note:4 0/1",
				"OTHER_VERSION note:8 1/2", "NOT_ON_SERVER note:9 2/0", "NOT_ON_SERVER note:77 0/0");
	}

	@Test
	void listenersAreToldOfDifferencesOnly() {
		fill(3);
		List<VerifyResult> told = new ArrayList<>();
		this.phone.client().addListener(new SyncListener() {

			@Override
			public void onDifferences(VerifyResult result) {
				told.add(result);
			}

		});
		this.phone.client().verify();
		assertThat(told).isEmpty();
		plant("DELETE FROM note WHERE id = '" + key(1) + "'");
		this.phone.client().verify();
		assertThat(told).hasSize(1);
		assertThat(told.get(0).differences()).extracting(DifferingRow::kind).containsExactly(Kind.MISSING_HERE);
	}

	@Test
	void rowsWithUnsentChangesAreNoDifferences() {
		fill(10);
		this.phone.execute("UPDATE note SET title = 'edited' WHERE id = '" + key(1) + "'");
		this.phone.execute("DELETE FROM note WHERE id = '" + key(2) + "'");
		this.phone.execute("INSERT INTO note VALUES ('" + key(30) + "', 'new')");
		this.server.requests().clear();
		assertThat(differences()).isEmpty();
		assertThat(this.server.requests()).filteredOn((request) -> request.contains("/checksum"))
			.as("the server does not have them, which the sums show")
			.hasSize(1);
		plant("DELETE FROM note WHERE id = '" + key(1) + "'");
		plant("DELETE FROM note WHERE id = '" + key(3) + "'");
		assertThat(differences()).as("a neighbour without a change").containsExactly("MISSING_HERE note:3 1/1");
		assertThat(this.phone.client().status().pending()).isEqualTo(3);
	}

	@Test
	void rowsWhoseUploadsWereNotAnsweredAreNoDifferences() {
		fill(10);
		this.phone.execute("UPDATE note SET title = 'edited' WHERE id = '" + key(1) + "'");
		this.phone.execute("DELETE FROM note WHERE id = '" + key(2) + "'");
		this.phone.execute("INSERT INTO note VALUES ('" + key(30).toUpperCase() + "', 'new')");
		this.server.loseResponse();
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().uploadOnce());
		assertThat(this.server.account("ann").stream()).hasSize(13);
		assertThat(differences()).isEmpty();
		plant("DELETE FROM note WHERE id = '" + key(3) + "'");
		assertThat(differences()).containsExactly("MISSING_HERE note:3 1/1");
		this.phone.client().sync();
		assertThat(differences()).containsExactly("MISSING_HERE note:3 1/1");
	}

	@Test
	void rowsInQuarantineAndHeldRowsAreNoDifferences() {
		this.phone.execute("CREATE UNIQUE INDEX title ON note (title)");
		change(1, "a");
		change(2, "b");
		this.phone.reopen().client().sync();
		this.server.reject((change) -> "bad_payload");
		this.phone.execute("UPDATE note SET title = 'x' WHERE id = '" + key(1) + "'");
		this.phone.client().sync();
		assertThat(this.phone.client().status().quarantined()).isEqualTo(1);
		this.server.reject((change) -> null);
		change(2, "x");
		change(3, "x");
		this.phone.client().sync();
		assertThat(this.phone.client().status().held()).isEqualTo(2);
		assertThat(differences()).isEmpty();
	}

	@Test
	void theHeadMayMoveWhileRowsAreCompared() {
		fill(10);
		plant("DELETE FROM note WHERE id = '" + key(3) + "'");
		// before the first comparison, and before the rows are listed
		this.phone.client().sync();
		this.server.whileInFlight(() -> {
			change(1, "second");
			this.server.whileInFlight(() -> {
				change(2, "second");
				delete(4);
				this.server.whileInFlight(() -> change(5, "second"));
			});
		});
		assertThat(differences()).containsExactly("MISSING_HERE note:3 1/1");
		assertThat(this.phone.client().verify().head()).isEqualTo(14);
	}

	@Test
	void aHeadThatNeverRestsIsNoDifference() {
		fill(3);
		Runnable[] change = new Runnable[1];
		int[] version = { 0 };
		change[0] = () -> {
			change(1, "version " + ++version[0]);
			this.server.whileInFlight(change[0]);
		};
		this.server.whileInFlight(change[0]);
		assertThatExceptionOfType(SyncException.class).isThrownBy(() -> this.phone.client().verify())
			.withMessageContaining("changed during each");
		this.server.endFaults();
		assertThat(differences()).isEmpty();
	}

	@Test
	void editsWhileRowsAreComparedAreNoDifferences() {
		fill(40);
		this.server.mostEntries(5);
		plant("DELETE FROM note WHERE id = '" + key(20) + "'");
		this.phone.client().sync();
		int[] next = { 0 };
		Runnable[] edit = new Runnable[1];
		edit[0] = () -> {
			int number = next[0]++;
			this.phone.execute("INSERT INTO note VALUES ('" + key(100 + number) + "', 'new')");
			this.phone.execute("UPDATE note SET title = 'edited' WHERE id = '" + key(number) + "'");
			this.phone.execute("DELETE FROM note WHERE id = '" + key(39 - number) + "'");
			this.server.whileInFlight(edit[0]);
		};
		this.server.whileInFlight(edit[0]);
		assertThat(differences()).containsExactly("MISSING_HERE note:20 1/1");
		assertThat(next[0]).isGreaterThan(4);
		this.server.endFaults();
	}

	@Test
	void aLargeTableIsComparedByRanges() {
		for (int i = 0; i < 2000; i++) {
			change(i, "first");
		}
		this.phone.client().sync();
		this.server.mostEntries(10);
		plant("DELETE FROM note WHERE id = '" + key(700) + "'");
		plant("INSERT INTO note VALUES ('" + key(5000) + "', 'doubled')");
		this.server.requests().clear();
		assertThat(differences()).containsExactly("MISSING_HERE note:700 1/1", "NOT_ON_SERVER note:5000 0/0");
		assertThat(this.server.requests().size()).as("requests").isLessThan(50);
	}

	@Test
	void rowsThatOnlyTheServerHasAreFoundInAnEmptyTable() {
		fill(30);
		this.server.mostEntries(10);
		plant("DELETE FROM note");
		plant("DELETE FROM _sync_row");
		assertThat(differences()).hasSize(30);
		assertThat(this.server.requests().size()).as("keys have much in common, and are still found").isLessThan(300);
	}

	@Test
	void namesAThousandRowsAndSaysThatThereAreMore() {
		for (int i = 0; i < 1500; i++) {
			change(i, "first");
		}
		this.phone.client().sync();
		plant("DELETE FROM note");
		VerifyResult result = this.phone.client().verify();
		assertThat(result.differences()).hasSize(VerifyResult.MOST_ROWS);
		assertThat(result.isComplete()).isFalse();
	}

	@Test
	void keysInAnySpellingAndAsBytesAreCompared() {
		this.phone.close();
		String ddl = "CREATE TABLE doc (id BLOB PRIMARY KEY, title TEXT);\nCREATE TABLE tag (id TEXT PRIMARY KEY);";
		try (TestDevice laptop = new TestDevice(this.folder, this.server, "ann/laptop", ddl, "doc", "tag").open()) {
			this.server.mostEntries(3);
			for (int i = 10; i < 30; i++) {
				laptop.execute("INSERT INTO doc VALUES (x'" + key(i).replace("-", "") + "', 't')");
				String tag = "abcdef00-0000-0000-0000-0000000000" + i;
				laptop.execute("INSERT INTO tag VALUES ('"
						+ ((i % 3 == 0) ? tag.toUpperCase() : (i % 3 == 1) ? tag.replace("-", "") : tag) + "')");
			}
			assertThat(laptop.client().verify().isSame()).as("not sent yet").isTrue();
			laptop.client().sync();
			assertThat(laptop.client().verify().isSame()).isTrue();
			laptop.execute("INSERT INTO oversync_applying VALUES (1)");
			laptop.execute("DELETE FROM doc WHERE id = x'" + key(17).replace("-", "") + "'");
			laptop.execute("DELETE FROM tag WHERE id LIKE '%21'");
			laptop.execute("INSERT INTO tag VALUES ('ABCDEF00-0000-0000-0000-000000000029')");
			laptop.execute("DELETE FROM oversync_applying");
			VerifyResult result = laptop.client().verify();
			assertThat(result.differences()).extracting(DifferingRow::pk)
				.containsExactlyInAnyOrder(key(17), "abcdef00-0000-0000-0000-000000000021",
						"abcdef00-0000-0000-0000-000000000029");
			assertThat(result.tables()).containsExactlyInAnyOrder("doc", "tag");
		}
	}

	@Test
	void tablesThatTheServerDoesNotHaveAreLeftOut() {
		fill(3);
		this.server.unregister("app.note");
		VerifyResult result = this.phone.client().verify();
		assertThat(result.tables()).isEmpty();
		assertThat(result.isSame()).isTrue();
	}

	@Test
	void aServerWithoutChecksumsIsNamedAsThat() {
		fill(3);
		this.server.forgetChecksums();
		assertThatExceptionOfType(ServerException.class).isThrownBy(() -> this.phone.client().verify())
			.withMessageContaining("no checksums")
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(404));
		assertThatExceptionOfType(ServerException.class).isThrownBy(() -> this.phone.client().repair());
		assertThat(this.phone.client().sync().download().downloaded()).isZero();
	}

	@Test
	void pausedDownloadsAreNamed() {
		this.phone.client().pauseDownloads();
		assertThatExceptionOfType(SyncException.class).isThrownBy(() -> this.phone.client().verify())
			.withMessageContaining("resumeDownloads()");
	}

	@Test
	void aServerThatWasPutBackIsRecoveredFromFirst() {
		fill(10);
		this.server.account("ann").truncate(7);
		assertThat(differences()).as("what it has lost is pending").isEmpty();
		assertThat(this.phone.client().status().pending()).isEqualTo(3);
		this.phone.client().sync();
		assertThat(differences()).isEmpty();
	}

}
