/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

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
import io.oversync.protocol.ChangesSink;
import io.oversync.protocol.CursorExpiredException;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.TableName;
import io.oversync.service.StreamCompaction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.support.JdbcTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever happens to a stream between the parts of the answers to a device, tombstones
 * that expire among it, the device ends with the rows that a new one has.
 */
@Tag("prove")
class ExpiryBetweenBlocksIntegrationTests {

	private static final String LIST = "app.list";

	private static final Duration HOUR = Duration.ofHours(1);

	private static final int RUNS = Integer.getInteger("expiry.runs", 40);

	private final TestEngine engine = TestEngine.start(
			"create schema app; create table app.list (id uuid primary key, owner_id text not null, name text);",
			"app.list(owner_id)+");

	private final StreamCompaction expiry = this.engine.syncEngine()
		.compaction(new Retention(Duration.ZERO, HOUR, true, HOUR));

	private final DownloadService downloads = downloads();

	private int gone;

	private int broken;

	@AfterEach
	void stop() {
		this.engine.close();
	}

	private DownloadService downloads() {
		TableCatalog catalog = new CatalogReader(this.engine.dataSource(),
				new SyncedTableStore(this.engine.dataSource()))
			.read(List.of(new TableRegistration(new TableName("app", "list"), "owner_id", true, Set.of())));
		return new DownloadService(this.engine.dataSource(), new SyncTables(this.engine.dataSource(),
				TableIds.of(catalog), new StreamStore(this.engine.dataSource(), HOUR, () -> false, StreamIds.SHA_256)));
	}

	@Test
	void aDeviceEndsWithTheRowsOfANewOne() {
		for (int seed = 0; seed < RUNS; seed++) {
			Run run = new Run(seed);
			run.prepare();
			for (int i = 0; i < 6; i++) {
				run.device.step();
				run.something();
			}
			run.quiet = true;
			run.device.finish();
			assertThat(run.device.rows).as("seed %d: %s", seed, run.log).isEqualTo(run.fresh());
		}
		assertThat(this.gone).as("cursors that expired").isPositive();
		assertThat(this.broken).as("answers that ended").isPositive();
	}

	/** The history of one user. */
	private final class Run {

		private final Random random;

		private final String user;

		private final List<TestEngine.Device> others;

		private final Map<UUID, Long> live = new HashMap<>();

		private final List<String> log = new ArrayList<>();

		private final Field device;

		private boolean quiet;

		private boolean busy;

		Run(int seed) {
			this.random = new Random(seed);
			this.user = "user" + seed;
			this.device = new Field(this, "device");
			this.others = List.of(engine().device(this.user + "/phone"), engine().device(this.user + "/tablet"));
		}

		private TestEngine engine() {
			return ExpiryBetweenBlocksIntegrationTests.this.engine;
		}

		void prepare() {
			for (int i = 0; i < 12; i++) {
				insert();
			}
			for (int i = 0; i < 5; i++) {
				delete();
			}
			another();
			if (this.random.nextBoolean()) {
				expire();
			}
		}

		void insert() {
			UUID row = new UUID(0, this.random.nextLong(1_000_000));
			if (this.live.containsKey(row)) {
				return;
			}
			int size = this.random.nextInt(3) == 0 ? 400_000 + this.random.nextInt(900_000) : 20;
			this.log.add("insert " + row.getLeastSignificantBits() + " of " + size);
			TestEngine.Device other = other();
			other.upsert(LIST, row, 0, "{\"name\":\"%s\"}".formatted("x".repeat(size))).upload();
			this.live.put(row, 1L);
		}

		void delete() {
			if (this.live.isEmpty()) {
				return;
			}
			List<UUID> rows = new ArrayList<>(new TreeMap<>(this.live).keySet());
			UUID row = rows.get(this.random.nextInt(rows.size()));
			this.log.add("delete " + row.getLeastSignificantBits());
			other().delete(LIST, row, this.live.remove(row)).upload();
		}

		/** No upload is the last one of a device that it may send again. */
		void another() {
			this.others.forEach(
					(other) -> other.upsert(LIST, new UUID(1, this.random.nextLong(1_000_000_000)), 0, "{}").upload());
		}

		TestEngine.Device other() {
			return this.others.get(this.random.nextInt(this.others.size()));
		}

		void expire() {
			if (this.random.nextInt(3) > 0) {
				another();
			}
			engine().syncEngine().flushDevices(Duration.ZERO);
			boolean pause = this.random.nextInt(3) > 0;
			if (pause) {
				engine().execute("update sync.device set last_seen_at = last_seen_at - interval '2 hours'");
			}
			engine().execute("update sync.change set ts = ts - interval '2 hours'");
			this.log.add((pause ? "pause, " : "") + "expire "
					+ ExpiryBetweenBlocksIntegrationTests.this.expiry.compact(this.user).expired());
		}

		void something() {
			if (this.quiet || this.busy) {
				return;
			}
			this.busy = true;
			switch (this.random.nextInt(5)) {
				case 0 -> insert();
				case 1, 2 -> delete();
				default -> expire();
			}
			this.busy = false;
		}

		void perhaps() {
			if (this.random.nextInt(4) == 0) {
				something();
			}
		}

		TreeMap<UUID, Long> fresh() {
			Field fresh = new Field(this, "fresh");
			fresh.finish();
			return fresh.rows;
		}

	}

	/** A device of a client that knows only downloads. */
	private final class Field {

		private final Run run;

		private final SyncActor actor;

		private TreeMap<UUID, Long> rows = new TreeMap<>();

		private long cursor;

		private boolean more = true;

		Field(Run run, String name) {
			this.run = run;
			this.actor = new SyncActor(run.user, name);
		}

		private static void take(TreeMap<UUID, Long> rows, DownloadedChange change) {
			if (change.payload() == null) {
				rows.remove(change.pk());
			}
			else {
				rows.put(change.pk(), change.serverVersion());
			}
		}

		void finish() {
			this.more = true;
			while (this.more) {
				step();
			}
		}

		void step() {
			long before = this.cursor;
			boolean[] begun = new boolean[1];
			try {
				if (this.run.random.nextBoolean()) {
					page(begun);
				}
				else {
					changes(begun);
				}
				this.run.log.add("read " + before + " to " + this.cursor);
			}
			catch (CursorExpiredException ex) {
				this.more = true;
				if (begun[0]) {
					// the answer breaks off
					this.run.log.add("read " + before + " broke off at " + this.cursor);
					ExpiryBetweenBlocksIntegrationTests.this.broken++;
				}
				else {
					this.run.log.add("read " + before + ": gone");
					assertThat(before).isPositive();
					this.rows.clear();
					this.cursor = 0;
					ExpiryBetweenBlocksIntegrationTests.this.gone++;
				}
			}
		}

		private DownloadRequest request(int limit) {
			return new DownloadRequest(this.cursor, limit, null, true, 0);
		}

		private UserReads reads() {
			return new UserReads(new Transactions(
					new JdbcTransactionManager(ExpiryBetweenBlocksIntegrationTests.this.engine.dataSource()), 1),
					new UserGate(10, 10), this.run.user, HOUR);
		}

		private CatchUp catchUp() {
			return (backlog) -> {
				this.run.perhaps();
				return this.run.random.nextBoolean();
			};
		}

		/** A page counts once it is there as a whole. */
		private void page(boolean[] begun) {
			TreeMap<UUID, Long> page = new TreeMap<>(this.rows);
			DownloadRequest request = request(1 + this.run.random.nextInt(12));
			Consumer<DownloadedChange> sink = (change) -> {
				begun[0] = true;
				take(page, change);
				this.run.perhaps();
			};
			DownloadWindow window = this.run.random.nextBoolean()
					? ExpiryBetweenBlocksIntegrationTests.this.engine.service().download(this.actor, request, sink)
					: ExpiryBetweenBlocksIntegrationTests.this.downloads.download(this.actor, request, sink, reads(),
							catchUp());
			this.rows = page;
			this.cursor = window.nextAfter();
			this.more = window.hasMore();
		}

		/** What has come of an answer with everything counts. */
		private void changes(boolean[] begun) {
			DownloadRequest request = request(1 + this.run.random.nextInt(12));
			ChangesSink sink = new ChangesSink() {
				@Override
				public void begin(long restores, long windowUntil) {
				}

				@Override
				public void change(DownloadedChange change) {
					begun[0] = true;
					take(Field.this.rows, change);
					Field.this.cursor = change.serverId();
					Field.this.run.perhaps();
				}

				@Override
				public void pause() {
					Field.this.run.perhaps();
				}

				@Override
				public boolean isFull() {
					return Field.this.run.random.nextInt(20) == 0;
				}
			};
			DownloadWindow window = this.run.random.nextBoolean()
					? ExpiryBetweenBlocksIntegrationTests.this.engine.service().changes(this.actor, request, sink)
					: ExpiryBetweenBlocksIntegrationTests.this.downloads.changes(this.actor, request, sink, reads(),
							catchUp());
			this.cursor = window.nextAfter();
			this.more = window.hasMore();
		}

	}

}
