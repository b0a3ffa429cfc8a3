/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The server does not take a change: the others get through, and nothing is lost.
 */
class RejectedChangeTests {

	private static final String BAD = "00000000-0000-0000-0000-00000000000b";

	private static final String GOOD = "00000000-0000-0000-0000-00000000000a";

	private static final String DDL = """
			CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT);
			CREATE TABLE comment (id TEXT PRIMARY KEY, note_id TEXT REFERENCES note (id), body TEXT);""";

	private final ModelServer server = new ModelServer();

	@TempDir
	private Path folder;

	private TestDevice phone;

	@BeforeEach
	void open() {
		this.server.reference("app.comment", "note_id", "app.note");
		this.phone = new TestDevice(this.folder, this.server, "ann/phone", DDL, "note", "comment").open();
	}

	@AfterEach
	void close() {
		this.phone.close();
	}

	private void rejectTitle(String title, String reason) {
		this.server.reject((change) -> change.path("payload").path("title").asString("").equals(title) ? reason : null);
	}

	private List<String> titles() {
		return this.server.account("ann").live().values().stream().map((row) -> row.get("title").asString()).toList();
	}

	@Test
	void whatCanNeverSucceedIsQuarantined() {
		String reason = "bad_payload";
		List<QuarantinedChange> heard = new ArrayList<>();
		this.phone.client().addListener(new SyncListener() {
			@Override
			public void onQuarantined(QuarantinedChange change) {
				heard.add(change);
			}
		});
		rejectTitle("bad", reason);
		this.phone.execute("INSERT INTO note VALUES ('" + BAD + "', 'bad'), ('" + GOOD + "', 'good')");
		UploadResult result = this.phone.client().sync().upload();
		assertThat(result.applied()).isEqualTo(1);
		assertThat(result.quarantined()).hasSize(1);
		assertThat(titles()).containsExactly("good");
		SyncStatus status = this.phone.client().status();
		assertThat(status.pending()).isZero();
		assertThat(status.quarantined()).isEqualTo(1);
		QuarantinedChange change = this.phone.client().quarantined().get(0);
		assertThat(change).isEqualTo(result.quarantined().get(0)).isEqualTo(heard.get(0));
		assertThat(change.table()).isEqualTo("note");
		assertThat(change.pk()).isEqualTo(BAD);
		assertThat(change.op()).isEqualTo("INSERT");
		assertThat(change.reason()).isEqualTo(reason);
		assertThat(change.message()).contains("refused");
		assertThat(change.payload()).contains("\"bad\"");
		assertThat(this.phone.query("SELECT count(*) FROM note")).containsExactly("2");
	}

	@Test
	void aQuarantinedChangeIsRetriedOnDemand() {
		rejectTitle("bad", "bad_payload");
		this.phone.execute("INSERT INTO note VALUES ('" + BAD + "', 'bad')");
		this.phone.client().sync();
		this.phone.client().sync();
		assertThat(this.server.uploads()).as("not by itself").hasSize(1);
		this.server.reject((change) -> null);
		assertThat(this.phone.client().retryQuarantined(this.phone.client().quarantined().get(0).id())).isTrue();
		assertThat(this.phone.client().sync().upload().applied()).isEqualTo(1);
		assertThat(titles()).containsExactly("bad");
		assertThat(this.phone.client().retryQuarantined(1)).isFalse();
	}

	@Test
	void allQuarantinedChangesAreRetriedTogether() {
		this.server.reject((change) -> "bad_payload");
		insert(450);
		this.phone.client().sync();
		assertThat(this.phone.client().status().quarantined()).isEqualTo(450);
		this.server.reject((change) -> null);
		assertThat(this.phone.client().retryQuarantined()).isEqualTo(450);
		assertThat(this.phone.client().status().quarantined()).isZero();
		this.phone.client().sync();
		assertThat(this.server.account("ann").live()).hasSize(450);
		assertThat(this.phone.client().retryQuarantined()).isZero();
	}

	@Test
	void allQuarantinedChangesAreDiscardedTogetherAsFarAsTheyCanBe() {
		this.phone.execute("CREATE UNIQUE INDEX note_title ON note (title)");
		this.phone.reopen();
		this.phone.execute("INSERT INTO note VALUES ('" + BAD + "', 'mine')");
		this.phone.client().sync();
		this.server.reject((change) -> "bad_payload");
		this.phone.execute("UPDATE note SET title = 'other'");
		insert(450, "row ");
		this.phone.client().sync();
		// what the row was before is taken now
		this.phone.execute("INSERT INTO note VALUES ('" + GOOD + "', 'mine')");
		assertThat(this.phone.client().discardQuarantined()).isEqualTo(450);
		assertThat(this.phone.client().quarantined()).singleElement()
			.satisfies((change) -> assertThat(change.pk()).isEqualTo(BAD));
		assertThat(this.phone.query("SELECT count(*) FROM note")).containsExactly("2");
	}

	@Test
	void changesOfATableThatTheServerDoesNotKnowYetWaitForIt() {
		this.server.reject((change) -> change.get("table").asString().equals("comment") ? "unregistered_table" : null);
		this.phone.client().sync();
		for (int i = 0; i < 20; i++) {
			this.phone.execute("INSERT INTO comment VALUES ('" + UUID.randomUUID() + "', NULL, 'early')");
		}
		insert(3);
		this.phone.client().sync();
		assertThat(this.phone.client().status().quarantined()).isZero();
		assertThat(this.phone.client().status().pending()).isEqualTo(20);
		assertThat(this.phone.client().status().waiting()).isEqualTo(20);
		assertThat(this.server.account("ann").live()).hasSize(3);

		this.server.received();
		for (int i = 0; i < 20; i++) {
			this.phone.execute("INSERT INTO comment VALUES ('" + UUID.randomUUID() + "', NULL, 'early')");
		}
		insert(1);
		this.phone.client().sync();
		assertThat(this.server.received()).as("not with each sync").hasSize(1);
		assertThat(this.phone.client().status().waiting()).as("those that were not sent, too").isEqualTo(40);

		this.phone.reopen().client().sync();
		assertThat(this.server.received()).as("one of them when opened").hasSize(1);

		this.server.reject((change) -> null);
		this.phone.client().sync();
		assertThat(this.server.received()).isEmpty();
		this.phone.execute("UPDATE _sync_table SET retry_at = retry_at - 86400000 WHERE retry_at IS NOT NULL");
		this.phone.client().sync();
		assertThat(this.phone.client().status().pending()).as("once a day").isZero();
		assertThat(this.phone.client().status().waiting()).isZero();
		assertThat(this.server.account("ann").live()).hasSize(44);
	}

	@Test
	void anEditTakesAChangeOutOfTheQuarantine() {
		rejectTitle("bad", "bad_payload");
		this.phone.execute("INSERT INTO note VALUES ('" + BAD + "', 'bad')");
		this.phone.client().sync();
		this.phone.execute("UPDATE note SET title = 'better'");
		this.phone.client().sync();
		assertThat(titles()).containsExactly("better");
		assertThat(this.phone.client().status().quarantined()).isZero();
	}

	@Test
	void anEditInFlightSparesTheQuarantine() {
		rejectTitle("bad", "bad_payload");
		this.phone.execute("INSERT INTO note VALUES ('" + BAD + "', 'bad')");
		this.server.whileInFlight(() -> this.phone.execute("UPDATE note SET title = 'better'"));
		this.phone.client().sync();
		assertThat(titles()).containsExactly("better");
		assertThat(this.phone.client().status().quarantined()).isZero();
	}

	@Test
	void discardingAnInsertDeletesTheRow() {
		rejectTitle("bad", "bad_payload");
		this.phone.execute("INSERT INTO note VALUES ('" + BAD + "', 'bad')");
		this.phone.client().sync();
		assertThat(this.phone.client().discardQuarantined(this.phone.client().quarantined().get(0).id())).isTrue();
		assertThat(this.phone.query("SELECT * FROM note")).isEmpty();
		assertThat(this.phone.client().status().pending()).isZero();
		assertThat(this.phone.client().discardQuarantined(1)).isFalse();
	}

	@Test
	void discardingAnUpdatePutsTheRowBack() {
		this.phone.execute("INSERT INTO note VALUES ('" + BAD + "', 'it''s good')");
		this.phone.client().sync();
		rejectTitle("bad", "bad_payload");
		this.phone.execute("UPDATE note SET title = 'bad'");
		this.phone.client().sync();
		this.phone.client().discardQuarantined(this.phone.client().quarantined().get(0).id());
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("it's good");
		assertThat(this.phone.client().status().pending()).isZero();
		assertThat(titles()).containsExactly("it's good");
	}

	@Test
	void discardingSparesALaterEdit() {
		rejectTitle("bad", "bad_payload");
		this.phone.execute("INSERT INTO note VALUES ('" + BAD + "', 'bad')");
		this.phone.client().sync();
		this.phone.execute("UPDATE note SET title = 'better'");
		this.phone.client().discardQuarantined(this.phone.client().quarantined().get(0).id());
		this.phone.client().sync();
		assertThat(titles()).containsExactly("better");
	}

	@Test
	void aRejectedChangeThatAnotherDeviceOvertakesIsAConflict() {
		this.phone.execute("INSERT INTO note VALUES ('" + BAD + "', 'first')");
		this.phone.client().sync();
		rejectTitle("bad", "bad_payload");
		this.phone.execute("UPDATE note SET title = 'bad'");
		this.phone.client().sync();
		this.server.account("ann")
			.change("web", "app.note", "UPDATE", BAD, "{\"id\":\"" + BAD + "\",\"title\":\"web\"}");
		DownloadResult result = this.phone.client().sync().download();
		assertThat(result.conflicts()).hasSize(1);
		assertThat(result.conflicts().get(0).conflict().base().get("title")).isEqualTo("first");
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("web");
		assertThat(this.phone.client().status().quarantined()).isZero();
	}

	@Test
	void aChildWaitsForItsParentAndHoldsNobodyBack() {
		// the parent exists here, but its table is not synced yet
		TestDevice tablet = new TestDevice(this.folder, this.server, "ann/tablet", DDL, "comment").open();
		tablet.execute("INSERT INTO note VALUES ('" + GOOD + "', 'parent')");
		for (int i = 0; i < 30; i++) {
			tablet.execute("INSERT INTO comment VALUES ('" + UUID.randomUUID() + "', '" + GOOD + "', 'waits')");
		}
		tablet.execute("INSERT INTO comment VALUES ('" + UUID.randomUUID() + "', NULL, 'free')");
		tablet.with((builder) -> builder.uploadBatch(10, 1_000_000)).reopen();
		UploadResult result = tablet.client().sync().upload();
		assertThat(result.applied()).isEqualTo(1);
		assertThat(tablet.client().status().waiting()).isEqualTo(30);
		assertThat(tablet.client().status().quarantined()).isZero();
		assertThat(result.waiting().get(0).problem()).contains("app.note:" + GOOD);
		int uploads = this.server.uploads().size();
		assertThat(uploads).as("no endless tries").isLessThan(12);

		this.phone.execute("INSERT INTO note VALUES ('" + GOOD + "', 'parent')");
		this.phone.client().sync();
		assertThat(tablet.client().sync().upload().applied()).isEqualTo(30);
		assertThat(tablet.client().status().pending()).isZero();
		tablet.close();
	}

	@Test
	void aChildOfAParentThatWasDeletedElsewhereIsQuarantined() {
		this.phone.execute("INSERT INTO note VALUES ('" + GOOD + "', 'parent')");
		this.phone.client().sync();
		this.server.account("ann").change("web", "app.note", "DELETE", GOOD, "");
		this.phone.execute("INSERT INTO comment VALUES ('" + BAD + "', '" + GOOD + "', 'mine')");
		this.phone.client().sync();
		this.phone.client().sync();
		assertThat(this.phone.client().quarantined()).singleElement()
			.satisfies((change) -> assertThat(change.reason()).isEqualTo("fk_missing"))
			.satisfies((change) -> assertThat(change.message()).contains("app.note:" + GOOD));
		assertThat(this.phone.query("SELECT body FROM comment")).as("still here").containsExactly("mine");
		this.phone.execute("INSERT INTO note VALUES ('" + GOOD + "', 'again')");
		this.phone.client().retryQuarantined(this.phone.client().quarantined().get(0).id());
		this.phone.client().sync();
		assertThat(this.phone.client().status().pending()).isZero();
		assertThat(this.server.account("ann").live()).hasSize(2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "internal_error", "precheck_error", "something_new" })
	void whatTheServerMayTakeLaterIsKept(String reason) {
		rejectTitle("bad", reason);
		this.phone.execute("INSERT INTO note VALUES ('" + BAD + "', 'bad'), ('" + GOOD + "', 'good')");
		UploadResult result = this.phone.client().sync().upload();
		assertThat(result.waiting()).isNotEmpty();
		assertThat(result.pending()).isEqualTo(1);
		assertThat(titles()).containsExactly("good");
		this.server.reject((change) -> null);
		this.phone.client().sync();
		assertThat(titles()).containsExactlyInAnyOrder("good", "bad");
	}

	@Test
	void aRequestThatIsTooLargeIsSentInParts() {
		insert(16);
		this.server.answer(413, Map.of(), "{\"error\":\"request_too_large\",\"message\":\"too large\"}");
		this.phone.client().sync();
		assertThat(this.server.account("ann").live()).hasSize(16);
		assertThat(this.server.uploads().get(0).get("changes")).hasSize(8);
	}

	@Test
	void aBatchThatIsTooLargeIsSentInPartsUnderTheSameIds() {
		insert(8);
		this.server
			.reject((change) -> (this.server.uploads().get(this.server.uploads().size() - 1).get("changes").size() > 2)
					? "batch_too_large" : null);
		this.phone.client().sync();
		assertThat(this.server.account("ann").live()).hasSize(8);
		assertThat(this.server.uploads().get(0).get("changes").get(0).get("source_change_id"))
			.isEqualTo(this.server.uploads().get(2).get("changes").get(0).get("source_change_id"));
	}

	@Test
	void aChangeThatIsTooLargeForAnyRequestIsQuarantined() {
		insert(2);
		this.server.answer(413, Map.of(), "{\"error\":\"request_too_large\",\"message\":\"too large\"}");
		this.server.answer(413, Map.of(), "{\"error\":\"request_too_large\",\"message\":\"too large\"}");
		this.phone.client().sync();
		assertThat(this.phone.client().quarantined()).singleElement()
			.satisfies((change) -> assertThat(change.reason()).isEqualTo("request_too_large"));
		assertThat(this.server.account("ann").live()).hasSize(1);
	}

	@Test
	void aChangeThatMakesTheRequestMalformedHoldsNobodyBack() {
		insert(2);
		this.server.answer(400, Map.of(), "{\"error\":\"invalid_request\",\"message\":\"not valid\"}");
		this.server.answer(400, Map.of(), "{\"error\":\"invalid_request\",\"message\":\"not valid\"}");
		UploadResult result = this.phone.client().uploadOnce();
		assertThat(result.waiting()).singleElement()
			.satisfies((change) -> assertThat(change.problem()).contains("not valid"));
		this.phone.client().sync();
		assertThat(this.server.account("ann").live()).hasSize(2);
	}

	@Test
	void whatCannotBeSentIsQuarantinedBeforeItIsSent() {
		this.phone.execute("INSERT INTO note VALUES ('" + GOOD + "', X'00FF'), ('no-uuid', 'title')");
		UploadResult result = this.phone.client().sync().upload();
		assertThat(result.quarantined()).extracting(QuarantinedChange::reason)
			.containsExactly("unsupported_value", "unsupported_value");
		assertThat(result.quarantined()).extracting(QuarantinedChange::message)
			.anySatisfy((message) -> assertThat(message).contains("note.title", "declare", "BLOB"))
			.anySatisfy((message) -> assertThat(message).contains("note.id", "UUID"));
		assertThat(this.server.uploads()).isEmpty();
	}

	@Test
	void anAnswerThatMakesNoSenseChangesNothing() {
		insert(2);
		this.server.answer(200, Map.of(), "{\"accepted\":true,\"highest_server_seq\":0,\"statuses\":[]}");
		assertThatExceptionOfType(ServerException.class).isThrownBy(() -> this.phone.client().sync())
			.withMessageContaining("0 of 2");
		this.server.answer(200, Map.of(), "<html>Please sign in</html>");
		assertThatExceptionOfType(SyncException.class).isThrownBy(() -> this.phone.client().sync());
		this.server.answer(302, Map.of("location", "/login"), "");
		assertThatExceptionOfType(ServerException.class).isThrownBy(() -> this.phone.client().sync())
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(302));
		this.server.answer(503, Map.of("retry-after", "7"),
				"{\"error\":\"temporarily_unavailable\",\"message\":\"busy\"}");
		assertThatExceptionOfType(ServerException.class).isThrownBy(() -> this.phone.client().sync())
			.satisfies((ex) -> {
				assertThat(ex.code()).isEqualTo("temporarily_unavailable");
				assertThat(ex.retryAfter()).contains(Duration.ofSeconds(7));
			});
		assertThat(this.phone.client().status().pending()).isEqualTo(2);
		this.phone.client().sync();
		assertThat(this.server.account("ann").stream()).hasSize(2);
	}

	private void insert(int rows) {
		// a fresh database asks for the server's rows first
		this.phone.client().sync();
		for (int i = 0; i < rows; i++) {
			this.phone.execute("INSERT INTO note VALUES ('" + UUID.randomUUID() + "', 'title')");
		}
	}

	private void insert(int rows, String title) {
		for (int i = 0; i < rows; i++) {
			this.phone.execute("INSERT INTO note VALUES ('" + UUID.randomUUID() + "', '" + title + i + "')");
		}
	}

}
