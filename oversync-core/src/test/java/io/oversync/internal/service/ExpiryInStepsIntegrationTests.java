/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import io.oversync.internal.catalog.CatalogReader;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.catalog.TableRegistration;
import io.oversync.internal.compact.Retention;
import io.oversync.internal.download.CatchUp;
import io.oversync.internal.download.DownloadService;
import io.oversync.internal.store.StreamIds;
import io.oversync.internal.store.StreamStore;
import io.oversync.internal.store.SyncTables;
import io.oversync.internal.store.SyncedTableStore;
import io.oversync.internal.store.TableIds;
import io.oversync.internal.store.Transactions;
import io.oversync.internal.store.UserGate;
import io.oversync.internal.store.UserReads;
import io.oversync.protocol.CursorExpiredException;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.Payload;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.TableName;
import io.oversync.protocol.UploadChange;
import io.oversync.protocol.UploadRequest;
import io.oversync.service.StreamCompaction;
import io.oversync.service.StreamCompaction.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.support.JdbcTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Deleted rows go one after the other, and the devices of clients that know only uploads
 * and downloads keep none of them.
 */
class ExpiryInStepsIntegrationTests {

	private static final String LIST = "app.list";

	private static final Duration HOUR = Duration.ofHours(1);

	private static final Retention HEEDING = new Retention(Duration.ZERO, HOUR, true, HOUR);

	private static final Retention WITHOUT_EXPIRY = new Retention(Duration.ZERO, HOUR);

	private static final int MANY = 600;

	private final TestEngine engine = TestEngine.start(
			"create schema app; create table app.list (id uuid primary key, owner_id text not null, name text);",
			"app.list(owner_id)+");

	private final StreamCompaction expiry = this.engine.syncEngine().compaction(HEEDING);

	private final TestEngine.Device phone = this.engine.device("ann/phone");

	private final TestEngine.Device tablet = this.engine.device("ann/tablet");

	@AfterEach
	void stop() {
		this.engine.close();
	}

	private void insert(TestEngine.Device device, UUID row) {
		assertThat(device.upsert(LIST, row, 0, "{\"name\":\"%s\"}".formatted(row)).upload())
			.allMatch((status) -> status.startsWith("applied"));
	}

	private void delete(TestEngine.Device device, UUID row) {
		assertThat(device.delete(LIST, row, 1).upload()).allMatch((status) -> status.startsWith("applied"));
	}

	/** No upload is the last one of the device that it may send again. */
	private void another(TestEngine.Device device) {
		insert(device, UUID.randomUUID());
	}

	/** The device has everything up to the head. */
	private void receive(TestEngine.Device device) {
		this.engine.service()
			.download(device.actor(), new DownloadRequest(Long.parseLong(one("select head_server_id from sync.stream")),
					1, null, true, 0), (change) -> {
					});
		this.engine.syncEngine().flushDevices(Duration.ZERO);
	}

	private void age() {
		this.engine.execute("update sync.change set ts = ts - interval '2 hours'");
	}

	/** Time goes by, in which no device is seen. */
	private void pause() {
		this.engine.syncEngine().flushDevices(Duration.ZERO);
		this.engine.execute("update sync.device set last_seen_at = last_seen_at - interval '2 hours'");
		age();
	}

	private String one(String sql) {
		return String.valueOf(this.engine.query(sql).get(0));
	}

	private TreeMap<UUID, Long> fresh() {
		Field device = new Field("fresh" + UUID.randomUUID());
		device.download(1000);
		return device.rows;
	}

	@Test
	void aDeviceThatBeginsBetweenTwoStepsKeepsNoDeletedRow() throws Exception {
		for (int i = 0; i < MANY; i++) {
			this.phone.upsert(LIST, new UUID(0, i), 0, "{}");
		}
		this.phone.upload();
		for (int i = 0; i < MANY; i++) {
			this.phone.delete(LIST, new UUID(0, i), 1);
		}
		this.phone.upload();
		another(this.phone);
		age();
		Field device = new Field("new");
		CompletableFuture<Result> expiring;
		try (Connection connection = DriverManager.getConnection(this.engine.jdbcUrl());
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			expiring = CompletableFuture.supplyAsync(() -> this.expiry.compact("ann"));
			// holds back the next step, and no download
			while (!hasBegun(statement)) {
				connection.rollback();
			}
			device.page(400);
			connection.rollback();
		}
		assertThat(expiring.get().expired()).as("the rest waits for the new device").isBetween(1L, MANY - 1L);
		device.download(400);
		assertThat(device.rows).isEqualTo(fresh());
		pause();
		assertThat(this.expiry.compact("ann").expired()).isPositive();
		device.download(400);
		assertThat(device.rows).isEqualTo(fresh());
	}

	private static boolean hasBegun(Statement statement) throws SQLException {
		try (ResultSet stream = statement
			.executeQuery("select 1 from sync.stream where retained_since > 0 for no key update")) {
			return stream.next();
		}
	}

	@Test
	void aDeviceThatPausesInItsFirstDownloadKeepsNoRowThatWasKeptAtFirst() {
		UUID kept = new UUID(0, 1);
		UUID gone = new UUID(0, 2);
		insert(this.tablet, kept);
		another(this.phone);
		insert(this.phone, gone);
		delete(this.phone, kept);
		delete(this.phone, gone);
		another(this.phone);
		age();
		assertThat(this.expiry.compact("ann").expired()).as("the other is in the last upload of the tablet")
			.isEqualTo(1);
		Field device = new Field("new");
		device.page(1);
		assertThat(device.rows).containsOnlyKeys(kept);
		pause();
		another(this.tablet);
		receive(this.tablet);
		age();
		assertThat(this.expiry.compact("ann").expired()).isEqualTo(1);
		device.download(1);
		assertThat(device.rows).isEqualTo(fresh());
	}

	@Test
	void anAnswerEndsIfARowGoesThatWasKeptAtFirst() {
		UUID kept = new UUID(0, 1);
		UUID gone = new UUID(0, 2);
		this.tablet.upsert(LIST, kept, 0, "{\"name\":\"%s\"}".formatted("x".repeat(700_000))).upload();
		this.phone.upsert(LIST, UUID.randomUUID(), 0, "{\"name\":\"%s\"}".formatted("x".repeat(700_000))).upload();
		oneOfTwoGoes(kept, gone);
		TreeMap<UUID, Long> rows = new TreeMap<>();
		try {
			this.engine.service()
				.download(new SyncActor("ann", "new"), new DownloadRequest(0, 100, null, true, 0, true), (change) -> {
					if (rows.isEmpty()) {
						another(this.tablet);
						receive(this.tablet);
						age();
						assertThat(this.expiry.compact("ann").expired()).isEqualTo(1);
					}
					Field.take(rows, change);
				});
		}
		catch (CursorExpiredException ex) {
			return;
		}
		assertThat(rows).isEqualTo(fresh());
	}

	/** The other one is in the last upload of the tablet. */
	private void oneOfTwoGoes(UUID kept, UUID gone) {
		insert(this.phone, gone);
		delete(this.phone, kept);
		delete(this.phone, gone);
		another(this.phone);
		age();
		assertThat(this.expiry.compact("ann").expired()).isEqualTo(1);
	}

	/** What is read after the application's writes were brought in begins the answer. */
	@ParameterizedTest
	@ValueSource(longs = { 0, 1 })
	void anAnswerGoesOnIfARowWentBeforeItBegan(long after) {
		UUID kept = new UUID(0, 1);
		UUID gone = new UUID(0, 2);
		insert(this.tablet, kept);
		for (int i = 0; i < 2; i++) {
			this.phone.upsert(LIST, UUID.randomUUID(), 0, "{\"name\":\"%s\"}".formatted("x".repeat(700_000))).upload();
		}
		oneOfTwoGoes(kept, gone);
		CatchUp catchUp = (backlog) -> {
			another(this.tablet);
			receive(this.tablet);
			age();
			assertThat(this.expiry.compact("ann").expired()).isEqualTo(1);
			return true;
		};
		TreeMap<UUID, Long> rows = new TreeMap<>();
		downloads().download(new SyncActor("ann", "new"), new DownloadRequest(after, 100, null, true, 0, true),
				(change) -> Field.take(rows, change), reads(), catchUp);
		assertThat(rows).isEqualTo(fresh());
	}

	private DownloadService downloads() {
		TableCatalog catalog = new CatalogReader(this.engine.dataSource(),
				new SyncedTableStore(this.engine.dataSource()))
			.read(List.of(new TableRegistration(new TableName("app", "list"), "owner_id", true, Set.of())));
		return new DownloadService(this.engine.dataSource(), new SyncTables(this.engine.dataSource(),
				TableIds.of(catalog), new StreamStore(this.engine.dataSource(), HOUR, () -> false, StreamIds.SHA_256)));
	}

	private UserReads reads() {
		return new UserReads(new Transactions(new JdbcTransactionManager(this.engine.dataSource()), 1),
				new UserGate(10, 10), "ann", HOUR);
	}

	@Test
	void aDeviceThatHasOnlyUploadedKeepsNoDeletedRow() {
		UUID row = new UUID(0, 1);
		Field device = new Field("uploading");
		device.insert(row);
		device.insert(UUID.randomUUID());
		another(this.phone);
		delete(this.phone, row);
		another(this.phone);
		another(this.phone);
		age();
		this.expiry.compact("ann");
		device.download(1000);
		assertThat(device.rows).isEqualTo(fresh());
	}

	@Test
	void aDeviceThatHasOnlyUploadedKeepsNoDeletedRowAlsoIfTombstonesDidNotExpireAtFirst() {
		UUID row = new UUID(0, 1);
		Field device = new Field("uploading");
		device.insert(row);
		device.insert(UUID.randomUUID());
		this.phone.upsert(LIST, row, 1, "{\"name\":\"b\"}").upload();
		another(this.phone);
		this.engine.syncEngine().flushDevices(Duration.ZERO);
		age();
		assertThat(this.engine.syncEngine().compaction(WITHOUT_EXPIRY).compact("ann").outcome())
			.isNotEqualTo(StreamCompaction.Outcome.BUSY);
		this.phone.delete(LIST, row, 2).upload();
		another(this.phone);
		another(this.phone);
		age();
		this.expiry.compact("ann");
		device.download(1000);
		assertThat(device.rows).isEqualTo(fresh());
	}

	@Test
	void aDeviceWhoseFirstPageIsBeingReadWhenARowGoesDoesNotKeepIt() throws Exception {
		UUID gone = new UUID(0, 1);
		insert(this.phone, gone);
		another(this.phone);
		delete(this.phone, gone);
		another(this.phone);
		age();
		pauseDownloads();
		Field device = new Field("new");
		try (Connection connection = DriverManager.getConnection(this.engine.jdbcUrl());
				Statement statement = connection.createStatement()) {
			statement.execute("select pg_advisory_lock(41)");
			CompletableFuture<Boolean> reading = CompletableFuture.supplyAsync(() -> device.page(2));
			while (!isPaused(statement)) {
				assertThat(reading).isNotDone();
			}
			assertThat(this.expiry.compact("ann").expired()).isEqualTo(1);
			statement.execute("select pg_advisory_unlock(41)");
			assertThat(reading.get()).isTrue();
		}
		device.download(2);
		assertThat(device.rows).isEqualTo(fresh());
	}

	/** A query of a download has its snapshot, and waits for its first row. */
	private void pauseDownloads() {
		this.engine.execute("""
				create function app.pause() returns boolean language plpgsql as $$
				begin
				  if position('pg_column_compression' in current_query()) > 0 then
				    perform pg_advisory_xact_lock_shared(41);
				  end if;
				  return true;
				end $$""");
		this.engine.execute("alter table sync.change rename to change_stored");
		this.engine.execute("create view sync.change as select * from sync.change_stored where app.pause()");
	}

	private static boolean isPaused(Statement statement) throws SQLException {
		try (ResultSet waiting = statement
			.executeQuery("select 1 from pg_locks where locktype = 'advisory' and objid = 41 and not granted")) {
			return waiting.next();
		}
	}

	@Test
	void whatADeviceSendsAgainTogetherWithMoreDoesNotComeBack() {
		UUID row = new UUID(0, 1);
		insert(this.tablet, row);
		// the answer was lost, and a client that sends everything that is pending has
		// more by now
		this.tablet.upsert(LIST, new UUID(0, 2), 0, "{}");
		assertThat(this.tablet.resend()).containsExactly("applied 1", "applied 1");
		delete(this.phone, row);
		another(this.phone);
		pause();
		this.expiry.compact("ann");
		assertThat(this.tablet.resend()).contains("applied 1");
		assertThat(this.engine.query("select id from app.list")).doesNotContain(row.toString());
	}

	@Test
	void theLastUploadOfADeviceStaysAlsoIfTombstonesDidNotExpireAtFirst() {
		UUID row = new UUID(0, 1);
		insert(this.tablet, row);
		this.phone.upsert(LIST, row, 1, "{\"name\":\"b\"}").upload();
		this.phone.delete(LIST, row, 2).upload();
		another(this.phone);
		pause();
		this.engine.syncEngine().compaction(WITHOUT_EXPIRY).compact("ann");
		this.expiry.compact("ann");
		this.tablet.resend();
		assertThat(this.engine.query("select id from app.list")).doesNotContain(row.toString());
	}

	/** A device of a client that knows only uploads and downloads. */
	private final class Field {

		private final SyncActor actor;

		private final TreeMap<UUID, Long> rows = new TreeMap<>();

		private long cursor;

		Field(String name) {
			this.actor = new SyncActor("ann", name);
		}

		private static void take(TreeMap<UUID, Long> rows, DownloadedChange change) {
			if (change.payload() == null) {
				rows.remove(change.pk());
			}
			else {
				rows.put(change.pk(), change.serverVersion());
			}
		}

		void insert(UUID row) {
			UploadChange change = new UploadChange(this.rows.size() + 1L, "app", "list", "INSERT", row.toString(), 0,
					Payload.of("{}"));
			assertThat(ExpiryInStepsIntegrationTests.this.engine.service()
				.upload(this.actor, new UploadRequest(this.cursor, List.of(change)))
				.accepted()).isTrue();
			this.rows.put(row, 1L);
		}

		boolean page(int limit) {
			DownloadWindow window = ExpiryInStepsIntegrationTests.this.engine.service()
				.download(this.actor, new DownloadRequest(this.cursor, limit, null, true, 0),
						(change) -> take(this.rows, change));
			this.cursor = window.nextAfter();
			return window.hasMore();
		}

		/** Reads up to the head, and begins again if that is asked for. */
		void download(int limit) {
			boolean more = true;
			while (more) {
				try {
					more = page(limit);
				}
				catch (CursorExpiredException ex) {
					this.rows.clear();
					this.cursor = 0;
				}
			}
		}

	}

}
