/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import io.oversync.internal.service.TestEngine.Device;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.DownloadedChange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A device that polls while others upload sees every change exactly once and in order; a
 * refused change appears on no device. The duration is the system property
 * {@code oversync.test.stress-seconds}.
 */
@Tag("prove")
class NoLostChangeIntegrationTests {

	private static final int DEVICES = 8;

	private static final int MAX_BATCH = 500;

	private static final String DDL = """
			create schema app;
			create table app.note (id uuid primary key, owner_id text not null, body text not null);
			""";

	private final TestEngine engine = TestEngine.start(DDL, "app.note(owner_id)");

	private final TestEngine otherServer = this.engine.restart("app.note(owner_id)");

	@AfterEach
	void stop() {
		this.otherServer.close();
		this.engine.close();
	}

	/** Each server lets a user's uploads in one by one. */
	private Device device(int number) {
		return ((number % 2 == 0) ? this.engine : this.otherServer).device("alice/device-" + number);
	}

	@Test
	void everyChangeIsSeenOnceAndInOrderByADeviceThatPolls() throws Exception {
		Instant end = Instant.now().plus(Duration.ofSeconds(Integer.getInteger("oversync.test.stress-seconds", 30)));
		ExecutorService threads = Executors.newFixedThreadPool(DEVICES + 1);
		AtomicLong uploaded = new AtomicLong();
		AtomicBoolean done = new AtomicBoolean();
		List<Future<?>> uploads = new ArrayList<>();
		for (int i = 0; i < DEVICES; i++) {
			Device device = device(i);
			Random random = new Random(i);
			uploads.add(threads.submit(() -> {
				while (Instant.now().isBefore(end)) {
					int size = 1 + random.nextInt(MAX_BATCH);
					for (int n = 0; n < size; n++) {
						device.upsert("app.note", UUID.randomUUID(), 0, "{\"body\":\"" + n + "\"}");
					}
					assertThat(device.upload()).hasSize(size).containsOnly("applied 1");
					uploaded.addAndGet(size);
				}
			}));
		}
		Future<List<DownloadedChange>> polled = threads.submit(() -> poll(done));
		for (Future<?> upload : uploads) {
			upload.get();
		}
		done.set(true);
		List<DownloadedChange> seen = polled.get();
		threads.shutdown();

		long outOfOrder = 0;
		for (int i = 1; i < seen.size(); i++) {
			outOfOrder += (seen.get(i).serverId() <= seen.get(i - 1).serverId()) ? 1 : 0;
		}
		Set<UUID> rows = new HashSet<>();
		seen.forEach((change) -> rows.add(change.pk()));
		assertThat(uploaded.get() - rows.size()).as("missed of %s", uploaded).isZero();
		assertThat(seen.size() - rows.size()).as("duplicated").isZero();
		assertThat(outOfOrder).as("out of order").isZero();
		assertThat(this.engine.query("select head_server_id from sync.stream")).as("no gap up to the head")
			.containsExactly(uploaded.toString());
		assertThat(this.engine.query("select count(*) from app.note")).containsExactly(uploaded.toString());
	}

	private List<DownloadedChange> poll(AtomicBoolean done) {
		Random random = new Random(99);
		Device watch = this.engine.device("alice/watch");
		List<DownloadedChange> seen = new ArrayList<>();
		long after = 0;
		while (true) {
			// every change committed before this moment is in the next page, or behind
			// it
			boolean last = done.get();
			DownloadWindow window = this.engine.service()
				.download(watch.actor(), new DownloadRequest(after, 1 + random.nextInt(1000), null, false, 0),
						seen::add);
			after = window.nextAfter();
			if (last && !window.hasMore()) {
				return seen;
			}
		}
	}

	@Test
	void aRefusedChangeIsInNoTableAndNoStream() throws Exception {
		UUID contested = UUID.randomUUID();
		this.engine.device("alice/phone").upsert("app.note", contested, 0, "{\"body\":\"start\"}").upload();
		ExecutorService threads = Executors.newFixedThreadPool(DEVICES);
		List<Future<Long>> uploads = new ArrayList<>();
		for (int i = 0; i < DEVICES; i++) {
			Device device = device(i);
			String name = "device-" + i;
			uploads.add(threads.submit(() -> fight(device, name, contested)));
		}
		long won = 0;
		for (Future<Long> upload : uploads) {
			won += upload.get();
		}
		threads.shutdown();

		List<DownloadedChange> stream = this.engine.device("alice/watch").stream();
		List<DownloadedChange> ofRow = stream.stream().filter((change) -> change.pk().equals(contested)).toList();
		assertThat(ofRow).hasSize((int) won + 1);
		for (int i = 0; i < ofRow.size(); i++) {
			assertThat(ofRow.get(i).serverVersion()).isEqualTo(i + 1);
		}
		assertThat(stream).noneMatch((change) -> change.payload() != null && change.payload().text().contains("ghost"));
		assertThat(this.engine.query("select payload::text from sync.change where payload::text like '%ghost%'"))
			.isEmpty();
		assertThat(this.engine.query("select body from app.note where body like '%ghost%'")).isEmpty();
		assertThat(this.engine.query("select version from sync.row_version where pk = '" + contested + "'"))
			.containsExactly(Long.toString(won + 1));
	}

	/**
	 * Edits a row that other devices edit, too, among good changes. Returns the number of
	 * edits that were applied.
	 */
	private static long fight(Device device, String name, UUID contested) {
		long won = 0;
		long version = 1;
		for (int round = 0; round < 30; round++) {
			List<String> statuses = device.upsert("app.note", UUID.randomUUID(), 0, "{\"body\":\"good\"}")
				.upsert("app.note", contested, version, "{\"body\":\"" + name + "\"}")
				.upsert("app.note", contested, 999_999, "{\"body\":\"ghost of " + name + "\"}")
				.delete("app.note", contested, 888_888)
				.upsert("app.note", UUID.randomUUID(), 0, "{\"body\":\"good\"}")
				.upload();
			assertThat(statuses.get(0)).isEqualTo("applied 1");
			assertThat(statuses.get(4)).isEqualTo("applied 1");
			assertThat(statuses.get(2)).startsWith("conflict");
			assertThat(statuses.get(3)).startsWith("conflict");
			String[] own = statuses.get(1).split(" ");
			version = Long.parseLong(own[1]);
			won += own[0].equals("applied") ? 1 : 0;
		}
		return won;
	}

}
