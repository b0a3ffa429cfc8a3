package io.oversync.simulator.device;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

import io.oversync.client.ConflictResolver;
import io.oversync.client.QuarantinedChange;
import io.oversync.sample.SampleServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Parents and children that two devices change in ways that do not go together.
 */
class ReferencesIntegrationTests {

	private static SampleServer server;

	private static ServerTables tables;

	private final String user = "user" + UUID.randomUUID();

	private final String parent = UUID.randomUUID().toString();

	private final String child = UUID.randomUUID().toString();

	private final String grandchild = UUID.randomUUID().toString();

	@TempDir
	private Path folder;

	private Device phone;

	private Device tablet;

	@BeforeAll
	static void start() {
		server = SampleServer.start();
		tables = new ServerTables(server.jdbcUrl());
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@BeforeEach
	void open() {
		this.phone = new Device(this.folder, SyncTarget.at(server.baseUrl()), this.user, "phone",
				(builder) -> builder.resolver(ConflictResolver.clientWins()));
		this.tablet = new Device(this.folder, SyncTarget.at(server.baseUrl()), this.user, "tablet", (builder) -> {
		});
		add(this.phone, this.parent, null);
		this.phone.client().sync();
		this.tablet.client().sync();
	}

	@AfterEach
	void close() {
		this.phone.close();
		this.tablet.close();
	}

	@Test
	void whatRefersToADiscardedRowIsQuarantinedToo() {
		this.tablet.execute("DELETE FROM categories");
		this.tablet.client().sync();
		add(this.phone, this.child, this.parent);
		add(this.phone, this.grandchild, this.child);
		this.phone.client().sync();
		this.phone.client().sync();
		discard(this.child, "fk_missing");
		this.phone.client().sync();
		discard(this.grandchild, "fk_missing");
		assertThat(this.phone.client().status().pending()).isZero();
		assertThat(this.phone.rows()).isEmpty();
	}

	@Test
	void aDeleteThatReferencesForbidIsUndoneWhenDiscarded() {
		forbidTheDelete();
		discard(this.parent, "referenced");
		assertSettled(2);
	}

	@Test
	void aDeleteThatReferencesForbidGoesThroughWithoutThem() {
		QuarantinedChange delete = forbidTheDelete();
		this.phone.execute("DELETE FROM categories");
		this.phone.client().retryQuarantined(delete.id());
		this.phone.client().sync();
		assertSettled(0);
	}

	@Test
	void aDeleteWaitsForTheDeletesOfWhatRefersToIt() {
		add(this.phone, this.child, this.parent);
		this.phone.client().sync();
		this.tablet.client().sync();
		this.tablet.execute("UPDATE categories SET name = 'edited' WHERE id = ?", this.child);
		this.tablet.client().sync();
		this.phone.execute("DELETE FROM categories");
		this.phone.client().sync();
		assertSettled(0);
	}

	@Test
	void rowsThatReferToEachOtherInACircleAreDeletedTogether() {
		this.phone.execute("BEGIN");
		add(this.phone, this.child, this.parent);
		this.phone.execute("UPDATE categories SET parent_id = ? WHERE id = ?", this.child, this.parent);
		this.phone.execute("COMMIT");
		this.phone.client().sync();
		this.tablet.client().sync();
		assertThat(this.tablet.rows()).hasSize(2).isEqualTo(this.phone.rows());
		this.phone.execute("DELETE FROM categories");
		assertThat(this.phone.client().sync().upload().applied()).isEqualTo(2);
		assertSettled(0);
	}

	private QuarantinedChange forbidTheDelete() {
		add(this.tablet, this.child, this.parent);
		this.tablet.client().sync();
		this.phone.execute("DELETE FROM categories");
		assertThat(this.phone.client().uploadOnce().waiting()).hasSize(1);
		assertThat(this.phone.client().quarantined()).isEmpty();
		this.phone.client().sync();
		assertThat(this.phone.client().status().pending()).isZero();
		List<QuarantinedChange> quarantined = this.phone.client().quarantined();
		assertThat(quarantined).hasSize(1);
		return quarantined.get(0);
	}

	private void discard(String pk, String reason) {
		List<QuarantinedChange> quarantined = this.phone.client().quarantined();
		assertThat(quarantined).hasSize(1);
		assertThat(quarantined.get(0).pk()).isEqualTo(pk);
		assertThat(quarantined.get(0).reason()).isEqualTo(reason);
		assertThat(this.phone.client().discardQuarantined(quarantined.get(0).id())).isTrue();
	}

	private void assertSettled(int rows) {
		this.tablet.client().sync();
		this.phone.client().sync();
		assertThat(this.phone.client().status().pending()).isZero();
		assertThat(this.phone.client().quarantined()).isEmpty();
		assertThat(this.phone.rows()).hasSize(rows).isEqualTo(tables.business(this.user)).isEqualTo(this.tablet.rows());
	}

	private static void add(Device device, String id, String parent) {
		device.execute("INSERT INTO categories VALUES (?, 'a name', ?)", id, parent);
	}

}
