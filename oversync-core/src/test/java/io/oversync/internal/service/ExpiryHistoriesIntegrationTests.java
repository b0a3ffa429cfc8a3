/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;

import io.oversync.internal.compact.Retention;
import io.oversync.protocol.ChangeStatus;
import io.oversync.protocol.CursorExpiredException;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.Payload;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.UploadChange;
import io.oversync.protocol.UploadRequest;
import io.oversync.protocol.UploadResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random histories of devices that lose answers, pause in the middle of a download, are
 * away for long, and send everything that is pending again, while tombstones expire. In
 * the end all have what a new device gets, and the same change was never applied twice.
 */
@Tag("prove")
class ExpiryHistoriesIntegrationTests {

	private static final Duration HOUR = Duration.ofHours(1);

	private static final Retention HEEDING = new Retention(Duration.ZERO, HOUR, true, HOUR);

	private static final Retention WITHOUT_EXPIRY = new Retention(Duration.ZERO, HOUR);

	private static final int STEPS = 250;

	private final TestEngine engine = TestEngine.start(
			"create schema app; create table app.list (id uuid primary key, owner_id text not null, name text);",
			"app.list(owner_id)+");

	private final List<Field> devices = new ArrayList<>();

	private Random random = new Random();

	private long expired;

	@AfterEach
	void stop() {
		this.engine.close();
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 })
	void devicesConverge(long seed) {
		this.random = new Random(seed);
		this.engine.device("ann/first").upsert("app.list", new UUID(9, 9), 0, "{}").upload();
		for (int i = 0; i < 4; i++) {
			this.devices.add(new Field("device" + i));
			this.devices.get(i).catchUp();
		}
		for (int i = 0; i < STEPS; i++) {
			step();
		}
		for (int i = 0; i < 2; i++) {
			this.devices.forEach(Field::uploadUntilAnswered);
			this.devices.forEach(Field::catchUp);
		}
		Field fresh = new Field("fresh");
		fresh.catchUp();
		this.devices.forEach((device) -> assertThat(device.rows).as(device.actor.sourceId()).isEqualTo(fresh.rows));
		assertThat(this.expired).isPositive();
	}

	private void step() {
		Field device = this.devices.get(this.random.nextInt(this.devices.size()));
		switch (this.random.nextInt(12)) {
			case 0, 1, 2, 3 -> device.edit();
			case 4, 5 -> device.upload(this.random.nextInt(3) == 0);
			case 6, 7, 8 -> device.page(1 + this.random.nextInt(3));
			case 9 -> away(device);
			case 10 -> this.engine.execute("""
					%s app.list where id = '%s'""".formatted("delete from", key()));
			default -> compact();
		}
	}

	private UUID key() {
		return new UUID(0, this.random.nextInt(8));
	}

	private void away(Field device) {
		this.engine.syncEngine().flushDevices(Duration.ZERO);
		this.engine.execute("update sync.change set ts = ts - interval '2 hours'");
		this.engine.execute("update sync.device set last_seen_at = last_seen_at - interval '2 hours' where source_id"
				+ (this.random.nextBoolean() ? " = '" : " <> '") + device.actor.sourceId() + "'");
	}

	private void compact() {
		Retention retention = (this.random.nextInt(4) == 0) ? WITHOUT_EXPIRY : HEEDING;
		this.expired += this.engine.syncEngine().compaction(retention).compact("ann").expired();
	}

	/** A device of a client that knows only uploads and downloads. */
	private final class Field {

		private final SyncActor actor;

		private final TreeMap<UUID, Long> rows = new TreeMap<>();

		/** Also of rows that are deleted: earlier versions come late. */
		private final Map<UUID, Long> versions = new HashMap<>();

		private final Map<UUID, UploadChange> pending = new LinkedHashMap<>();

		/** What has come of rows that have a pending change. */
		private final Map<UUID, DownloadedChange> held = new HashMap<>();

		/** Answers that were lost, by the number of the change. */
		private final Map<Long, ChangeStatus> lost = new HashMap<>();

		private long cursor;

		private boolean beginning = true;

		private long nextId = 1;

		Field(String name) {
			this.actor = new SyncActor("ann", name);
		}

		void edit() {
			UUID key = key();
			if (this.pending.containsKey(key)) {
				return;
			}
			Long version = this.rows.get(key);
			boolean delete = version != null && ExpiryHistoriesIntegrationTests.this.random.nextBoolean();
			String op = delete ? "DELETE" : (version != null) ? "UPDATE" : "INSERT";
			this.pending.put(key, new UploadChange(this.nextId, "app", "list", op, key.toString(),
					(version != null) ? version : 0,
					delete ? null : Payload.of("{\"name\":\"%s %d\"}".formatted(this.actor.sourceId(), this.nextId))));
			this.nextId++;
		}

		void upload(boolean loseAnswer) {
			if (this.pending.isEmpty()) {
				return;
			}
			List<UploadChange> sent = List.copyOf(this.pending.values());
			UploadResponse response = ExpiryHistoriesIntegrationTests.this.engine.service()
				.upload(this.actor, new UploadRequest(this.cursor, sent));
			for (int i = 0; i < sent.size(); i++) {
				ChangeStatus status = response.statuses().get(i);
				long id = sent.get(i).sourceChangeId();
				ChangeStatus before = this.lost.get(id);
				if (before instanceof ChangeStatus.Applied && sent.get(i).payload() != null) {
					assertThat(status).as("%s %d", this.actor.sourceId(), id).isEqualTo(before);
				}
				this.lost.put(id, status);
				if (!loseAnswer) {
					settle(sent.get(i), status);
				}
			}
		}

		private void settle(UploadChange change, ChangeStatus status) {
			UUID key = UUID.fromString(String.valueOf(change.pk()));
			this.pending.remove(key);
			DownloadedChange later = this.held.remove(key);
			if (status instanceof ChangeStatus.Applied applied) {
				set(key, applied.newServerVersion(), change.payload() == null);
				if (later != null && later.serverVersion() > applied.newServerVersion()) {
					take(later);
				}
			}
			else if (status instanceof ChangeStatus.Conflict conflict) {
				set(key, conflict.serverRow().serverVersion(), conflict.serverRow().deleted());
				if (later != null && later.serverVersion() > conflict.serverRow().serverVersion()) {
					take(later);
				}
			}
			else {
				throw new IllegalStateException(change + " " + status);
			}
		}

		private void set(UUID key, long version, boolean deleted) {
			this.versions.put(key, version);
			if (deleted) {
				this.rows.remove(key);
			}
			else {
				this.rows.put(key, version);
			}
		}

		private void take(DownloadedChange change) {
			if (this.pending.containsKey(change.pk())) {
				this.held.put(change.pk(), change);
			}
			else if (change.serverVersion() > this.versions.getOrDefault(change.pk(), 0L)) {
				set(change.pk(), change.serverVersion(), change.payload() == null);
			}
		}

		boolean page(int limit) {
			List<DownloadedChange> changes = new ArrayList<>();
			try {
				DownloadWindow window = ExpiryHistoriesIntegrationTests.this.engine.service()
					.download(this.actor, new DownloadRequest(this.cursor, limit, null, this.beginning, 0),
							changes::add);
				changes.forEach(this::take);
				this.cursor = window.nextAfter();
				this.beginning &= window.hasMore();
				return window.hasMore();
			}
			catch (CursorExpiredException ex) {
				this.rows.clear();
				this.versions.clear();
				this.held.clear();
				this.cursor = 0;
				this.beginning = true;
				return true;
			}
		}

		void uploadUntilAnswered() {
			upload(false);
			assertThat(this.pending).isEmpty();
		}

		void catchUp() {
			while (page(3)) {
				assertThat(this.cursor).isNotNegative();
			}
		}

	}

}
