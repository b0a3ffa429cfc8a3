/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.capture;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.oversync.internal.capture.CaptureInstaller.Patience;
import io.oversync.internal.catalog.OversyncStartupException;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.test.TestDatabases;
import io.oversync.test.TestPostgres;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static io.oversync.internal.capture.CapturedDatabase.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What becomes of triggers at start-up, and while the application is running.
 */
@ExtendWith(OutputCaptureExtension.class)
class CaptureInstallerIntegrationTests {

	private static final Patience IMPATIENT = new Patience(2, Duration.ofMillis(20), Duration.ofMillis(1));

	private static final String INSERT = "INSERT INTO note VALUES (gen_random_uuid(), 'ann')";

	private static final String COUNT = "SELECT coalesce(sum(cardinality(pks)), 0) FROM sync.captured_row";

	private final CapturedDatabase database = new CapturedDatabase(
			"CREATE TABLE note (id uuid PRIMARY KEY, owner_id text, author text)",
			"CREATE TABLE item (id uuid PRIMARY KEY, owner_id text)", "CREATE TABLE shared (id uuid PRIMARY KEY)");

	@Test
	void installsWhatIsMissingAndLeavesTheRestAlone() {
		assertThat(this.database.install(CaptureMode.MIGRATE, "note(owner_id)", "shared")).isTrue();
		assertThat(this.database.triggers()).containsExactly("note oversync_capture_delete",
				"note oversync_capture_insert", "note oversync_capture_truncate", "note oversync_capture_update");
		assertThat(this.database.generations()).containsExactly("note 1", "shared 0");
		List<String> before = rows();
		assertThat(this.database.install(CaptureMode.MIGRATE, "note(owner_id)", "shared")).isFalse();
		assertThat(rows()).isEqualTo(before);
		assertThat(this.database.install(CaptureMode.MIGRATE, "note(owner_id)", "item(owner_id)")).isTrue();
		assertThat(this.database.generations()).containsExactly("item 1", "note 1", "shared 0");
	}

	@ParameterizedTest
	@ValueSource(strings = { "DROP TRIGGER oversync_capture_update ON note",
			"ALTER TABLE note DISABLE TRIGGER oversync_capture_delete", "ALTER TABLE note DISABLE TRIGGER ALL",
			"ALTER TABLE note ENABLE REPLICA TRIGGER oversync_capture_insert", "DROP FUNCTION sync.capture_1() CASCADE",
			"CREATE OR REPLACE FUNCTION sync.capture_1() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
			"ALTER FUNCTION sync.capture_1() SECURITY INVOKER",
			"ALTER FUNCTION sync.capture_1() SET search_path = public",
			"ALTER TRIGGER oversync_capture_insert ON note RENAME TO other",
			"CREATE OR REPLACE TRIGGER oversync_capture_insert AFTER INSERT ON note REFERENCING NEW TABLE AS oversync_new"
					+ " FOR EACH STATEMENT WHEN (false) EXECUTE FUNCTION sync.capture_1()",
			"CREATE OR REPLACE TRIGGER oversync_capture_truncate AFTER TRUNCATE ON note"
					+ " FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_1()",
			"DROP TABLE note; CREATE TABLE note (id uuid PRIMARY KEY, owner_id text)",
			"ALTER TABLE note RENAME TO old; CREATE TABLE note (id uuid PRIMARY KEY, owner_id text)",
			"ALTER TABLE note RENAME id TO key" })
	void repairsWhatDiffers(String damage) {
		this.database.install(CaptureMode.MIGRATE, "note(owner_id)");
		this.database.execute(damage);
		assertThatExceptionOfType(OversyncStartupException.class)
			.isThrownBy(() -> this.database.install(CaptureMode.VALIDATE, "note(owner_id)"));
		assertThat(this.database.install(CaptureMode.MIGRATE, "note(owner_id)")).isTrue();
		assertThat(this.database.generations()).containsExactly("note 2");
		assertThat(this.database.triggers()).hasSize(4).allMatch((trigger) -> trigger.startsWith("note "));
		assertThat(this.database.install(CaptureMode.MIGRATE, "note(owner_id)")).isFalse();
		this.database.execute(INSERT, "UPDATE note SET owner_id = 'bob'", "DELETE FROM note", INSERT, "TRUNCATE note");
		assertThat(this.database.query(COUNT)).containsExactly("6");
	}

	@Test
	void followsAnotherOwnerColumn() {
		this.database.install(CaptureMode.MIGRATE, "note(owner_id)");
		assertThat(this.database.install(CaptureMode.MIGRATE, "note(author)")).isTrue();
		this.database.execute("INSERT INTO note VALUES ('" + key(1) + "', 'ann', 'bob')");
		assertThat(this.database.takeNoted()).containsExactly("note 01 of bob");
		assertThat(this.database.generations()).containsExactly("note 2");
	}

	@Test
	void followsATableThatBecomesAPartition() {
		this.database.install(CaptureMode.MIGRATE, "item(owner_id)");
		this.database.execute("CREATE TABLE whole (LIKE item INCLUDING ALL) PARTITION BY HASH (id)",
				"ALTER TABLE whole ATTACH PARTITION item FOR VALUES WITH (MODULUS 1, REMAINDER 0)");
		assertThat(this.database.install(CaptureMode.MIGRATE, "item(owner_id)")).isTrue();
		this.database.execute("INSERT INTO whole VALUES ('" + key(1) + "', 'ann')");
		assertThat(this.database.takeNoted()).containsExactly("item 01 of ann");
	}

	@Test
	void removesTheTriggersOfTablesThatAreNotCapturedAnyMore() {
		this.database.install(CaptureMode.MIGRATE, "note(owner_id)", "item(owner_id)");
		assertThat(this.database.install(CaptureMode.MIGRATE, "item(owner_id)")).isTrue();
		assertThat(this.database.triggers()).hasSize(4).allMatch((trigger) -> trigger.startsWith("item "));
		TableCatalog notWanted = this.database.catalog(CapturedDatabase.registrations("item(owner_id)")
			.stream()
			.map((registration) -> registration.withCapture(false))
			.toList());
		assertThat(this.database.install(CaptureMode.MIGRATE, IMPATIENT, notWanted)).isTrue();
		assertThat(this.database.query("SELECT proname FROM pg_proc WHERE pronamespace = 'sync'::regnamespace"))
			.isEmpty();
		this.database.execute(INSERT, "UPDATE note SET owner_id = 'bob'");
		assertThat(this.database.query(COUNT)).containsExactly("0");
		this.database.install(CaptureMode.MIGRATE, "note(owner_id)", "item(owner_id)");
		assertThat(this.database.generations()).containsExactly("item 2", "note 2");
	}

	@Test
	void installsOnSeveralNodesAtOnce() throws Exception {
		int nodes = 4;
		CyclicBarrier start = new CyclicBarrier(nodes);
		ExecutorService threads = Executors.newFixedThreadPool(nodes);
		try {
			List<Future<Boolean>> running = new ArrayList<>();
			for (int node = 0; node < nodes; node++) {
				TableCatalog catalog = this.database.catalog("note(owner_id)", "item(owner_id)");
				running.add(threads.submit(() -> {
					start.await();
					return this.database.install(CaptureMode.MIGRATE, CapturedDatabase.PATIENT, catalog);
				}));
			}
			for (Future<Boolean> node : running) {
				node.get();
			}
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(this.database.triggers()).hasSize(8);
		assertThat(this.database.generations()).containsExactly("item 1", "note 1");
	}

	@Test
	void waitsForALongTransactionAndLetsOthersWriteMeanwhile() throws Exception {
		try (Connection connection = DriverManager.getConnection(this.database.url());
				Statement longTransaction = connection.createStatement()) {
			connection.setAutoCommit(false);
			longTransaction.execute(INSERT);
			TableCatalog catalog = this.database.catalog("note(owner_id)");
			assertThatExceptionOfType(OversyncStartupException.class)
				.isThrownBy(() -> this.database.install(CaptureMode.MIGRATE, IMPATIENT, catalog))
				.satisfies((ex) -> {
					assertThat(ex.getProblem()).contains("public.note").contains("other transactions hold the table");
					assertThat(ex.getAction()).contains("pg_stat_activity").contains("capture: false");
				});
			assertThat(this.database.triggers()).isEmpty();
			assertThat(this.database.generations()).containsExactly("note 0");
			ExecutorService threads = Executors.newSingleThreadExecutor();
			try {
				Future<Boolean> installing = threads
					.submit(() -> this.database.install(CaptureMode.MIGRATE, CapturedDatabase.PATIENT, catalog));
				for (int i = 0; i < 20; i++) {
					TestPostgres.execute(this.database.url(), INSERT);
				}
				assertThat(installing.isDone()).isFalse();
				connection.commit();
				assertThat(installing.get()).isTrue();
			}
			finally {
				threads.shutdownNow();
			}
		}
		assertThat(this.database.query(COUNT)).containsExactly("0");
		assertThat(this.database.generations()).containsExactly("note 1");
	}

	@Test
	void printsTheSqlThatAnAdministratorRuns() {
		OversyncStartupException refusal = validate("note(owner_id)", "item(owner_id)");
		assertThat(refusal.getProblem()).contains("public.note, public.item")
			.contains("oversync.capture.mode=validate");
		assertThat(refusal.getAction()).contains("oversync.capture.mode=migrate");
		this.database.execute(script(refusal));
		assertThat(this.database.install(CaptureMode.VALIDATE, "note(owner_id)", "item(owner_id)")).isFalse();
		assertThat(this.database.install(CaptureMode.MIGRATE, "note(owner_id)", "item(owner_id)")).isFalse();
		assertThat(this.database.generations()).containsExactly("item 1", "note 1");
	}

	@Test
	void worksForARoleThatOwnsNeitherTheTablesNorTheFunctions() {
		String role = TestDatabases.createRole(this.database.url());
		this.database.execute("GRANT USAGE ON SCHEMA sync TO " + role,
				"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA sync TO " + role,
				"GRANT SELECT, INSERT, UPDATE, DELETE ON note TO " + role);
		this.database.connectAs(TestDatabases.as(this.database.url(), role));
		assertThatExceptionOfType(OversyncStartupException.class)
			.isThrownBy(() -> this.database.install(CaptureMode.MIGRATE, "note(owner_id)"))
			.satisfies((ex) -> {
				assertThat(ex.getProblem()).contains("public.note").contains("permission denied");
				assertThat(ex.getAction()).contains("GRANT CREATE ON SCHEMA sync")
					.contains("GRANT TRIGGER")
					.contains("oversync.capture.mode=validate");
			});
		this.database.execute(script(validate("note(owner_id)")));
		assertThat(this.database.install(CaptureMode.VALIDATE, "note(owner_id)")).isFalse();
		assertThat(this.database.install(CaptureMode.MIGRATE, "note(owner_id)")).isFalse();
	}

	@Test
	void installsWithTheRightsThatItsMessageNames() {
		String role = TestDatabases.createRole(this.database.url());
		this.database.execute("GRANT USAGE, CREATE ON SCHEMA sync TO " + role,
				"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA sync TO " + role,
				"GRANT SELECT, INSERT, UPDATE, DELETE, TRIGGER ON note, shared TO " + role);
		this.database.connectAs(TestDatabases.as(this.database.url(), role));
		assertThat(this.database.install(CaptureMode.MIGRATE, "note(owner_id)")).isTrue();
		this.database.execute(INSERT, "TRUNCATE note");
		assertThat(this.database.query(COUNT)).containsExactly("2");
		assertThat(this.database.install(CaptureMode.MIGRATE, "shared")).isTrue();
		assertThat(this.database.triggers()).isEmpty();
	}

	@Test
	void findsAFunctionWhoseOwnerMayNotWriteTheQueue() {
		this.database.install(CaptureMode.MIGRATE, "note(owner_id)");
		String role = TestDatabases.createRole(this.database.url());
		this.database.execute("GRANT CREATE, USAGE ON SCHEMA sync TO " + role,
				"ALTER FUNCTION sync.capture_1() OWNER TO " + role);
		assertThat(validate("note(owner_id)").getProblem()).contains("public.note");
	}

	@Test
	void saysThatTheDatabaseIsReadOnly() {
		this.database.catalog("note(owner_id)", "item(owner_id)");
		this.database.install(CaptureMode.MIGRATE, "note(owner_id)");
		this.database.connectAs(this.database.url() + "&options=-c%20default_transaction_read_only=on");
		assertThat(this.database.install(CaptureMode.MIGRATE, "note(owner_id)")).isFalse();
		assertThatExceptionOfType(OversyncStartupException.class)
			.isThrownBy(() -> this.database.install(CaptureMode.MIGRATE, "note(owner_id)", "item(owner_id)"))
			.satisfies((ex) -> {
				assertThat(ex.getProblem()).contains("public.item").contains("read-only");
				assertThat(ex.getAction()).contains("primary").contains("oversync.capture.mode=off");
			});
	}

	@ParameterizedTest
	@EnumSource(value = CaptureMode.class, names = { "OFF", "VALIDATE" })
	void warnsOfTriggersThatNothingAbsorbs(CaptureMode mode, CapturedOutput output) {
		this.database.install(mode, "shared");
		assertThat(output).doesNotContain("Triggers of Oversync");
		this.database.install(CaptureMode.MIGRATE, "note(owner_id)");
		assertThat(this.database.install(mode, "shared")).isFalse();
		assertThat(this.database.triggers()).hasSize(4);
		assertThat(output).contains("sync.captured_row grows");
		String sql = output.toString().replaceAll("(?s).*Remove them: ([^\n]*).*", "$1");
		this.database.execute(INSERT);
		this.database.execute(sql);
		assertThat(this.database.triggers()).isEmpty();
		assertThat(this.database.query(COUNT)).containsExactly("0");
	}

	@Test
	void installsNothingWhenOff() {
		assertThat(this.database.install(CaptureMode.OFF, "note(owner_id)")).isFalse();
		assertThat(this.database.triggers()).isEmpty();
		assertThat(this.database.generations()).containsExactly("note 0");
	}

	@Test
	void onlyReportsWhatIsWrongWhileTheApplicationIsRunning(CapturedOutput output) {
		TableCatalog catalog = this.database.catalog("note(owner_id)");
		assertThat(installer(CaptureMode.VALIDATE).follow(catalog)).isFalse();
		assertThat(output).contains("Devices do not receive all that the application writes")
			.contains("CREATE OR REPLACE TRIGGER oversync_capture_insert");
		assertThat(installer(CaptureMode.OFF).follow(catalog)).isFalse();
		assertThat(this.database.triggers()).isEmpty();
		assertThat(installer(CaptureMode.MIGRATE).follow(catalog)).isTrue();
		assertThat(this.database.triggers()).hasSize(4);
	}

	private CaptureInstaller installer(CaptureMode mode) {
		return new CaptureInstaller(TestDatabases.dataSource(this.database.url()), mode);
	}

	private OversyncStartupException validate(String... tables) {
		try {
			this.database.install(CaptureMode.VALIDATE, tables);
			throw new AssertionError("Nothing was found");
		}
		catch (OversyncStartupException ex) {
			return ex;
		}
	}

	private static String script(OversyncStartupException refusal) {
		return refusal.getAction().replaceFirst("(?s).*?\n\n", "");
	}

	/** All that an installation might write. */
	private List<String> rows() {
		return this.database.query("SELECT tgname || xmin FROM pg_trigger UNION ALL SELECT proname || xmin FROM pg_proc"
				+ " WHERE pronamespace = 'sync'::regnamespace UNION ALL SELECT table_name || xmin FROM sync.synced_table"
				+ " ORDER BY 1");
	}

}
