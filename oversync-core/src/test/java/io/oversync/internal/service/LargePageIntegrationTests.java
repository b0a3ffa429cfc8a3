/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import com.zaxxer.hikari.HikariDataSource;
import io.oversync.internal.service.TestEngine.Device;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;
import net.ttddyy.dsproxy.QueryCountHolder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Pages that are larger than a block: their memory, and events between two blocks.
 */
@Tag("prove")
class LargePageIntegrationTests {

	private static final String DDL = """
			create schema app;
			create table app.person (id uuid primary key, owner_id text not null, body text);
			create table app.pet (id uuid primary key, owner_id text not null,
			  person_id uuid not null references app.person deferrable initially deferred);
			""";

	private static final int KILOBYTE = 1024;

	private final TestEngine engine = TestEngine.start(DDL, "app.pet(owner_id)", "app.person(owner_id)");

	private final Device phone = this.engine.device("alice/phone");

	private final Device tablet = this.engine.device("alice/tablet");

	private final List<DownloadedChange> received = new ArrayList<>();

	@AfterEach
	void stop() {
		this.engine.close();
	}

	/** PostgreSQL stores it uncompressed. */
	private static String random(int bytes) {
		Random random = new Random(bytes);
		StringBuilder text = new StringBuilder(bytes);
		random.ints(bytes, ' ' + 6, '[').forEach((character) -> text.append((char) character));
		return "{\"body\":\"" + text + "\"}";
	}

	private static String compressible(int bytes) {
		return "{\"body\":\"" + "x".repeat(bytes) + "\"}";
	}

	private void load(List<String> payloads) {
		payloads.forEach((payload) -> this.phone.upsert("app.person", UUID.randomUUID(), 0, payload));
		this.phone.upload();
	}

	private DownloadWindow page(Device device, long after, int limit, Consumer<DownloadedChange> beside) {
		this.received.clear();
		return this.engine.service()
			.download(device.actor(), new DownloadRequest(after, limit, null, false, 0), (change) -> {
				this.received.add(change);
				beside.accept(change);
			});
	}

	private DownloadWindow page(Device device, long after, int limit) {
		return page(device, after, limit, (change) -> {
		});
	}

	private List<Long> ids() {
		return this.received.stream().map(DownloadedChange::serverId).toList();
	}

	private void assertPayloads(List<String> payloads) {
		assertThat(this.received).extracting((change) -> change.payload().text()).isEqualTo(payloads);
	}

	/** As many rows as fit into a megabyte, or one, whose size is queried first. */
	@ParameterizedTest
	@CsvSource({ "random, 2, 1", "random, 9, 1", "random, 12, 2", "random, 300, 4", "random, 600, 9",
			"random, 2000, 17", "compressible, 2, 1", "compressible, 12, 2", "compressible, 300, 4",
			"compressible, 2000, 17" })
	void readsBlocksThatFitMemory(String kind, int kilobytes, int statements) {
		int size = kilobytes * KILOBYTE;
		List<String> payloads = IntStream.range(0, 8)
			.mapToObj((i) -> kind.equals("random") ? random(size + i) : compressible(size + i))
			.toList();
		load(payloads);
		QueryCountHolder.clear();
		assertThat(page(this.tablet, 0, 100)).isEqualTo(new DownloadWindow(false, 8, 8));
		assertThat(QueryCountHolder.getGrandTotal().getTotal()).as("statements").isEqualTo(statements);
		assertPayloads(payloads);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 5, 39, 40, 41, 1000 })
	void hasEveryRowInItsPlaceWhateverTheSizes(int limit) {
		List<String> payloads = new ArrayList<>();
		for (int i = 0; i < 40; i++) {
			payloads.add(switch (i % 5) {
				case 0 -> random(1500 * KILOBYTE);
				case 1 -> compressible(400 * KILOBYTE);
				case 2 -> random(30 * KILOBYTE);
				case 3 -> compressible(3000);
				default -> "{}";
			});
		}
		load(payloads);
		long after = 0;
		List<String> all = new ArrayList<>();
		DownloadWindow window;
		do {
			window = page(this.tablet, after, limit);
			assertThat(this.received).hasSize(Math.min(limit, 40 - (int) after));
			this.received.forEach((change) -> all.add(change.payload().text()));
			after = window.nextAfter();
			assertThat(window).isEqualTo(new DownloadWindow(after < 40, after, 40));
		}
		while (window.hasMore());
		assertThat(all).isEqualTo(payloads);
	}

	@Test
	void holdsNoConnectionWhileRowsAreTaken() {
		loadRestores(4);
		load(List.of("{}", random(700 * KILOBYTE), random(3000 * KILOBYTE), "{}", random(500 * KILOBYTE), "{}"));
		HikariDataSource pool = (HikariDataSource) this.engine.dataSource();
		List<Integer> active = new ArrayList<>();
		for (Device device : List.of(this.phone, this.tablet)) {
			for (int limit : new int[] { 3, 100 }) {
				page(device, 0, limit, (change) -> active.add(pool.getHikariPoolMXBean().getActiveConnections()));
			}
		}
		assertThat(active).hasSizeGreaterThan(20).containsOnly(0);
	}

	@Test
	void leavesOutWhatIsWrittenBetweenTwoBlocks() {
		load(List.of(random(1000 * KILOBYTE), random(1000 * KILOBYTE), "{}"));
		DownloadWindow window = page(this.tablet, 0, 100, (change) -> load(List.of("{}")));
		assertThat(ids()).containsExactly(1L, 2L, 3L);
		assertThat(window).isEqualTo(new DownloadWindow(false, 3, 3));
		assertThat(page(this.tablet, 3, 100)).isEqualTo(new DownloadWindow(false, 6, 6));
		assertThat(ids()).containsExactly(4L, 5L, 6L);
	}

	/** As of a replica that lags behind the one before, or of a restored backup. */
	@ParameterizedTest
	@ValueSource(strings = { "update sync.stream set head_server_id = 1", "delete from sync.stream",
			"update sync.stream set user_id = 'bob'; insert into sync.stream (stream_id, user_id, head_server_id) values (1, 'alice', 9)" })
	void takesNoRowsFromADatabaseThatLacksSome(String change) {
		load(List.of(random(1000 * KILOBYTE), random(1000 * KILOBYTE), "{}"));
		assertThatExceptionOfType(SyncException.class)
			.isThrownBy(() -> page(this.tablet, 0, 100, (first) -> this.engine.execute(change)))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
		assertThat(ids()).containsExactly(1L);
	}

	@Test
	void endsWhenTheReaderFails() {
		load(List.of(random(1000 * KILOBYTE), random(1000 * KILOBYTE)));
		QueryCountHolder.clear();
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> page(this.tablet, 0, 100, (change) -> {
			throw new IllegalStateException("gone");
		}));
		assertThat(QueryCountHolder.getGrandTotal().getTotal()).as("statements").isEqualTo(2);
		page(this.tablet, 0, 100);
		assertThat(ids()).containsExactly(1L, 2L);
	}

	/** Persons of 400 KB that pets refer to, and that the phone wanted to delete. */
	private void loadRestores(int count) {
		List<UUID> persons = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			persons.add(UUID.randomUUID());
			this.tablet.upsert("app.person", persons.get(i), 0, random(400 * KILOBYTE + i));
			this.tablet.upsert("app.pet", UUID.randomUUID(), 0, "{\"person_id\":\"" + persons.get(i) + "\"}");
		}
		this.tablet.upload();
		persons.forEach((person) -> this.phone.delete("app.person", person, 1));
		assertThat(this.phone.upload()).hasSize(count).containsOnly("StillReferenced");
	}

	@Test
	void readsRestoresInBlocksAheadOfThePage() {
		loadRestores(12);
		QueryCountHolder.clear();
		assertThat(page(this.phone, 0, 3)).isEqualTo(new DownloadWindow(true, 3, 36));
		assertThat(ids())
			.isEqualTo(LongStream.concat(LongStream.rangeClosed(25, 36), LongStream.of(1, 2, 3)).boxed().toList());
		assertThat(QueryCountHolder.getGrandTotal().getTotal()).as("first, end of the page, 6 of restores, 2 of rows")
			.isEqualTo(10);
		assertThat(this.received.get(11).payload().text()).isEqualTo(random(400 * KILOBYTE + 11));
	}

	/** By a request of the same device that it sent at the same time. */
	@Test
	void completesThePageWhenRestoresAreAcknowledgedMeanwhile() {
		loadRestores(12);
		DownloadWindow window = page(this.phone, 0, 3, (change) -> {
			if (this.received.size() == 1) {
				this.engine.service()
					.download(this.phone.actor(), new DownloadRequest(36, 1, null, false, 0), (other) -> {
					});
			}
		});
		assertThat(window).isEqualTo(new DownloadWindow(true, 3, 36));
		assertThat(ids()).as("the block of restores that was read, and the page").containsExactly(25L, 26L, 1L, 2L, 3L);
	}

}
