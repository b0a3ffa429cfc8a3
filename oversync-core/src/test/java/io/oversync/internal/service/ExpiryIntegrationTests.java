/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import io.oversync.internal.compact.Retention;
import io.oversync.protocol.ChangesSink;
import io.oversync.protocol.ChecksumRequest;
import io.oversync.protocol.CursorExpiredException;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.TableName;
import io.oversync.protocol.UploadRequest;
import io.oversync.service.StreamCompaction;
import io.oversync.service.StreamCompaction.Outcome;
import io.oversync.service.StreamCompaction.Result;
import io.oversync.service.SyncChecks;
import io.oversync.service.SyncChecks.Request;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tombstones expire: what is left of a stream, who is served, and what becomes of uploads
 * of rows of which nothing is left.
 */
class ExpiryIntegrationTests {

	private static final String LIST = "app.list";

	private static final String ITEM = "app.item";

	private static final Duration DAYS = Duration.ofDays(180);

	/** Whatever devices have, and at once. */
	private static final Retention AT_ONCE = new Retention(Duration.ZERO, DAYS, false, Duration.ZERO);

	private static final Retention HEEDING = new Retention(Duration.ZERO, Duration.ofHours(1), true,
			Duration.ofHours(1));

	private final TestEngine engine = TestEngine.start("""
			create schema app;
			create table app.list (id uuid primary key, owner_id text not null, name text);
			create table app.item (id uuid primary key, owner_id text not null, name text,
			  list_id uuid references app.list on delete cascade deferrable initially deferred);
			create index on app.item (list_id);""", "app.list(owner_id)+", "app.item(owner_id)");

	private final StreamCompaction expiry = this.engine.syncEngine().compaction(AT_ONCE);

	private final TestEngine.Device phone = this.engine.device("ann/phone");

	private final TestEngine.Device tablet = this.engine.device("ann/tablet");

	private final UUID list = UUID.randomUUID();

	private final UUID other = UUID.randomUUID();

	@AfterEach
	void stop() {
		this.engine.close();
	}

	/** The list comes at 1 and is deleted at 2; the other one comes at 3 and 4. */
	private void deleteList() {
		assertThat(this.phone.upsert(LIST, this.list, 0, "{\"name\":\"gone\"}").upload()).containsExactly("applied 1");
		assertThat(this.phone.delete(LIST, this.list, 1).upload()).containsExactly("applied 2");
		assertThat(this.phone.upsert(LIST, this.other, 0, "{\"name\":\"a\"}").upload()).containsExactly("applied 1");
		assertThat(this.tablet.upsert(LIST, this.other, 1, "{\"name\":\"b\"}").upload()).containsExactly("applied 2");
	}

	private DownloadWindow download(TestEngine node, String device, DownloadRequest request,
			List<DownloadedChange> into) {
		return node.service().download(node.device("ann/" + device).actor(), request, into::add);
	}

	private DownloadWindow download(String device, long after, int limit) {
		return download(this.engine, device, new DownloadRequest(after, limit, null, true, 0), new ArrayList<>());
	}

	private void refused(String device, long after) {
		assertThatExceptionOfType(CursorExpiredException.class).isThrownBy(() -> download(device, after, 10));
	}

	private List<@Nullable String> stream() {
		return this.engine.query("select server_id from sync.change order by server_id");
	}

	private @Nullable String one(String sql) {
		return this.engine.query(sql).get(0);
	}

	@Test
	void nothingIsLeftOfADeletedRow() {
		deleteList();
		List<?> sums = List.of(this.engine.service()
			.checksums(this.phone.actor(), new ChecksumRequest(null, Set.of(), null, null, false)));
		assertThat(this.expiry.preview("ann")).isEqualTo(new Result(Outcome.LEFT, 4, 4, 0, 0, 0, 1));
		assertThat(stream()).hasSize(4);
		assertThat(this.expiry.compact("ann")).isEqualTo(new Result(Outcome.COMPLETE, 4, 4, 0, 0, 1));
		assertThat(stream()).containsExactly("3", "4");
		assertThat(this.expiry.preview("ann")).isEqualTo(new Result(Outcome.LEFT, 4, 2, 0, 0));
		assertThat(this.engine.query("select deleted from sync.row_version")).containsExactly("f");
		assertThat(one("select retained_since || ' ' || expired_version from sync.stream")).isEqualTo("2 2");
		assertThat(this.engine.syncEngine().retainedSince(this.tablet.actor())).isEqualTo(2);
		assertThat(one("select removed_change_id from sync.source where source_id = 'phone'")).isEqualTo("2");
		List<SyncChecks.Row> differing = new ArrayList<>();
		this.engine.syncEngine().check(Request.all(new TableName("app", "list")), differing::add);
		assertThat(differing).isEmpty();
		assertThat(List.of(this.engine.service()
			.checksums(this.phone.actor(), new ChecksumRequest(null, Set.of(), null, null, false)))).isEqualTo(sums);
		assertThat(this.expiry.compact("ann")).isEqualTo(new Result(Outcome.LEFT, 4, 2, 0, 0));
	}

	@Test
	void tombstonesStayWithoutAPeriod() {
		deleteList();
		StreamCompaction without = this.engine.syncEngine().compaction(new Retention(Duration.ZERO, DAYS, false));
		assertThat(without.preview("ann").expirable()).isZero();
		without.compact("ann");
		assertThat(stream()).containsExactly("1", "2", "3", "4");
		assertThat(one("select retained_since from sync.stream")).isEqualTo("0");
		assertThat(download("watch", 1, 10).windowUntil()).isEqualTo(4);
	}

	@Test
	void aDeviceThatWouldKeepADeletedRowIsNotServed() {
		deleteList();
		this.expiry.compact("ann");
		assertThatExceptionOfType(CursorExpiredException.class).isThrownBy(() -> download("old", 1, 10))
			.satisfies((ex) -> assertThat(ex.retainedSince()).isEqualTo(2));
		assertThatExceptionOfType(CursorExpiredException.class).isThrownBy(() -> this.engine.service()
			.changes(new SyncActor("ann", "old"), new DownloadRequest(1, 10, null, false, 0), new Sink(() -> {
			})));
		assertThat(download("old", 2, 10).nextAfter()).as("it has the delete").isEqualTo(4);
		assertThat(download("old", 9, 10).nextAfter()).isEqualTo(9);
		assertThat(download(this.engine, "old", new DownloadRequest(1, 10, null, true, 0, true), new ArrayList<>())
			.nextAfter()).as("a look-up").isEqualTo(4);
		refused("old", 1);
		assertThat(download("old", 0, 10).nextAfter()).as("it has nothing").isEqualTo(4);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aDeviceThatBeganWithNothingReadsOn(boolean flushed) {
		for (int i = 0; i < 5; i++) {
			this.phone.upsert(LIST, new UUID(0, i), 0, "{}").upload();
		}
		this.phone.delete(LIST, new UUID(0, 4), 1).upload();
		this.tablet.upsert(LIST, this.other, 0, "{}").upload();
		this.phone.upsert(LIST, this.other, 1, "{}").upload();
		assertThat(this.expiry.compact("ann").expired()).isEqualTo(1);
		assertThat(one("select retained_since from sync.stream")).isEqualTo("6");
		List<DownloadedChange> read = new ArrayList<>();
		try (TestEngine node = this.engine.restart("app.list(owner_id)+", "app.item(owner_id)")) {
			DownloadWindow window = download(this.engine, "new", new DownloadRequest(0, 1, null, true, 0), read);
			for (int i = 0; window.hasMore(); i++) {
				if (flushed) {
					this.engine.syncEngine().flushDevices(Duration.ZERO);
					node.syncEngine().flushDevices(Duration.ZERO);
				}
				refused("old", window.nextAfter());
				TestEngine next = (i % 2 == 0) ? node : this.engine;
				window = download(next, "new", new DownloadRequest(window.nextAfter(), 1, null, true, 0), read);
				if (window.nextAfter() >= 6) {
					break;
				}
			}
			assertThat(read).extracting(DownloadedChange::serverId).startsWith(1L, 2L, 3L, 4L, 7L);
			download(node, "new", new DownloadRequest(7, 1, null, true, 0), read);
			node.syncEngine().flushDevices(Duration.ZERO);
			this.engine.syncEngine().flushDevices(Duration.ZERO);
			refused("new", 2);
			assertThat(one("select begun_since from sync.device where source_id = 'new'")).isEqualTo("0");
		}
	}

	@Test
	void whatADeviceBeganToReadOfOneSchemaSaysNothingAboutOthers() {
		deleteList();
		this.phone.upsert(LIST, UUID.randomUUID(), 0, "{}").upload();
		this.expiry.compact("ann");
		List<DownloadedChange> read = new ArrayList<>();
		download(this.engine, "new", new DownloadRequest(0, 1, "app", true, 0), read);
		assertThat(download(this.engine, "new", new DownloadRequest(1, 1, "app", true, 0), read).hasMore()).isTrue();
		refused("new", 1);
		assertThatExceptionOfType(CursorExpiredException.class).isThrownBy(
				() -> download(this.engine, "new", new DownloadRequest(1, 1, "other", true, 0), new ArrayList<>()));
	}

	@Test
	void aDeviceInTheMiddleOfItsDownloadBeginsAgainIfMoreExpires() {
		deleteList();
		this.expiry.compact("ann");
		download("new", 0, 1);
		assertThat(download("new", 1, 1).hasMore()).isTrue();
		UUID next = UUID.randomUUID();
		this.phone.upsert(LIST, next, 0, "{}").upload();
		this.phone.delete(LIST, next, 3).upload();
		this.phone.upsert(LIST, UUID.randomUUID(), 0, "{}").upload();
		assertThat(this.expiry.compact("ann").expired()).isEqualTo(1);
		refused("new", 1);
		download("new", 0, 1);
		assertThat(download("new", 1, 1).hasMore()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "page", "changes", "look-up" })
	void anAnswerEndsIfTombstonesExpireBehindItsBeginning(String kind) {
		for (int i = 0; i < 4; i++) {
			this.phone.upsert(LIST, new UUID(0, i), 0, "{\"name\":\"%s\"}".formatted("x".repeat(700_000))).upload();
		}
		this.phone.delete(LIST, new UUID(0, 0), 1).upload();
		this.tablet.upsert(LIST, this.other, 0, "{}").upload();
		this.phone.upsert(LIST, this.other, 1, "{}").upload();
		List<Long> seen = new ArrayList<>();
		Runnable first = () -> {
			seen.add(1L);
			if (seen.size() == 1) {
				assertThat(this.expiry.compact("ann").expired()).isEqualTo(1);
			}
		};
		SyncActor actor = new SyncActor("ann", "new");
		assertThatExceptionOfType(CursorExpiredException.class).isThrownBy(() -> {
			if (kind.equals("changes")) {
				this.engine.service().changes(actor, new DownloadRequest(0, 100, null, true, 0), new Sink(first));
			}
			else {
				this.engine.service()
					.download(actor, new DownloadRequest(0, 100, null, true, 0, kind.equals("look-up")),
							(change) -> first.run());
			}
		});
		assertThat(seen).hasSizeBetween(1, 3);
	}

	@Test
	void aRowThatComesAgainIsNoneThatADeviceKnows() {
		deleteList();
		this.expiry.compact("ann");
		assertThat(this.tablet.upsert(LIST, this.list, 0, "{\"name\":\"again\"}").upload())
			.as("above the tombstone, which devices know as 2")
			.containsExactly("applied 3");
		assertThat(this.tablet.upsert(LIST, this.list, 3, "{\"name\":\"more\"}").upload()).containsExactly("applied 4");
		assertThat(this.tablet.upsert(LIST, UUID.randomUUID(), 7, "{}").upload()).as("a row that the server lost")
			.containsExactly("applied 8");
		assertThat(this.tablet.delete(LIST, UUID.randomUUID(), 5).upload()).containsExactly("applied 5");
	}

	@Test
	void anEditOfARowOfWhichNothingIsLeftIsNotLost() {
		deleteList();
		this.expiry.compact("ann");
		TestEngine.Device old = this.engine.device("ann/old");
		assertThat(old.upsert(LIST, this.list, 1, "{\"name\":\"edited\"}").upload()).containsExactly("applied 3");
		assertThat(this.engine.query("select name from app.list where id = '%s'".formatted(this.list)))
			.containsExactly("edited");
	}

	@Test
	void aRowThatTheApplicationInsertsAgainIsNoneThatADeviceKnows() {
		deleteList();
		this.expiry.compact("ann");
		this.engine.execute("insert into app.list values ('%s', 'ann', 'by hand')".formatted(this.list));
		List<DownloadedChange> read = new ArrayList<>();
		download(this.engine, "tablet", new DownloadRequest(4, 10, null, true, 0), read);
		assertThat(read).singleElement().satisfies((change) -> {
			assertThat(change.pk()).isEqualTo(this.list);
			assertThat(change.serverVersion()).isEqualTo(3);
		});
	}

	@Test
	void theLastUploadOfADeviceIsAnsweredAsBeforeHoweverLongItWasAway() {
		assertThat(this.tablet.upsert(LIST, this.list, 0, "{\"name\":\"a\"}").upload()).containsExactly("applied 1");
		assertThat(this.phone.delete(LIST, this.list, 1).upload()).containsExactly("applied 2");
		assertThat(this.phone.upsert(LIST, this.other, 0, "{}").upload()).containsExactly("applied 1");
		download("tablet", 1, 10);
		this.engine.syncEngine().flushDevices(Duration.ZERO);
		this.engine.execute("update sync.device set last_seen_at = now() - interval '9 years'");
		this.engine.execute("update sync.change set ts = ts - interval '9 years'");
		assertThat(this.expiry.compact("ann").expired()).isZero();
		assertThat(this.tablet.resend()).containsExactly("applied 1");
		assertThat(this.engine.query("select name from app.list where id = '%s'".formatted(this.list))).isEmpty();
		this.engine.execute("update sync.device set revoked_at = now() where source_id = 'tablet'");
		assertThat(this.expiry.compact("ann").expired()).isEqualTo(1);
	}

	private void age() {
		this.engine.execute("update sync.change set ts = ts - interval '2 hours'");
	}

	@Test
	void aTombstoneStaysUntilAllDevicesThatCountHaveIt() {
		StreamCompaction heeding = this.engine.syncEngine().compaction(HEEDING);
		deleteList();
		download("watch", 2, 10);
		this.engine.syncEngine().flushDevices(Duration.ZERO);
		assertThat(heeding.compact("ann").expired()).as("young").isZero();
		age();
		assertThat(heeding.compact("ann").expired()).as("the last entry that it has").isZero();
		download("watch", 1, 10);
		this.engine.syncEngine().flushDevices(Duration.ZERO);
		assertThat(heeding.compact("ann").expired()).as("behind its cursor").isZero();
		download("fresh", 0, 1);
		download("watch", 3, 10);
		this.engine.syncEngine().flushDevices(Duration.ZERO);
		assertThat(heeding.compact("ann").expired()).as("another is just beginning").isZero();
		this.engine
			.execute("update sync.device set last_seen_at = now() - interval '61 minutes' where source_id = 'fresh'");
		assertThat(heeding.compact("ann").expired()).isEqualTo(1);
		assertThat(download("watch", 3, 10).nextAfter()).isEqualTo(4);
	}

	@Test
	void aDeviceThatHasToBeginAgainHoldsNothingBack() {
		deleteList();
		download("old", 1, 10);
		this.engine.syncEngine().flushDevices(Duration.ZERO);
		this.engine.execute("update sync.device set last_seen_at = now() - interval '2 hours'");
		age();
		StreamCompaction heeding = this.engine.syncEngine().compaction(HEEDING);
		assertThat(heeding.compact("ann").expired()).isEqualTo(1);
		refused("old", 1);
		this.engine.syncEngine().flushDevices(Duration.ZERO);
		assertThat(one("select acknowledged from sync.device where source_id = 'old'")).isEqualTo("1");
		assertThat(one("select last_seen_at > now() - interval '1 hour' from sync.device where source_id = 'old'"))
			.isEqualTo("t");
		assertThat(heeding.preview("ann").horizon()).isEqualTo(4);
	}

	@Test
	void aRowStaysWhoseDeleteFailedInItsTable() {
		deleteList();
		this.engine.execute("""
				insert into sync.materialize_failures
				  (stream_id, user_id, schema_name, table_name, pk_uuid, attempted_version, op, error)
				select stream_id, 'ann', 'app', 'list', '%s', 2, 'DELETE', 'x' from sync.stream"""
			.formatted(this.list));
		assertThat(this.expiry.compact("ann").expired()).isZero();
		this.engine.execute("delete from sync.materialize_failures");
		assertThat(this.expiry.compact("ann").expired()).isEqualTo(1);
	}

	@Test
	void aRowThatWasRestoredForADeviceStays() {
		deleteList();
		this.engine.execute("""
				insert into sync.restore
				  (stream_id, source_no, server_id, table_id, pk, version, base_versions, referenced_by, acknowledged)
				select stream_id, 1, 1, table_id, pk, 1, '{1}', '{}', true from sync.change where server_id = 1""");
		assertThat(this.expiry.compact("ann").expired()).isZero();
	}

	@Test
	void aRowStaysWhileAnEntryRefersToIt() {
		UUID item = UUID.randomUUID();
		this.phone.upsert(LIST, this.list, 0, "{}").upsert(LIST, this.other, 0, "{}").upload();
		this.phone.upsert(ITEM, item, 0, "{\"list_id\":\"%s\"}".formatted(this.list)).upload();
		this.phone.upsert(ITEM, item, 1, "{\"list_id\":\"%s\"}".formatted(this.other)).upload();
		this.phone.delete(LIST, this.list, 1).upload();
		this.phone.upsert(LIST, UUID.randomUUID(), 0, "{}").upload();
		assertThat(this.expiry.compact("ann").expired()).as("the item was in the list once").isZero();
		this.phone.delete(LIST, this.other, 1).upload();
		this.phone.upsert(LIST, UUID.randomUUID(), 0, "{}").upload();
		assertThat(this.expiry.compact("ann").expired()).as("with the item, which the delete took along").isEqualTo(3);
		assertThat(this.engine.query("select deleted from sync.row_version")).containsExactly("f", "f");
	}

	@Test
	void anExpiryThatBreaksOffLeavesACorrectStreamAndGoesOn() {
		for (int i = 0; i < 400; i++) {
			this.phone.upsert(LIST, new UUID(0, i), 0, "{}").upsert(LIST, new UUID(1, i), 0, "{}");
		}
		this.phone.upload();
		for (int i = 0; i < 400; i++) {
			this.phone.delete(LIST, new UUID(0, i), 1);
		}
		this.phone.upload();
		this.phone.upsert(LIST, this.other, 0, "{}").upload();
		this.engine.execute("""
				create function app.stop() returns trigger language plpgsql as $$
				begin
				  if (select count(*) from sync.change) < 1000 then raise exception 'killed'; end if;
				  return old;
				end $$;
				create trigger stop before delete on sync.row_version for each row execute function app.stop();""");
		assertThatThrownBy(() -> this.expiry.compact("ann")).hasStackTraceContaining("killed");
		assertThat(stream()).hasSizeBetween(500, 1100);
		assertThat(one("select count(*) from sync.change c where not exists (select from sync.row_version r"
				+ " where r.table_id = c.table_id and r.pk = c.pk)"))
			.isEqualTo("0");
		assertThat(this.engine.query("select 1 from sync.row_version r where not exists (select from sync.change c"
				+ " where c.server_id = r.server_id) or deleted and not exists (select from sync.change c"
				+ " where c.server_id = r.image_server_id)"))
			.isEmpty();
		assertThat(one("select retained_since from sync.stream")).isEqualTo("1200");
		this.engine.execute("drop trigger stop on sync.row_version");
		assertThat(this.expiry.compact("ann").outcome()).isEqualTo(Outcome.COMPLETE);
		assertThat(stream()).hasSize(401);
		assertThat(this.engine.query("select 1 from sync.row_version where deleted")).isEmpty();
	}

	@Test
	void aStreamIsDueOnceTombstonesHaveExpired() {
		deleteList();
		DueCompactions due = this.engine.syncEngine().dueCompactions(HEEDING);
		assertThat(due.compactDue(Duration.ofHours(1))).isZero();
		assertThat(this.engine.query("select 1 from sync.compaction")).isEmpty();
		age();
		due.compactDue(Duration.ofHours(1));
		assertThat(stream()).containsExactly("3", "4");
	}

	@Test
	void anUploadThatHasTheStreamComesFirst() {
		deleteList();
		assertThat(this.engine.service().upload(this.phone.actor(), new UploadRequest(0, List.of())).accepted())
			.isTrue();
		this.engine.execute("""
				create function app.take() returns trigger language plpgsql as $$
				begin
				  update sync.row_version set server_id = 1 where deleted;
				  return new;
				end $$;
				create trigger take after update of leased_until on sync.compaction for each row
				when (old.owner = new.owner and new.leased_until is not null) execute function app.take();""");
		assertThat(this.expiry.compact("ann").outcome()).as("the row has changed").isEqualTo(Outcome.INTERRUPTED);
		assertThat(stream()).containsExactly("1", "2", "3", "4");
		assertThat(one("select retained_since from sync.stream")).isEqualTo("0");
	}

	/** Receives an answer with everything. */
	private record Sink(Runnable change) implements ChangesSink {

		@Override
		public void begin(long restores, long windowUntil) {
		}

		@Override
		public void change(DownloadedChange received) {
			this.change.run();
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
