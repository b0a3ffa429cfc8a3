/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;
import io.oversync.internal.service.TestEngine.Device;
import io.oversync.protocol.ChangesSink;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.DownloadedChange;
import net.ttddyy.dsproxy.QueryCountHolder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Everything up to the head in one call.
 */
class ChangesIntegrationTests {

	private static final String DDL = """
			create schema app;
			create table app.list (id uuid primary key, owner_id text not null, body text);
			create table app.note (id uuid primary key, owner_id text not null, body text,
			  list_id uuid references app.list deferrable initially deferred);
			""";

	private final TestEngine engine = TestEngine.start(DDL, "app.note(owner_id)", "app.list(owner_id)");

	private final Device phone = this.engine.device("alice/phone");

	private final Device tablet = this.engine.device("alice/tablet");

	@AfterEach
	void stop() {
		this.engine.close();
	}

	private Received read(Device device, long after, boolean includeSelf, Received sink) {
		sink.window = this.engine.service()
			.changes(device.actor(), new DownloadRequest(after, 1000, null, includeSelf, 0), sink);
		return sink;
	}

	private Received read(Device device, long after) {
		return read(device, after, false, new Received());
	}

	private void notes(Device device, int count) {
		for (int i = 0; i < count; i++) {
			device.upsert("app.note", UUID.randomUUID(), 0, "{\"body\":\"" + i + "\"}");
		}
		device.upload();
	}

	/** Small rows, runs of large ones, and one that is larger than a block. */
	@Test
	void areThoseOfAllPagesWhateverTheirSizes() {
		for (int i = 0; i < 3200; i++) {
			int size = (i == 2500) ? 3_000_000 : (i % 1100 < 1000) ? i % 300 : 40_000;
			this.phone.upsert("app.note", UUID.randomUUID(), 0, "{\"body\":\"" + "x".repeat(size) + "\"}");
		}
		this.phone.upload();

		Received received = read(this.tablet, 0);

		assertThat(received.window).isEqualTo(new DownloadWindow(false, 3200, 3200));
		assertThat(received.begun).isEqualTo("0 restores up to 3200");
		assertThat(received.changes.stream().map(Object::toString).toList())
			.isEqualTo(this.tablet.stream().stream().map(Object::toString).toList());
		assertThat(received.changes).extracting((change) -> change.payload().text())
			.isEqualTo(this.tablet.stream().stream().map((change) -> change.payload().text()).toList());
	}

	@Test
	void takeOneStatementForAThousandSmallRows() {
		notes(this.phone, 2500);

		QueryCountHolder.clear();
		Received received = read(this.tablet, 0);
		assertThat(received.changes).hasSize(2500);
		assertThat(received.pauses).as("before each further block").isEqualTo(2);
		assertThat(QueryCountHolder.getGrandTotal().getTotal()).isEqualTo(3);
	}

	@Test
	void leaveOutOwnChangesAndEndBehindThem() {
		notes(this.phone, 2);
		notes(this.tablet, 3);

		assertThat(read(this.tablet, 0).changes).hasSize(2);
		assertThat(read(this.tablet, 0).window).isEqualTo(new DownloadWindow(false, 5, 5));
		assertThat(read(this.tablet, 0, true, new Received()).changes).hasSize(5);
		assertThat(read(this.tablet, 9).window).isEqualTo(new DownloadWindow(false, 9, 5));
		assertThat(read(this.engine.device("bob/phone"), 0).window).isEqualTo(new DownloadWindow(false, 0, 0));
	}

	@Test
	void holdNoConnectionAndEndAtTheHeadOfTheirStart() {
		notes(this.phone, 1500);
		HikariDataSource pool = (HikariDataSource) this.engine.dataSource();
		Received received = read(this.tablet, 0, false, new Received() {

			@Override
			public void change(DownloadedChange change) {
				assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
				if (change.serverId() % 700 == 1) {
					notes(ChangesIntegrationTests.this.phone, 1);
				}
				super.change(change);
			}

		});
		assertThat(received.changes).hasSize(1500);
		assertThat(received.window).isEqualTo(new DownloadWindow(false, 1500, 1500));
	}

	@Test
	void endWhereTheSinkIsFullAndGoOnFromThere() {
		notes(this.phone, 1700);
		Received received = new Received();
		long after = 0;
		do {
			received.most = received.changes.size() + 600;
			after = read(this.tablet, after, false, received).window.nextAfter();
		}
		while (received.window.hasMore());
		assertThat(received.changes).extracting(DownloadedChange::serverId).isSorted().hasSize(1700);
		assertThat(received.window).isEqualTo(new DownloadWindow(false, 1700, 1700));
	}

	/**
	 * Without it, a device that stores part by part would meet a child without parent.
	 */
	@Test
	void beginWithTheRestoresThatTheDeviceLacks() {
		UUID list = UUID.randomUUID();
		this.phone.upsert("app.list", list, 0, "{\"body\":\"a\"}").upload();
		this.tablet.upsert("app.note", UUID.randomUUID(), 0, "{\"list_id\":\"" + list + "\"}").upload();
		assertThat(this.phone.delete("app.list", list, 1).upload()).containsExactly("StillReferenced");
		notes(this.tablet, 2);

		Received lacking = read(this.phone, 1);
		assertThat(lacking.begun).isEqualTo("1 restores up to 5");
		assertThat(lacking.changes).extracting(DownloadedChange::serverId).containsExactly(3L, 2L, 3L, 4L, 5L);
		assertThat(read(this.tablet, 1).begun).as("another device").isEqualTo("0 restores up to 5");
		assertThat(read(this.phone, 2).changes).as("an answer that broke off acknowledges nothing")
			.extracting(DownloadedChange::serverId)
			.containsExactly(3L, 3L, 4L, 5L);
		assertThat(read(this.phone, 3).begun).as("behind it").isEqualTo("0 restores up to 5");
		assertThat(read(this.phone, 1).begun).as("acknowledged").isEqualTo("0 restores up to 5");
	}

	/** Keeps what it receives. */
	private static class Received implements ChangesSink {

		private final List<DownloadedChange> changes = new ArrayList<>();

		private String begun = "";

		private int pauses;

		private int most = Integer.MAX_VALUE;

		private DownloadWindow window = new DownloadWindow(false, 0, 0);

		@Override
		public void begin(long restores, long windowUntil) {
			this.begun = restores + " restores up to " + windowUntil;
		}

		@Override
		public void change(DownloadedChange change) {
			this.changes.add(change);
		}

		@Override
		public void pause() {
			this.pauses++;
		}

		@Override
		public boolean isFull() {
			return this.changes.size() >= this.most;
		}

	}

}
