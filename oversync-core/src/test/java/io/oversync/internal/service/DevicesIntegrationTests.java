/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

import io.oversync.protocol.ChangesSink;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import io.oversync.protocol.UploadRequest;
import io.oversync.service.SyncDevices;
import io.oversync.test.TestPostgres;
import net.ttddyy.dsproxy.QueryCountHolder;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Devices are registered off the request path, with what they acknowledged, and refused
 * once they are revoked.
 */
class DevicesIntegrationTests {

	private static final String DDL = """
			create schema app;
			create table app.note (id uuid primary key, owner_id text not null, body text not null);
			""";

	private static final String NOTE = "app.note";

	private static final Duration HOUR = Duration.ofHours(1);

	private final TestEngine engine = TestEngine.start(DDL, "app.note(owner_id)");

	private final TestEngine other = this.engine.restart("app.note(owner_id)");

	private final SyncDevices devices = this.engine.syncEngine().devices();

	@AfterEach
	void stop() {
		this.other.close();
		this.engine.close();
	}

	private static void upload(TestEngine node, String device, int rows) {
		for (int i = 0; i < rows; i++) {
			node.device(device).upsert(NOTE, UUID.randomUUID(), 0, "{\"body\":\"b\"}").send();
		}
	}

	private static void download(TestEngine node, String device, long after) {
		node.service()
			.download(node.device(device).actor(), new DownloadRequest(after, 100, null, false, 0), (change) -> {
			});
	}

	private String stored(String column, String device) {
		return String.valueOf(
				this.engine.query("select %s from sync.device d where d.source_id = '%s'".formatted(column, device))
					.get(0));
	}

	@Test
	void aRequestWritesNothingAndAFlushWritesEachDeviceOnce() {
		upload(this.engine, "ann/phone", 3);
		download(this.engine, "ann/tablet", 0);
		QueryCountHolder.clear();
		download(this.engine, "ann/tablet", 2);
		assertThat(QueryCountHolder.getGrandTotal().getTotal()).isEqualTo(1);
		assertThat(this.engine.query("select source_id from sync.device")).isEmpty();
		assertThat(this.engine.syncEngine().flushDevices(HOUR)).isEqualTo(2);
		assertThat(stored("acknowledged", "tablet")).isEqualTo("2");
		assertThat(stored("acknowledged", "phone")).isEqualTo("0");
		download(this.engine, "ann/tablet", 3);
		assertThat(this.engine.syncEngine().flushDevices(HOUR)).as("within the interval").isZero();
		assertThat(this.engine.syncEngine().flushDevices(Duration.ZERO)).isEqualTo(1);
		assertThat(stored("acknowledged", "tablet")).isEqualTo("3");
	}

	@Test
	void aDeviceThatOnlyDownloadsIsRegisteredEvenWithoutAStream() {
		download(this.engine, "new/tablet", 0);
		this.engine.syncEngine().flushDevices(HOUR);
		assertThat(this.devices.list("new")).singleElement().satisfies((device) -> {
			assertThat(device.id()).isEqualTo("tablet");
			assertThat(device.acknowledged()).isZero();
			assertThat(device.revoked()).isNull();
		});
	}

	@Test
	void aCursorThatWentBackIsWrittenAtOnce() {
		upload(this.engine, "ann/phone", 5);
		download(this.engine, "ann/tablet", 4);
		this.engine.syncEngine().flushDevices(HOUR);
		download(this.engine, "ann/tablet", 1);
		assertThat(this.engine.syncEngine().flushDevices(HOUR)).isEqualTo(1);
		assertThat(stored("acknowledged", "tablet")).isEqualTo("1");
	}

	@Test
	void aLateNoteOfAnotherNodeNeverRaisesACursorThatWentBack() {
		upload(this.engine, "ann/phone", 5);
		download(this.engine, "ann/tablet", 1);
		this.engine.syncEngine().flushDevices(HOUR);
		download(this.engine, "ann/tablet", 5);
		// reinstalled, and served by the other node
		download(this.other, "ann/tablet", 0);
		this.other.syncEngine().flushDevices(HOUR);
		assertThat(stored("acknowledged", "tablet")).isEqualTo("0");
		upload(this.engine, "ann/tablet", 1);
		this.engine.syncEngine().flushDevices(Duration.ZERO);
		assertThat(stored("acknowledged", "tablet")).isEqualTo("0");
	}

	private static void uploadOf(TestEngine node, String device, long seen) {
		node.service().upload(node.device(device).actor(), new UploadRequest(seen, List.of()));
	}

	@Test
	void theCursorOfAnUploadCountsWhileThereIsNoOther() {
		upload(this.engine, "ann/phone", 9);
		download(this.engine, "ann/tablet", 0);
		uploadOf(this.engine, "ann/tablet", 4);
		this.engine.syncEngine().flushDevices(HOUR);
		assertThat(stored("acknowledged", "tablet")).as("in one note").isEqualTo("4");
		uploadOf(this.engine, "ann/tablet", 3);
		this.engine.syncEngine().flushDevices(Duration.ZERO);
		assertThat(stored("acknowledged", "tablet")).as("there is one").isEqualTo("4");
		download(this.engine, "ann/tablet", 6);
		uploadOf(this.engine, "ann/tablet", 5);
		this.engine.syncEngine().flushDevices(Duration.ZERO);
		assertThat(stored("acknowledged", "tablet")).as("a download says it better").isEqualTo("6");
		download(this.engine, "ann/tablet", 0);
		this.engine.syncEngine().flushDevices(Duration.ZERO);
		assertThat(stored("acknowledged", "tablet")).as("reinstalled").isEqualTo("0");
		uploadOf(this.engine, "ann/tablet", 0);
		this.engine.syncEngine().flushDevices(Duration.ZERO);
		assertThat(stored("acknowledged", "tablet")).isEqualTo("0");
		uploadOf(this.other, "ann/tablet", 7);
		this.other.syncEngine().flushDevices(Duration.ZERO);
		assertThat(stored("acknowledged", "tablet")).as("in two notes").isEqualTo("7");
		uploadOf(this.engine, "ann/laptop", 1000);
		this.engine.syncEngine().flushDevices(Duration.ZERO);
		assertThat(stored("acknowledged", "laptop")).as("beyond the head").isEqualTo("0");
	}

	@Test
	void aLateUploadOfAnotherNodeGivesAReinstalledDeviceNoCursor() {
		upload(this.engine, "ann/phone", 5);
		uploadOf(this.engine, "ann/tablet", 4);
		download(this.other, "ann/tablet", 0);
		this.other.syncEngine().flushDevices(HOUR);
		this.engine.syncEngine().flushDevices(Duration.ZERO);
		assertThat(stored("acknowledged", "tablet")).isEqualTo("0");
	}

	@Test
	void whatIsOnlyLookedUpAcknowledgesNothing() {
		upload(this.engine, "ann/phone", 5);
		download(this.engine, "ann/tablet", 4);
		this.engine.syncEngine().flushDevices(HOUR);
		SyncActor tablet = this.engine.device("ann/tablet").actor();
		DownloadRequest lookup = new DownloadRequest(1, 100, null, true, 0, true);
		this.engine.service().download(tablet, lookup, (change) -> {
		});
		this.engine.service().changes(tablet, lookup, new ChangesSink() {
			@Override
			public void begin(long restores, long windowUntil) {
			}

			@Override
			public void change(DownloadedChange change) {
			}

			@Override
			public void pause() {
			}

			@Override
			public boolean isFull() {
				return false;
			}
		});
		this.engine.syncEngine().flushDevices(Duration.ZERO);
		assertThat(stored("acknowledged", "tablet")).isEqualTo("4");
	}

	@Test
	void aCursorBeyondTheHeadAcknowledgesNothing() {
		upload(this.engine, "ann/phone", 2);
		download(this.engine, "ann/tablet", 1000);
		this.engine.syncEngine().flushDevices(HOUR);
		assertThat(stored("acknowledged", "tablet")).isEqualTo("0");
	}

	private static void download(TestEngine node, String device, long after, String schema) {
		node.service()
			.download(node.device(device).actor(), new DownloadRequest(after, 100, schema, false, 0), (change) -> {
			});
	}

	@Test
	void theCursorOfOneSchemaCountsWhileADeviceUsesNoOther() {
		upload(this.engine, "ann/phone", 5);
		upload(this.engine, "ann/tablet", 1);
		this.engine.syncEngine().flushDevices(HOUR);
		download(this.engine, "ann/tablet", 2, "app");
		this.engine.syncEngine().flushDevices(Duration.ZERO);
		assertThat(stored("acknowledged", "tablet")).isEqualTo("2");
		download(this.engine, "ann/tablet", 4, "app");
		this.engine.syncEngine().flushDevices(Duration.ZERO);
		assertThat(stored("acknowledged", "tablet")).isEqualTo("4");
	}

	@Test
	void ofCursorsForSeveralSchemasTheLowestCounts() {
		upload(this.engine, "ann/phone", 9);
		download(this.engine, "ann/tablet", 1, "other");
		download(this.engine, "ann/tablet", 4, "app");
		this.engine.syncEngine().flushDevices(HOUR);
		assertThat(stored("acknowledged", "tablet")).isEqualTo("1");
		// the other one is not seen for a while
		download(this.engine, "ann/tablet", 5, "app");
		this.engine.syncEngine().flushDevices(Duration.ZERO);
		download(this.other, "ann/tablet", 6, "app");
		this.other.syncEngine().flushDevices(HOUR);
		assertThat(stored("acknowledged", "tablet")).isEqualTo("1");
		download(this.other, "ann/tablet", 7);
		this.other.syncEngine().flushDevices(Duration.ZERO);
		assertThat(stored("acknowledged", "tablet")).isEqualTo("1");
		TestPostgres.execute(this.engine.jdbcUrl(),
				"update sync.device set cursors_mixed_at = cursors_mixed_at - interval '8 days'");
		download(this.other, "ann/tablet", 8);
		this.other.syncEngine().flushDevices(Duration.ZERO);
		assertThat(stored("acknowledged", "tablet")).isEqualTo("8");
	}

	@Test
	void aCursorForAnotherSchemaThatNodesSeeApartLowersAtOnce() {
		upload(this.engine, "ann/phone", 9);
		download(this.engine, "ann/tablet", 8, "app");
		this.engine.syncEngine().flushDevices(HOUR);
		assertThat(stored("acknowledged", "tablet")).isEqualTo("8");
		download(this.engine, "ann/tablet", 3, "other");
		assertThat(this.engine.syncEngine().flushDevices(HOUR)).isEqualTo(1);
		assertThat(stored("acknowledged", "tablet")).isEqualTo("3");
		download(this.other, "ann/tablet", 8, "app");
		this.other.syncEngine().flushDevices(HOUR);
		assertThat(stored("acknowledged", "tablet")).isEqualTo("3");
	}

	@Test
	void whatCannotBeWrittenForOneUserHoldsBackNoOther() {
		TestPostgres.execute(this.engine.jdbcUrl(),
				"alter table sync.device add constraint planted check (source_id <> 'bad')");
		for (String user : List.of("ann", "ben", "cleo", "dan")) {
			upload(this.engine, user + "/phone", 1);
		}
		upload(this.engine, "ben/bad", 1);
		assertThatException().isThrownBy(() -> this.engine.syncEngine().flushDevices(HOUR));
		assertThat(this.engine.query("select count(*) from sync.device")).containsExactly("3");
		for (int i = 0; i < 10; i++) {
			upload(this.engine, "bad" + i + "/bad", 1);
		}
		assertThatException().isThrownBy(() -> this.engine.syncEngine().flushDevices(HOUR));
		upload(this.engine, "eve/phone", 1);
		for (int i = 0; i < 3; i++) {
			assertThatException().isThrownBy(() -> this.engine.syncEngine().flushDevices(HOUR));
		}
		assertThat(this.engine.query("select count(*) from sync.device")).containsExactly("4");
		TestPostgres.execute(this.engine.jdbcUrl(), "alter table sync.device drop constraint planted");
		assertThat(this.engine.syncEngine().flushDevices(HOUR)).isEqualTo(12);
	}

	@Test
	void aRowThatIsLockedHoldsBackNoOther() throws Exception {
		upload(this.engine, "ann/phone", 1);
		this.engine.syncEngine().flushDevices(HOUR);
		try (Connection holder = this.engine.dataSource().getConnection();
				Statement statement = holder.createStatement()) {
			holder.setAutoCommit(false);
			statement.execute("select from sync.device for update");
			download(this.engine, "ann/phone", 1);
			download(this.engine, "ann/phone", 0);
			upload(this.engine, "ben/phone", 1);
			assertThatException().isThrownBy(() -> this.engine.syncEngine().flushDevices(Duration.ZERO));
			assertThat(this.engine.query("select count(*) from sync.device")).containsExactly("2");
			holder.rollback();
		}
		assertThat(this.engine.syncEngine().flushDevices(Duration.ZERO)).isEqualTo(1);
	}

	@Test
	void devicesAreListedWithTheirLag() {
		upload(this.engine, "ann/phone", 3);
		download(this.engine, "ann/tablet", 1);
		assertThat(this.devices.rename("ann", "tablet", "Ann's tablet")).isTrue();
		assertThat(this.devices.rename("ann", "fridge", "Fridge")).isFalse();
		assertThat(this.devices.list("ann")).extracting(SyncDevices.Device::id)
			.containsExactlyInAnyOrder("phone", "tablet");
		assertThat(this.devices.list("ann")).filteredOn((device) -> device.id().equals("tablet"))
			.singleElement()
			.satisfies((device) -> {
				assertThat(device.name()).isEqualTo("Ann's tablet");
				assertThat(device.lag()).isEqualTo(2);
				assertThat(device.lastSeen()).isAfterOrEqualTo(device.firstSeen());
			});
		assertThat(this.devices.list("ben")).isEmpty();
	}

	@Test
	void aRevokedDeviceIsRefusedOnEveryNodeAtOnceAndOthersAreNot() {
		upload(this.engine, "ann/phone", 1);
		upload(this.other, "ben/phone", 1);
		assertThat(this.devices.revoke("ann", "phone")).isTrue();
		assertThat(this.devices.revoke("ann", "phone")).as("again").isFalse();
		assertRefused(() -> upload(this.other, "ann/phone", 1));
		assertRefused(() -> download(this.other, "ann/phone", 0));
		assertRefused(() -> this.other.device("ann/phone").send());
		upload(this.other, "ann/tablet", 1);
		upload(this.other, "ben/phone", 1);
		assertThat(this.devices.restore("ann", "phone")).isTrue();
		assertThat(this.devices.restore("ann", "phone")).isFalse();
		upload(this.other, "ann/phone", 1);
		assertThat(this.engine.query("select count(*) from app.note where owner_id = 'ann'")).containsExactly("3");
	}

	private static void assertRefused(ThrowingCallable request) {
		assertThatExceptionOfType(SyncException.class).isThrownBy(request)
			.withMessageContaining("revoked")
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED));
	}

	@Test
	void aForgottenDeviceComesBackAsANewOne() {
		upload(this.engine, "ann/phone", 1);
		download(this.engine, "ann/tablet", 1);
		assertThat(this.devices.forget("ann", "tablet")).isTrue();
		assertThat(this.devices.forget("ann", "tablet")).isFalse();
		this.engine.syncEngine().flushDevices(Duration.ZERO);
		assertThat(this.devices.list("ann")).extracting(SyncDevices.Device::id).containsExactly("phone");
		download(this.engine, "ann/tablet", 0);
		assertThat(this.devices.list("ann")).hasSize(2);
	}

	@Test
	void refusesIdsAndNamesThatNoDeviceCanHave() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.devices.revoke("ann", "x".repeat(257)));
		assertThatIllegalArgumentException().isThrownBy(() -> this.devices.revoke("ann", "oversync"));
		assertThatIllegalArgumentException().isThrownBy(() -> this.devices.rename("ann", "phone", "x".repeat(257)));
		assertThatIllegalArgumentException().isThrownBy(() -> this.devices.rename("ann", "phone", "a\u0000b"));
	}

}
