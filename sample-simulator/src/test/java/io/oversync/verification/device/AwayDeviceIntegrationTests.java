/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;

import io.oversync.client.Recovery;
import io.oversync.client.ServerException;
import io.oversync.client.ServerResetException;
import io.oversync.client.SyncClientBuilder;
import io.oversync.client.SyncListener;
import io.oversync.internal.compact.Retention;
import io.oversync.internal.service.SyncEngine;
import io.oversync.sample.SampleApplication;
import io.oversync.simulator.sample.SampleTarget;
import io.oversync.test.ApplicationServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Devices that were away for longer than the server knows deletes.
 */
@Tag("prove")
class AwayDeviceIntegrationTests {

	private static final Retention AT_ONCE = new Retention(Duration.ZERO, Duration.ofDays(180), false, Duration.ZERO);

	private static ApplicationServer server;

	@TempDir
	private Path folder;

	private final List<String> recoveries = new ArrayList<>();

	private Consumer<SyncClientBuilder> settings = (builder) -> {
	};

	private String user;

	private Device phone;

	private Device tablet;

	@BeforeAll
	static void start() {
		server = ApplicationServer.start(SampleApplication.class);
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@BeforeEach
	void open() {
		this.user = "user" + UUID.randomUUID();
		this.phone = device("phone");
		this.tablet = device("tablet");
	}

	@AfterEach
	void close() {
		this.phone.close();
		this.tablet.close();
	}

	private Device device(String name) {
		Device device = new Device(this.folder, SampleTarget.at(server.baseUrl()), this.user, name, this.settings);
		listen(device);
		return device;
	}

	private void listen(Device device) {
		device.client().addListener(new SyncListener() {
			@Override
			public void onRecovery(Recovery recovery) {
				AwayDeviceIntegrationTests.this.recoveries.add(device.name() + " " + recovery);
			}
		});
	}

	private static String insert(Device device, String name) {
		String key = UUID.randomUUID().toString();
		device.execute("INSERT INTO categories (id, name) VALUES (?, ?)", key, name);
		return key;
	}

	private static List<String> names(Device device) {
		return device.query("SELECT name FROM categories ORDER BY name").stream().map(String::valueOf).toList();
	}

	private long expire() {
		// no upload is the last one that the phone may send again
		insert(this.phone, "z" + UUID.randomUUID());
		this.phone.client().sync();
		return server.bean(SyncEngine.class).compaction(AT_ONCE).compact(this.user).expired();
	}

	private void assertConverged() {
		for (int i = 0; i < 3; i++) {
			this.tablet.client().sync();
			this.phone.client().sync();
		}
		assertThat(this.phone.rows()).isEqualTo(this.tablet.rows());
		assertThat(this.tablet.client().verify().differences()).isEmpty();
		assertThat(this.phone.client().verify().differences()).isEmpty();
		assertThat(this.tablet.client().status().pending()).isZero();
		assertThat(this.tablet.client().status().held()).isZero();
		assertThat(this.recoveries).isEmpty();
	}

	/** The calls with which an application may come back. */
	enum Return {

		SYNC, HYDRATE, VERIFY, REPAIR, UPLOAD, REOPEN, COMPARE, RESTART, RESTART_AND_HYDRATE, RESTART_AND_VERIFY

	}

	@ParameterizedTest
	@EnumSource(Return.class)
	void aRowThatWasDeletedMeanwhileGoesAndEditsStay(Return how) {
		List<String> keys = new ArrayList<>();
		for (String name : List.of("a", "b", "c", "d")) {
			keys.add(insert(this.phone, name));
		}
		this.phone.client().sync();
		this.tablet.client().sync();
		this.tablet.client().sync();
		this.phone.execute("DELETE FROM categories WHERE id IN (?, ?, ?)", keys.get(0), keys.get(1), keys.get(2));
		this.phone.client().sync();
		assertThat(expire()).isEqualTo(3);
		this.tablet.execute("UPDATE categories SET name = 'b edited' WHERE id = ?", keys.get(1));
		this.tablet.execute("DELETE FROM categories WHERE id = ?", keys.get(2));
		insert(this.tablet, "e offline");
		switch (how) {
			case SYNC -> this.tablet.client().sync();
			case HYDRATE -> this.tablet.client().hydrate();
			case VERIFY -> this.tablet.client().verify();
			case REPAIR -> this.tablet.client().repair();
			case UPLOAD -> {
				this.tablet.client().uploadOnce();
				assertThatExceptionOfType(ServerException.class).isThrownBy(() -> this.tablet.client().downloadOnce(10))
					.satisfies((ex) -> assertThat(ex.code()).isEqualTo("cursor_expired"));
			}
			case REOPEN -> {
				this.tablet.reopen();
				listen(this.tablet);
			}
			case RESTART, RESTART_AND_HYDRATE, RESTART_AND_VERIFY -> {
				// as with a table that is new to this device
				this.tablet.execute("DELETE FROM _sync_table WHERE name = (SELECT max(name) FROM _sync_table)");
				this.tablet.reopen();
				listen(this.tablet);
				assertThat(this.tablet.query("SELECT cursor FROM _sync_state").toString()).isEqualTo("[0]");
				if (how == Return.RESTART_AND_HYDRATE) {
					this.tablet.client().hydrate();
				}
				else if (how == Return.RESTART_AND_VERIFY) {
					this.tablet.client().verify();
				}
			}
			case COMPARE -> this.tablet.execute("UPDATE _sync_table SET compare = 1");
		}
		assertConverged();
		assertThat(names(this.tablet)).startsWith((how == Return.COMPARE) ? "a" : "b edited")
			.contains("b edited", "d", "e offline")
			.doesNotContain("c", "b");
	}

	@Test
	void aRowThatComesAgainIsTakenByAllDevices() {
		String key = insert(this.phone, "a");
		this.phone.client().sync();
		this.tablet.client().sync();
		this.phone.execute("DELETE FROM categories WHERE id = ?", key);
		this.phone.client().sync();
		this.tablet.client().sync();
		this.tablet.client().sync();
		assertThat(expire()).isEqualTo(1);
		try (Device other = device("other")) {
			other.client().sync();
			other.execute("INSERT INTO categories (id, name) VALUES (?, 'again')", key);
			other.client().sync();
			this.tablet.client().sync();
			this.phone.client().sync();
			assertThat(names(this.tablet)).startsWith("again").hasSize(2);
			assertThat(names(this.phone)).startsWith("again").hasSize(2);
			assertConverged();
		}
	}

	@Test
	void anExpiredDeleteAtTheCursorIsNoEvidenceOfARestore() {
		String key = insert(this.phone, "a");
		this.phone.client().sync();
		this.phone.execute("DELETE FROM categories WHERE id = ?", key);
		this.phone.client().sync();
		this.tablet.client().sync();
		assertThat(this.tablet.query("SELECT cursor FROM _sync_state").toString()).isEqualTo("[2]");
		assertThat(expire()).isEqualTo(1);
		this.tablet.execute("UPDATE _sync_state SET counted = 0");
		insert(this.tablet, "b");
		assertConverged();
		assertThat(names(this.tablet)).startsWith("b").hasSize(2);
	}

	/** It cannot be told from a row that was deleted, and must not be lost. */
	@Test
	void whatAServerThatWasPutBackHasLostIsSentAgain() {
		String gone = insert(this.phone, "a");
		this.phone.client().sync();
		this.tablet.client().sync();
		String lost = insert(this.tablet, "mine");
		this.tablet.client().sync();
		this.tablet.client().sync();
		// which never has the row that gets lost
		this.phone.execute("DELETE FROM categories WHERE id = ?", gone);
		this.phone.client().uploadOnce();
		for (int i = 0; i < 2; i++) {
			insert(this.phone, "more" + i);
			this.phone.client().uploadOnce();
		}
		assertThat(server.bean(SyncEngine.class).compaction(AT_ONCE).compact(this.user).expired()).isEqualTo(1);
		lose(lost);
		JdbcTemplate database = new JdbcTemplate(new DriverManagerDataSource(server.jdbcUrl()));
		database.update("insert into sync.epoch (restored_at) values (?)", this.user);
		String epoch = database.queryForObject("select name from sync.epoch order by epoch_no desc limit 1",
				String.class);
		try (Device probe = device("probe")) {
			Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
				// the name of the history is read from time to time
				probe.client().sync();
				return probe.query("SELECT epoch FROM _sync_state").toString().contains(epoch);
			});
		}
		this.recoveries.clear();
		this.tablet.client().sync();
		assertThat(this.recoveries).singleElement().asString().contains("SERVER_PUT_BACK");
		this.phone.client().sync();
		assertThat(names(this.phone)).contains("mine", "more0", "more1");
		assertThat(this.phone.rows()).isEqualTo(this.tablet.rows());
	}

	/** The server says nothing, but does not have what it has confirmed. */
	@Test
	void nothingIsDeletedWhileTheLastConfirmedChangeIsMissing() {
		String gone = insert(this.phone, "a");
		insert(this.phone, "b");
		this.phone.client().sync();
		this.tablet.client().sync();
		this.tablet.client().sync();
		String lost = insert(this.tablet, "mine");
		this.tablet.client().uploadOnce();
		this.phone.execute("DELETE FROM categories WHERE id = ?", gone);
		this.phone.client().uploadOnce();
		insert(this.phone, "more");
		this.phone.client().uploadOnce();
		assertThat(server.bean(SyncEngine.class).compaction(AT_ONCE).compact(this.user).expired()).isEqualTo(1);
		lose(lost);
		this.tablet.client().sync();
		this.tablet.client().sync();
		this.phone.client().sync();
		assertThat(names(this.tablet)).contains("mine", "b", "more");
		assertThat(names(this.phone)).contains("mine", "b", "more");
	}

	/** As a database that was put back has lost it. */
	private static void lose(String row) {
		JdbcTemplate database = new JdbcTemplate(new DriverManagerDataSource(server.jdbcUrl()));
		for (String table : List.of("sync.change where pk", "sync.row_version where pk",
				"business.categories where id")) {
			assertThat(database.update("delete from " + table + " = ?::uuid", row)).isEqualTo(1);
		}
	}

	@Test
	void aDeviceThatIsFilledGoesOnIfTombstonesExpire() {
		for (int i = 0; i < 30; i++) {
			insert(this.phone, "row" + i);
		}
		this.phone.client().sync();
		try (Device fresh = device("fresh")) {
			fresh.client().downloadOnce(10);
			assertThat(names(fresh)).hasSize(10);
			this.phone.execute("DELETE FROM categories");
			this.phone.client().sync();
			assertThat(expire()).isEqualTo(30);
			fresh.client().sync();
			assertThat(names(fresh)).hasSize(1);
			assertThat(fresh.client().verify().differences()).isEmpty();
			assertThat(fresh.client().status().pending()).isZero();
		}
		assertThat(this.recoveries).isEmpty();
	}

	/** Its last change before it left was confirmed, and then the network was gone. */
	@Test
	void whatWasDeletedMeanwhileGoesAlsoIfTheLastUploadWasNotSeenInTheStream() {
		String marked = insert(this.phone, "a");
		String gone = insert(this.phone, "b");
		this.phone.client().sync();
		this.tablet.client().sync();
		this.tablet.client().sync();
		insert(this.tablet, "mine");
		this.tablet.client().uploadOnce();
		this.phone.execute("DELETE FROM categories WHERE id IN (?, ?)", marked, gone);
		this.phone.client().sync();
		assertThat(expire()).isEqualTo(2);
		assertConverged();
		assertThat(names(this.tablet)).startsWith("mine").hasSize(2);
	}

	@Test
	void aRowThatWasNotWrittenYetGoesWithItsDelete() {
		String parent = insert(this.phone, "parent");
		this.phone.client().sync();
		this.tablet.client().sync();
		this.tablet.client().sync();
		this.tablet.execute("CREATE UNIQUE INDEX only_here ON categories (name)");
		insert(this.tablet, "same");
		this.tablet.client().pauseUploads();
		String held = insert(this.phone, "same");
		this.phone.client().sync();
		this.tablet.client().sync();
		assertThat(this.tablet.client().status().held()).isEqualTo(1);
		this.phone.execute("DELETE FROM categories WHERE id IN (?, ?)", held, parent);
		this.phone.client().sync();
		assertThat(expire()).isEqualTo(2);
		this.tablet.client().sync();
		this.tablet.execute("UPDATE categories SET name = 'other' WHERE name = 'same'");
		this.tablet.client().resumeUploads();
		assertConverged();
		assertThat(names(this.tablet)).startsWith("other").hasSize(2);
	}

	/** The child waits for another parent, and for the decision of the application. */
	@Test
	void anUnsentChildOfARowThatWasDeletedMeanwhileStays() {
		String parent = insert(this.phone, "parent");
		String child = UUID.randomUUID().toString();
		this.phone.client().sync();
		this.tablet.client().sync();
		this.tablet.client().sync();
		this.phone.execute("DELETE FROM categories WHERE id = ?", parent);
		this.phone.client().sync();
		assertThat(expire()).isEqualTo(1);
		this.tablet.execute("INSERT INTO categories (id, name, parent_id) VALUES (?, 'child', ?)", child, parent);
		this.tablet.client().sync();
		assertThat(names(this.tablet)).contains("child").doesNotContain("parent");
		assertThat(this.tablet.client().quarantined()).singleElement()
			.satisfies((change) -> assertThat(change.reason()).isEqualTo("fk_missing"));
		this.tablet.execute("UPDATE categories SET parent_id = NULL WHERE id = ?", child);
		assertConverged();
		assertThat(names(this.phone)).contains("child").doesNotContain("parent");
	}

	/** A row that was kept for another device's sake goes later than younger deletes. */
	@Test
	void aRowThatGoesDuringTheComparisonDoesNotStay() {
		// does not say that it streams: pages are read, of which the next is fetched
		// ahead
		this.settings = (builder) -> builder.downloadPage(1).http((request) -> SyncTarget.NETWORK.exchange(request));
		this.tablet.close();
		this.tablet = device("tablet");
		try (Device third = device("third")) {
			String kept = insert(third, "kept");
			third.client().sync();
			insert(this.phone, "a");
			String gone = insert(this.phone, "gone");
			this.phone.client().sync();
			this.tablet.client().sync();
			this.tablet.client().sync();
			this.phone.client().sync();
			this.phone.execute("DELETE FROM categories WHERE id = ?", kept);
			this.phone.client().sync();
			this.phone.execute("DELETE FROM categories WHERE id = ?", gone);
			this.phone.client().sync();
			assertThat(expire()).isEqualTo(1);
			boolean[] later = new boolean[1];
			Runnable expiring = () -> {
				if (!later[0]) {
					later[0] = true;
					insert(third, "b");
					third.client().uploadOnce();
					assertThat(expire()).isEqualTo(1);
				}
			};
			this.tablet.client().hydrate((progress) -> expiring.run());
			assertConverged();
			assertThat(names(this.tablet)).startsWith("a", "b").doesNotContain("kept", "gone");
		}
	}

	/** An installation with the same id that began with nothing says nothing about it. */
	@Test
	void aCopyThatIsPutBackAfterAFreshBeginningKeepsNoDeletedRow() {
		String gone = insert(this.phone, "gone");
		insert(this.phone, "a");
		this.phone.client().sync();
		this.tablet.client().sync();
		Path copy = this.tablet.backUp();
		this.phone.execute("DELETE FROM categories WHERE id = ?", gone);
		this.phone.client().sync();
		assertThat(expire()).isEqualTo(1);
		this.tablet.reinstall();
		this.tablet.client().sync();
		assertThat(names(this.tablet)).doesNotContain("gone");
		this.tablet.putBack(copy);
		this.recoveries.clear();
		assertConverged();
		assertThat(names(this.tablet)).startsWith("a").hasSize(2);
	}

	/** A device that sends, and receives nothing until it is too late. */
	@ParameterizedTest
	@EnumSource(names = { "SYNC", "HYDRATE", "VERIFY", "REPAIR", "REOPEN" })
	void aDeviceThatHasOnlyUploadedKeepsNoDeletedRow(Return how) {
		this.tablet.client().pauseDownloads();
		String row = insert(this.tablet, "a");
		this.tablet.client().sync();
		insert(this.tablet, "b");
		this.tablet.client().sync();
		this.phone.client().sync();
		this.phone.execute("DELETE FROM categories WHERE id = ?", row);
		this.phone.client().sync();
		assertThat(expire()).isEqualTo(1);
		this.tablet.client().resumeDownloads();
		switch (how) {
			case HYDRATE -> this.tablet.client().hydrate();
			case VERIFY -> this.tablet.client().verify();
			case REPAIR -> this.tablet.client().repair();
			case REOPEN -> {
				this.tablet.reopen();
				listen(this.tablet);
			}
			default -> this.tablet.client().sync();
		}
		assertConverged();
		assertThat(names(this.tablet)).startsWith("b").hasSize(2);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aRefusedEditOfARowThatWasDeletedMeanwhileLeavesNoTrace(boolean again) {
		String key = UUID.randomUUID().toString();
		this.phone.execute("INSERT INTO typed_rows (id, name) VALUES (?, 'a')", key);
		this.phone.client().sync();
		this.tablet.client().sync();
		this.tablet.client().sync();
		this.tablet.execute("UPDATE typed_rows SET name = ? WHERE id = ?", "x".repeat(17 * 1024 * 1024), key);
		this.tablet.client().sync();
		assertThat(this.tablet.client().status().quarantined()).isEqualTo(1);
		this.phone.execute("DELETE FROM typed_rows WHERE id = ?", key);
		this.phone.client().sync();
		assertThat(expire()).isEqualTo(1);
		if (again) {
			this.tablet.client().sync();
		}
		this.tablet.discardQuarantined();
		assertConverged();
		assertThat(this.tablet.query("SELECT id FROM typed_rows")).isEmpty();
	}

	/** Single steps leave it to the next sync to compare all rows. */
	private static void refusable(Runnable step) {
		try {
			step.run();
		}
		catch (ServerException ex) {
			assertThat(ex.code()).isEqualTo("cursor_expired");
		}
		catch (ServerResetException ex) {
			// what was compacted although the device is behind it
			assertThat(ex).hasMessageContaining("is gone");
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 4, 5, 6, 7, 8 })
	void devicesConvergeHoweverLongTheyAreAway(int seed) {
		Random random = new Random(seed);
		List<Device> devices = List.of(this.phone, this.tablet);
		List<String> keys = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			keys.add(UUID.randomUUID().toString());
		}
		long expired = 0;
		for (int step = 0; step < 80; step++) {
			Device device = devices.get((random.nextInt(4) == 0) ? 1 : 0);
			for (int edits = random.nextInt(3); edits > 0; edits--) {
				String key = keys.get(random.nextInt(keys.size()));
				switch (random.nextInt(5)) {
					case 0, 1 -> device.execute("DELETE FROM categories WHERE id = ?", key);
					case 2 -> device.execute("UPDATE categories SET name = ? WHERE id = ?", "s" + step, key);
					default -> device.execute(
							"INSERT INTO categories (id, name) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name",
							key, "s" + step);
				}
			}
			switch (random.nextInt(9)) {
				case 0 -> refusable(() -> device.client().uploadOnce());
				case 1 -> refusable(() -> device.client().downloadOnce(1 + random.nextInt(3)));
				case 2 -> {
					device.reopen();
					listen(device);
				}
				case 3 -> device.client().verify();
				case 4 -> device.client().repair();
				case 5 -> device.client().hydrate();
				default -> device.client().sync();
			}
			expired += server.bean(SyncEngine.class).compaction(AT_ONCE).compact(this.user).expired();
		}
		assertThat(expired).isPositive();
		for (int i = 0; i < 3; i++) {
			devices.forEach((device) -> device.client().sync());
		}
		assertThat(this.phone.rows()).isEqualTo(this.tablet.rows());
		devices.forEach((device) -> assertThat(device.client().verify().differences()).isEmpty());
		try (Device fresh = device("fresh")) {
			fresh.client().sync();
			assertThat(fresh.rows()).isEqualTo(this.tablet.rows());
		}
	}

}
