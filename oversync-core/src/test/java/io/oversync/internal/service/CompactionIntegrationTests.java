/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.oversync.internal.compact.Retention;
import io.oversync.protocol.ChangeStatus;
import io.oversync.protocol.ChangesSink;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.Operation;
import io.oversync.protocol.Payload;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.UploadChange;
import io.oversync.protocol.UploadRequest;
import io.oversync.service.StreamCompaction;
import io.oversync.service.StreamCompaction.Outcome;
import io.oversync.service.StreamCompaction.Result;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Streams are compacted: what devices, retries and conflicts see afterwards.
 */
class CompactionIntegrationTests {

	private static final String LIST = "app.list";

	private static final String ITEM = "app.item";

	private static final Duration DAYS = Duration.ofDays(180);

	/** Up to the head. */
	private static final Retention NONE = new Retention(Duration.ZERO, DAYS, false);

	private final TestEngine engine = TestEngine.start("""
			create schema app;
			create table app.list (id uuid primary key, owner_id text not null, name text);
			create table app.item (id uuid primary key, owner_id text not null, name text, code text,
			  list_id uuid references app.list on delete cascade deferrable initially deferred,
			  unique (owner_id, code));
			create index on app.item (list_id);""", "app.list(owner_id)", "app.item(owner_id)");

	private final StreamCompaction compaction = this.engine.syncEngine().compaction(NONE);

	private final TestEngine.Device phone = this.engine.device("ann/phone");

	private final TestEngine.Device tablet = this.engine.device("ann/tablet");

	private final UUID list = UUID.randomUUID();

	private final UUID item = UUID.randomUUID();

	@AfterEach
	void stop() {
		this.engine.close();
	}

	private void name(TestEngine.Device device, long version, String name) {
		assertThat(device.upsert(LIST, this.list, version, "{\"name\":\"%s\"}".formatted(name)).upload())
			.containsExactly("applied " + (version + 1));
	}

	private List<Long> positions() {
		return this.engine.device("ann/watch").stream().stream().map(DownloadedChange::serverId).toList();
	}

	@Test
	void whatALaterEntrySaysIsRemoved() {
		for (int i = 0; i < 5; i++) {
			name(this.phone, i, "n" + i);
		}
		assertThat(this.compaction.preview("ann")).isEqualTo(new Result(Outcome.LEFT, 5, 5, 4, 0));
		assertThat(positions()).hasSize(5);
		assertThat(this.compaction.compact("ann")).isEqualTo(new Result(Outcome.COMPLETE, 5, 5, 4, 4));
		assertThat(this.engine.device("ann/watch").stream()).singleElement().satisfies((change) -> {
			assertThat(change.serverId()).isEqualTo(5);
			assertThat(change.serverVersion()).isEqualTo(5);
			assertThat(change.payload()).isEqualTo(Payload.of("{\"name\":\"n4\"}"));
		});
		assertThat(this.engine.query("select payload from sync.sync_state")).containsExactly("{\"name\":\"n4\"}");
		assertThat(this.compaction.compact("ann")).isEqualTo(new Result(Outcome.LEFT, 5, 1, 0, 0));
		name(this.phone, 5, "later");
		assertThat(positions()).containsExactly(5L, 6L);
	}

	@Test
	void aUserWithoutAStreamHasNoGarbage() {
		assertThat(this.compaction.compact("unknown")).isEqualTo(new Result(Outcome.LEFT, 0, 0, 0, 0));
		assertThatThrownBy(() -> this.compaction.compact("")).isInstanceOf(IllegalArgumentException.class);
	}

	@Test
	void theLastUploadOfEachDeviceIsStillAnsweredAsBefore() {
		name(this.phone, 0, "phone");
		name(this.tablet, 1, "tablet");
		name(this.tablet, 2, "again");
		this.compaction.compact("ann");
		assertThat(positions()).as("the tablet's first upload was not its last").containsExactly(1L, 3L);
		assertThat(this.phone.resend()).containsExactly("applied 1");
		assertThat(positions()).containsExactly(1L, 3L);
	}

	@Test
	void aRetryWithoutAnEntryIsAppliedIfTheRowHasItsContent() {
		UploadChange sent = change(1, this.list, 0, "{\"name\":\"a\", \"n\":1}");
		assertThat(upload(sent)).containsExactly("applied 1");
		name(this.tablet, 1, "b");
		assertThat(this.tablet.upsert(LIST, this.list, 2, "{\"n\": 1.0,\"name\":\"a\"}").upload())
			.containsExactly("applied 3");
		assertThat(upload(change(3, UUID.randomUUID(), 0, "{}"))).containsExactly("applied 1");
		this.compaction.compact("ann");
		assertThat(positions()).containsExactly(3L, 4L);
		assertThat(upload(sent)).as("entry 1 is gone").containsExactly("applied 3");
		assertThat(positions()).containsExactly(3L, 4L);
		assertThat(upload(sent, sent)).containsExactly("applied 3", "applied 3");
	}

	@Test
	void aRetryWithoutAnEntryIsAConflictIfTheRowHasOtherContent() {
		UploadChange sent = change(1, this.list, 0, "{\"name\":\"a\"}");
		upload(sent);
		upload(change(2, UUID.randomUUID(), 0, "{}"));
		name(this.tablet, 1, "b");
		this.compaction.compact("ann");
		assertThat(upload(sent)).containsExactly("conflict 2");
		assertThat(upload(change(1, this.list, 0, "{\"name\":\"b\"}"), change(3, this.list, 0, "{\"name\":\"c\"}")))
			.as("a new change of the row with it")
			.containsExactly("conflict 2", "conflict 2");
		assertThat(upload(change(9, this.list, 0, "{\"name\":\"b\"}"))).as("an id that has no entry that is gone")
			.containsExactly("conflict 2");
		assertThat(upload(change(1, this.list, 2, "{\"name\":\"b\"}"))).as("it knows the result: a new change")
			.containsExactly("applied 3");
	}

	@Test
	void aDeleteWithoutAnEntryIsStillApplied() {
		name(this.phone, 0, "a");
		UploadChange delete = new UploadChange(2, "app", "list", "DELETE", this.list.toString(), 1, null);
		assertThat(upload(this.phone.actor(), delete)).containsExactly("applied 2");
		name(this.tablet, 2, "b");
		this.phone.upsert(ITEM, this.item, 0, "{}").upload();
		assertThat(this.tablet.delete(LIST, this.list, 3).upload()).containsExactly("applied 4");
		name(this.tablet, 4, "c");
		assertThat(this.tablet.delete(LIST, this.list, 5).upload()).containsExactly("applied 6");
		this.compaction.compact("ann");
		assertThat(upload(this.phone.actor(), delete)).containsExactly("applied 6");
	}

	@Test
	void aConflictStillShowsTheLastImageOfADeletedRow() {
		name(this.phone, 0, "a");
		name(this.phone, 1, "b");
		assertThat(this.phone.delete(LIST, this.list, 2).upload()).containsExactly("applied 3");
		assertThat(this.tablet.upsert(ITEM, this.item, 0, "{}").upload()).containsExactly("applied 1");
		assertThat(this.phone.upsert(ITEM, UUID.randomUUID(), 0, "{}").upload()).containsExactly("applied 1");
		assertThat(this.compaction.compact("ann")).isEqualTo(new Result(Outcome.COMPLETE, 5, 5, 1, 1));
		ChangeStatus status = this.tablet.upsert(LIST, this.list, 1, "{\"name\":\"c\"}").send().statuses().get(0);
		assertThat(((ChangeStatus.Conflict) status).serverRow().payload()).isEqualTo(Payload.of("{\"name\":\"b\"}"));
	}

	@Test
	void aParentThatAChildNamesInBase64IsKeptAsItWas() {
		// letters in both cases
		UUID parent = UUID.fromString("a1b2c3d4-e5f6-4711-8abc-def012345678");
		this.phone.upsert(LIST, parent, 0, "{\"name\":\"a\"}").upload();
		this.phone.upsert(ITEM, this.item, 0, "{\"list_id\":\"%s\"}".formatted(base64(parent))).upload();
		this.phone.upsert(LIST, parent, 1, "{\"name\":\"b\"}").upload();
		this.phone.upsert(LIST, UUID.randomUUID(), 0, "{}").upload();
		this.compaction.compact("ann");
		assertThat(positions()).containsExactly(1L, 2L, 3L, 4L);
	}

	private static String base64(UUID key) {
		return Base64.getEncoder()
			.encodeToString(ByteBuffer.allocate(16)
				.putLong(key.getMostSignificantBits())
				.putLong(key.getLeastSignificantBits())
				.array());
	}

	/**
	 * A page, with the rows that its rows refer to and that are neither in it nor before
	 * it.
	 */
	private static List<String> orphans(TestEngine engine, String reference, int limit) {
		List<String> orphans = new ArrayList<>();
		Set<String> rows = new HashSet<>();
		long after = 0;
		DownloadWindow window;
		do {
			List<DownloadedChange> page = new ArrayList<>();
			window = engine.service()
				.download(engine.device("ann/fresh").actor(), new DownloadRequest(after, limit, null, true, 0),
						page::add);
			page.forEach((change) -> rows.add(change.pk().toString()));
			for (DownloadedChange change : page) {
				Matcher parent = Pattern.compile("\"" + reference + "\": *\"([^\"]+)\"")
					.matcher((change.payload() != null) ? change.payload().text().toString() : "");
				if (parent.find() && !rows.contains(parent.group(1))) {
					orphans.add(change.serverId() + " lacks " + parent.group(1));
				}
			}
			after = window.nextAfter();
		}
		while (window.hasMore());
		return orphans;
	}

	private static TestEngine startWithNodes() {
		return TestEngine.start("""
				create schema app;
				create table app.node (id uuid primary key, owner_id text not null, name text,
				  next uuid references app.node deferrable initially deferred);
				create index on app.node (next);""", "app.node(owner_id)");
	}

	@Test
	void rowsOfACircleStayOnOnePage() {
		try (TestEngine circles = startWithNodes()) {
			TestEngine.Device device = circles.device("ann/phone");
			UUID a = UUID.randomUUID();
			UUID b = UUID.randomUUID();
			assertThat(device.upsert("app.node", a, 0, "{\"next\":\"%s\"}".formatted(b))
				.upsert("app.node", b, 0, "{\"next\":\"%s\"}".formatted(a))
				.upload()).containsExactly("applied 1", "applied 1");
			for (int i = 0; i < 20; i++) {
				device.upsert("app.node", UUID.randomUUID(), 0, "{}").upload();
			}
			// a client sends full rows
			assertThat(device.upsert("app.node", a, 1, "{\"name\":\"later\",\"next\":\"%s\"}".formatted(b)).upload())
				.containsExactly("applied 2");
			assertThat(orphans(circles, "next", 10)).as("before").isEmpty();
			assertThat(device.upsert("app.node", b, 1, "{\"name\":\"later\",\"next\":\"%s\"}".formatted(a)).upload())
				.containsExactly("applied 2");
			circles.syncEngine().compaction(NONE).compact("ann");
			assertThat(orphans(circles, "next", 10)).as("after").isEmpty();
		}
	}

	@Test
	void aParentInAReadOnlyColumnComesBeforeItsChild() {
		try (TestEngine engine = TestEngine.start("""
				create schema app;
				create table app.profile (id uuid primary key, owner_id text not null, name text);
				create table app.post (id uuid primary key, owner_id text not null, name text,
				  profile_id uuid references app.profile deferrable initially deferred);
				create index on app.post (profile_id);""", "app.profile(owner_id)+",
				"app.post(owner_id)[profile_id]{profile_id}+")) {
			TestEngine.Device device = engine.device("ann/phone");
			assertThat(device.upsert("app.profile", this.list, 0, "{\"name\":\"a\"}").upload())
				.containsExactly("applied 1");
			engine.execute("insert into app.post values ('%s', 'ann', 'p', '%s')".formatted(this.item, this.list));
			device.stream();
			assertThat(device.upsert("app.profile", this.list, 1, "{\"name\":\"b\"}").upload())
				.containsExactly("applied 2");
			assertThat(orphans(engine, "profile_id", 10)).as("before").isEmpty();
			engine.syncEngine().compaction(NONE).compact("ann");
			assertThat(orphans(engine, "profile_id", 2)).as("after").isEmpty();
			assertThat(orphans(engine, "profile_id", 1)).as("after").isEmpty();
		}
	}

	@Test
	void aRetryIsAReplayAfterTheDevicesIdsBeganAgain() {
		assertThat(upload(change(100, UUID.randomUUID(), 0, "{}"))).containsExactly("applied 1");
		UploadChange sent = change(1, this.list, 0, "{\"name\":\"a\"}");
		assertThat(upload(sent)).containsExactly("applied 1");
		name(this.tablet, 1, "b");
		assertThat(upload(sent)).containsExactly("applied 1");
		this.compaction.compact("ann");
		assertThat(upload(sent)).containsExactly("applied 1");
	}

	@Test
	void aParentComesBeforeAChildOfATableThatIsNoLongerRegistered() {
		this.phone.upsert(LIST, this.list, 0, "{\"name\":\"a\"}").upload();
		this.phone.upsert(ITEM, this.item, 0, "{\"name\":\"a\",\"list_id\":\"%s\"}".formatted(this.list)).upload();
		assertThat(this.phone.upsert(LIST, this.list, 1, "{\"name\":\"b\"}").upload()).containsExactly("applied 2");
		try (TestEngine other = this.engine.restart("app.list(owner_id)")) {
			assertThat(orphans(other, "list_id", 1)).as("before").isEmpty();
			other.syncEngine().compaction(NONE).compact("ann");
			assertThat(orphans(other, "list_id", 1)).as("after").isEmpty();
		}
	}

	@Test
	void valuesThatAreSwappedMeetOnNoPageEnd() {
		UUID x = UUID.randomUUID();
		UUID y = UUID.randomUUID();
		String image = "{\"name\":\"%s\",\"code\":\"%s\"}";
		this.phone.upsert(ITEM, x, 0, image.formatted("x", "1")).upsert(ITEM, y, 0, image.formatted("y", "2")).upload();
		assertThat(this.phone.upsert(ITEM, x, 1, image.formatted("x", "2"))
			.upsert(ITEM, y, 1, image.formatted("y", "1"))
			.upload()).containsExactly("applied 2", "applied 2");
		for (int i = 0; i < 20; i++) {
			this.phone.upsert(LIST, UUID.randomUUID(), 0, "{}").upload();
		}
		UUID second = this.engine.device("ann/watch").stream().get(3).pk();
		String full = second.equals(x) ? image.formatted("later", "2") : image.formatted("later", "1");
		assertThat(this.phone.upsert(ITEM, second, 2, full).upload()).containsExactly("applied 3");
		assertThat(twins(10)).as("before").isEmpty();
		this.compaction.compact("ann");
		assertThat(twins(10)).as("after").isEmpty();
	}

	/** Codes that two rows have at the end of a page. */
	private List<String> twins(int limit) {
		List<String> twins = new ArrayList<>();
		Map<UUID, String> codes = new TreeMap<>();
		long after = 0;
		DownloadWindow window;
		do {
			window = this.engine.service()
				.download(this.engine.device("ann/fresh").actor(), new DownloadRequest(after, limit, null, true, 0),
						(change) -> {
							if (change.table().table().equals("item")) {
								codes.put(change.pk(), change.payload().text().toString().replaceAll(".*code", ""));
							}
						});
			after = window.nextAfter();
			if (new HashSet<>(codes.values()).size() < codes.size()) {
				twins.add("up to " + after);
			}
		}
		while (window.hasMore());
		return twins;
	}

	@Test
	void rowsOfACircleGoOnOnePage() {
		try (TestEngine circles = startWithNodes()) {
			TestEngine.Device device = circles.device("ann/phone");
			UUID a = UUID.randomUUID();
			UUID b = UUID.randomUUID();
			device.upsert("app.node", a, 0, "{\"next\":\"%s\"}".formatted(b))
				.upsert("app.node", b, 0, "{\"next\":\"%s\"}".formatted(a))
				.upload();
			assertThat(device.delete("app.node", a, 1).delete("app.node", b, 1).upload()).containsExactly("applied 2",
					"applied 2");
			for (int i = 0; i < 20; i++) {
				device.upsert("app.node", UUID.randomUUID(), 0, "{}").upload();
			}
			UUID second = circles.device("ann/watch").stream().get(3).pk();
			assertThat(device.upsert("app.node", second, 2, "{\"next\":null}").upload()).containsExactly("applied 3");
			assertThat(device.delete("app.node", second, 3).upload()).containsExactly("applied 4");
			assertThat(dangling(circles, 10)).as("before").isEmpty();
			circles.syncEngine().compaction(NONE).compact("ann");
			assertThat(dangling(circles, 10)).as("after").isEmpty();
		}
	}

	private static List<String> dangling(TestEngine engine, int limit) {
		List<String> dangling = new ArrayList<>();
		Map<String, String> rows = new TreeMap<>();
		long after = 0;
		DownloadWindow window;
		do {
			window = engine.service()
				.download(engine.device("ann/fresh").actor(), new DownloadRequest(after, limit, null, true, 0),
						(change) -> {
							if (change.payload() != null) {
								rows.put(change.pk().toString(), change.payload().text().toString());
							}
							else {
								rows.remove(change.pk().toString());
							}
						});
			after = window.nextAfter();
			for (Map.Entry<String, String> row : rows.entrySet()) {
				Matcher parent = Pattern.compile("\"next\": *\"([^\"]+)\"").matcher(row.getValue());
				if (parent.find() && !rows.containsKey(parent.group(1))) {
					dangling.add("up to " + after + " " + row.getKey());
				}
			}
		}
		while (window.hasMore());
		return dangling;
	}

	@Test
	void aRefusedDeleteIsStillRestored() {
		TestEngine strict = TestEngine.start("""
				create schema app;
				create table app.list (id uuid primary key, owner_id text not null, name text);
				create table app.item (id uuid primary key, owner_id text not null,
				  list_id uuid references app.list deferrable initially deferred);
				create index on app.item (list_id);""", "app.list(owner_id)", "app.item(owner_id)");
		try (strict) {
			TestEngine.Device device = strict.device("ann/phone");
			device.upsert(LIST, this.list, 0, "{\"name\":\"a\"}").upload();
			strict.device("ann/tablet")
				.upsert(ITEM, this.item, 0, "{\"list_id\":\"%s\"}".formatted(this.list))
				.upload();
			assertThat(device.delete(LIST, this.list, 1).upload()).containsExactly("StillReferenced");
			strict.device("ann/tablet").upsert(LIST, this.list, 2, "{\"name\":\"b\"}").upload();
			strict.device("ann/tablet").upsert(ITEM, UUID.randomUUID(), 0, "{}").upload();
			strict.syncEngine().compaction(NONE).compact("ann");
			assertThat(strict.query("select server_id from sync.change order by server_id"))
				.as("the restore at 3 is not acknowledged, and the child came at 2")
				.containsExactly("1", "2", "3", "4", "5");
			List<DownloadedChange> page = new ArrayList<>();
			strict.service().download(device.actor(), new DownloadRequest(0, 1, null, false, 0), page::add);
			assertThat(page).extracting(DownloadedChange::serverId).containsExactly(3L, 2L);
		}
	}

	@Test
	void entriesThatADeviceHasNotReceivedStay() {
		StreamCompaction heeding = this.engine.syncEngine().compaction(new Retention(Duration.ZERO, DAYS));
		for (int i = 0; i < 6; i++) {
			name(this.phone, i, "n" + i);
		}
		download("watch", 4);
		download("old", 2);
		download("fresh", 0);
		this.engine.syncEngine().flushDevices(Duration.ZERO);
		assertThat(heeding.preview("ann").horizon()).isEqualTo(2);
		this.engine
			.execute("update sync.device set last_seen_at = now() - interval '181 days' where source_id = 'old'");
		assertThat(heeding.preview("ann")).isEqualTo(new Result(Outcome.LEFT, 4, 4, 3, 0));
		heeding.compact("ann");
		assertThat(positions()).containsExactly(4L, 5L, 6L);
		this.engine.execute("update sync.device set revoked_at = now() where source_id = 'watch'");
		assertThat(heeding.preview("ann").horizon()).isEqualTo(6);
	}

	private void download(String device, long after) {
		this.engine.service()
			.download(new SyncActor("ann", device), new DownloadRequest(after, 1, null, false, 0), (change) -> {
			});
	}

	@Test
	void youngEntriesStay() {
		for (int i = 0; i < 6; i++) {
			name(this.phone, i, "n" + i);
		}
		this.engine.execute("update sync.change set ts = ts - interval '8 days' where server_id <= 3");
		StreamCompaction week = this.engine.syncEngine().compaction(new Retention(Duration.ofDays(7), DAYS, false));
		assertThat(week.compact("ann")).isEqualTo(new Result(Outcome.COMPLETE, 3, 3, 2, 2));
		assertThat(positions()).containsExactly(3L, 4L, 5L, 6L);
	}

	@Test
	void entriesOfATableThatIsNoLongerRegisteredStay() {
		name(this.phone, 0, "a");
		name(this.phone, 1, "b");
		this.phone.upsert(ITEM, this.item, 0, "{}").upload();
		try (TestEngine without = this.engine.restart("app.item(owner_id)")) {
			assertThat(without.syncEngine().compaction(NONE).compact("ann").removed()).isZero();
		}
		assertThat(positions()).hasSize(3);
	}

	@Test
	void oneNodeCompactsAStreamUntilItsLeaseEnds() {
		name(this.phone, 0, "a");
		name(this.phone, 1, "b");
		this.engine.execute("""
				insert into sync.compaction (stream_id, owner, leased_until)
				select stream_id, gen_random_uuid(), now() + interval '1 minute' from sync.stream""");
		assertThat(this.compaction.compact("ann").outcome()).isEqualTo(Outcome.BUSY);
		assertThat(positions()).hasSize(2);
		this.engine.execute("update sync.compaction set leased_until = now() - interval '1 second'");
		assertThat(this.compaction.compact("ann").removed()).isEqualTo(1);
	}

	@Test
	void aCompactionThatBreaksOffLeavesACorrectStreamAndGoesOn() {
		Map<UUID, String> rows = new TreeMap<>();
		for (int i = 0; i < 1500; i++) {
			UUID row = new UUID(0, i % 10);
			String payload = "{\"name\":\"%s\"}".formatted(i);
			this.phone.upsert(LIST, row, i / 10, payload);
			rows.put(row, payload);
			if (i % 100 == 89) {
				this.phone.upload();
			}
		}
		this.phone.upload();
		this.engine.execute("""
				create function app.stop() returns trigger language plpgsql as $$
				begin
				  if old.server_id < 300 then raise exception 'killed'; end if;
				  return old;
				end $$;
				create trigger stop before delete on sync.change for each row execute function app.stop();""");
		assertThatThrownBy(() -> this.compaction.compact("ann")).hasStackTraceContaining("killed");
		assertThat(positions()).hasSizeBetween(300, 1400).contains(1500L);
		assertThat(read(this.engine, "ann/watch", 0, 7)).isEqualTo(rows);
		this.engine.execute("drop trigger stop on sync.change");
		assertThat(this.compaction.compact("ann").outcome()).isEqualTo(Outcome.COMPLETE);
		assertThat(positions()).hasSize(10);
		assertThat(read(this.engine, "ann/watch", 0, 7)).isEqualTo(rows);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aCompactionBetweenTwoBlocksOfAnAnswerIsNotSeen(boolean whole) {
		Map<UUID, String> expected = new TreeMap<>();
		for (int i = 0; i < 12; i++) {
			UUID row = new UUID(0, i % 6);
			String payload = "{\"name\":\"%s%s\"}".formatted(i, "x".repeat(700_000));
			assertThat(this.phone.upsert(LIST, row, i / 6, payload).upload()).containsExactly("applied " + (1 + i / 6));
			expected.put(row, payload);
		}
		Map<UUID, String> rows = new TreeMap<>();
		List<Long> seen = new ArrayList<>();
		Consumer<DownloadedChange> sink = (change) -> {
			if (seen.isEmpty()) {
				assertThat(this.compaction.compact("ann").removed()).isEqualTo(6);
			}
			seen.add(change.serverId());
			rows.put(change.pk(), change.payload().text());
		};
		DownloadRequest request = new DownloadRequest(0, 12, null, true, 0);
		SyncActor watch = new SyncActor("ann", "watch");
		DownloadWindow window = whole ? this.engine.service().changes(watch, request, new EverySink(sink))
				: this.engine.service().download(watch, request, sink);
		assertThat(seen).as("entries that were read before are shown").startsWith(1L).hasSizeLessThan(12);
		assertThat(seen).isSorted().contains(7L, 8L, 9L, 10L, 11L, 12L);
		assertThat(window).isEqualTo(new DownloadWindow(false, 12, 12));
		assertThat(rows).isEqualTo(expected);
	}

	@Test
	void anUploadComesFirst() throws Exception {
		name(this.phone, 0, "a");
		name(this.phone, 1, "b");
		try (Connection connection = DriverManager.getConnection(this.engine.jdbcUrl());
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("select from sync.stream for update");
			Thread released = new Thread(() -> this.engine.query("select pg_sleep(0.3)"));
			Result[] result = new Result[1];
			Thread compacting = new Thread(() -> result[0] = this.compaction.compact("ann"));
			compacting.start();
			released.start();
			released.join();
			assertThat(this.engine.query("select count(*) from sync.change")).containsExactly("2");
			connection.rollback();
			compacting.join();
			assertThat(result[0].outcome()).isEqualTo(Outcome.COMPLETE);
		}
	}

	@Test
	void theBackgroundCompactsWhatIsWorthIt() {
		DueCompactions due = this.engine.syncEngine().dueCompactions(NONE);
		write(0, 600);
		assertThat(due.compactDue(Duration.ZERO)).as("too short").isZero();
		write(600, 1100);
		assertThat(due.compactDue(Duration.ZERO)).isEqualTo(1099);
		assertThat(due.compactDue(Duration.ZERO)).isZero();
		write(1100, 2200);
		assertThat(due.compactDue(Duration.ofHours(1))).as("within the interval").isZero();
		assertThat(due.compactDue(Duration.ZERO)).isEqualTo(1100);
		for (int i = 0; i < 1100; i++) {
			this.phone.upsert(LIST, UUID.randomUUID(), 0, "{}");
		}
		this.phone.upload();
		assertThat(due.compactDue(Duration.ZERO)).as("no garbage").isZero();
		assertThat(due.compactDue(Duration.ZERO)).isZero();
	}

	/** Updates the list, the last time with an upload of its own. */
	private void write(int from, int to) {
		for (int i = from; i < to - 1; i++) {
			this.phone.upsert(LIST, this.list, i, "{\"name\":\"n%s\"}".formatted(i));
		}
		this.phone.upload();
		name(this.phone, to - 1, "last");
	}

	@Test
	@Tag("prove")
	void readersAndWritersBesideCompactionsMissNothing() throws Exception {
		AtomicBoolean done = new AtomicBoolean();
		List<Throwable> failures = new ArrayList<>();
		Thread compacting = new Thread(() -> guard(failures, () -> {
			while (!done.get()) {
				this.compaction.compact("ann");
			}
		}));
		Thread reading = new Thread(() -> guard(failures, () -> {
			Map<UUID, String> rows = new TreeMap<>();
			long after = 0;
			boolean last = false;
			while (!last) {
				last = done.get();
				after = read(this.engine, "ann/reader", after, 3, rows);
			}
			assertThat(rows).isEqualTo(read(this.engine, "ann/watch", 0, 1000));
		}));
		compacting.start();
		reading.start();
		Random random = new Random(5);
		Map<UUID, Long> versions = new TreeMap<>();
		for (int i = 0; i < 400; i++) {
			UUID row = new UUID(1, random.nextInt(20));
			long version = versions.getOrDefault(row, 0L);
			boolean delete = random.nextInt(4) == 0 && version > 0;
			TestEngine.Device device = random.nextBoolean() ? this.phone : this.tablet;
			List<String> statuses = (delete ? device.delete(LIST, row, version)
					: device.upsert(LIST, row, version, "{\"name\":\"%s\"}".formatted(i)))
				.upload();
			assertThat(statuses).first().asString().startsWith("applied ");
			versions.put(row, Long.parseLong(statuses.get(0).substring(8)));
		}
		done.set(true);
		compacting.join();
		reading.join();
		assertThat(failures).isEmpty();
		this.compaction.compact("ann");
		assertThat(this.engine.query("""
				select count(*) from sync.row_version r
				where not exists (select from sync.change c
				  where c.stream_id = r.stream_id and c.server_id = r.server_id and c.version = r.version)
				or r.deleted and not exists (select from sync.change c
				  where c.stream_id = r.stream_id and c.server_id = r.image_server_id and c.payload is not null)"""))
			.containsExactly("0");
		assertThat(read(this.engine, "ann/watch", 0, 1000))
			.hasSize(this.engine.query("select pk from sync.row_version where not deleted").size());
	}

	private static void guard(List<Throwable> failures, Runnable work) {
		try {
			work.run();
		}
		catch (Throwable ex) {
			synchronized (failures) {
				failures.add(ex);
			}
		}
	}

	private static Map<UUID, String> read(TestEngine engine, String device, long after, int limit) {
		Map<UUID, String> rows = new TreeMap<>();
		read(engine, device, after, limit, rows);
		return rows;
	}

	/** Reads as a device does, from a cursor to the end. */
	private static long read(TestEngine engine, String device, long after, int limit, Map<UUID, String> rows) {
		long cursor = after;
		DownloadWindow window;
		long until = 0;
		do {
			int[] size = { 0 };
			window = engine.service()
				.download(engine.device(device).actor(), new DownloadRequest(cursor, limit, null, true, until),
						(change) -> {
							size[0]++;
							if (change.op() == Operation.DELETE) {
								rows.remove(change.pk());
							}
							else {
								rows.put(change.pk(), change.payload().text());
							}
						});
			assertThat(!window.hasMore() || size[0] == limit).as("a short page is the last").isTrue();
			assertThat(window.nextAfter()).isGreaterThanOrEqualTo(cursor);
			cursor = window.nextAfter();
			until = window.windowUntil();
		}
		while (window.hasMore());
		return cursor;
	}

	private UploadChange change(long id, UUID row, long version, @Nullable String payload) {
		return new UploadChange(id, "app", "list", "UPDATE", row.toString(), version,
				(payload != null) ? Payload.of(payload) : null);
	}

	private List<String> upload(UploadChange... changes) {
		return upload(new SyncActor("ann", "laptop"), changes);
	}

	private List<String> upload(SyncActor actor, UploadChange... changes) {
		return this.engine.service()
			.upload(actor, new UploadRequest(0, List.of(changes)))
			.statuses()
			.stream()
			.map((status) -> (status instanceof ChangeStatus.Applied applied) ? "applied " + applied.newServerVersion()
					: (status instanceof ChangeStatus.Conflict conflict)
							? "conflict " + conflict.serverRow().serverVersion() : "invalid")
			.toList();
	}

	/** Takes everything. */
	private record EverySink(Consumer<DownloadedChange> changes) implements ChangesSink {

		@Override
		public void begin(long restores, long until) {
		}

		@Override
		public void change(DownloadedChange change) {
			this.changes.accept(change);
		}

		@Override
		public void pause() {
		}

		@Override
		public boolean isFull() {
			return false;
		}

	}

}
