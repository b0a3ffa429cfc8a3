/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.oversync.sample.SampleApplication;
import io.oversync.simulator.sample.SampleNode;
import io.oversync.simulator.sample.SampleTarget;
import io.oversync.test.ApplicationServer;
import io.oversync.verification.chaos.PlantedLifeBug.Life;
import io.oversync.verification.chaos.Shrinker.Event;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each bug that is planted in the long life of a stream violates its rule in one short
 * workload, in which nothing is wrong without it.
 */
@Tag("prove")
class PlantedLifeBugIntegrationTests {

	private static final Role PHONE = new Role(0, 0);

	private static final Role TABLET = new Role(0, 1);

	private static final Role LATE = new Role(0, 2);

	private static final Action SYNC = Action.exchange(Action.Kind.SYNC, 0, List.of());

	/** A busy machine answers late, and the short workload needs each answer. */
	private static final Duration PATIENCE = Duration.ofSeconds(10);

	/** Their cursors come late, at times too late for the only compaction. */
	private static final String FOLLOWERS_HOLD_NOTHING = """
			create function no_cursor_of_followers() returns trigger language plpgsql as $$
			begin
			  if new.source_id = 'follower' then new.acknowledged := 0; end if;
			  return new;
			end $$;
			create trigger no_cursor_of_followers before insert or update on sync.device for each row
			execute function no_cursor_of_followers()""";

	private static final List<String> EXPIRED = List.of("expired rows", "devices sent away",
			"rows that came again above expired ones");

	private static ApplicationServer server;

	private static SampleNode node;

	private static JdbcTemplate database;

	@TempDir
	private Path folder;

	@BeforeAll
	static void start() {
		server = ApplicationServer.start(SampleApplication.class, "--logging.level.root=off");
		node = SampleNode.beside(server);
		database = new JdbcTemplate(new DriverManagerDataSource(server.jdbcUrl()));
		database.execute(FOLLOWERS_HOLD_NOTHING);
	}

	@AfterAll
	static void stop() {
		node.close();
		server.close();
	}

	@AfterEach
	void remove() {
		PlantedLifeBug.remove(database);
	}

	@Test
	void nothingIsWrongWhenTombstonesExpire() {
		Counters counters = new Counters();
		assertThat(seeds().anyMatch((seed) -> {
			assertPassed(perform(workload(Life.EXPIRY, seed), counters));
			return EXPIRED.stream().allMatch((figure) -> counters.counts().getOrDefault(figure, 0L) > 0);
		})).isTrue();
	}

	@Test
	void tombstonesWaitForADeviceThatIsSlow() {
		Counters counters = new Counters();
		assertPassed(perform(workload(Life.SLOW_DEVICE, 1), counters));
		assertThat(counters.counts()).containsEntry("expiries", 1L).containsEntry("devices sent away", 0L);
	}

	private static void assertPassed(RunResult result) {
		assertThat(result.violations()).as("%s", String.join(System.lineSeparator(), result.log())).isEmpty();
	}

	@Test
	void nothingIsWrongWithoutABug() {
		Counters counters = new Counters();
		assertThat(seeds().anyMatch((seed) -> {
			assertPassed(perform(workload(Life.COMPACTION, seed), counters));
			return counters.counts().containsKey("removed entries");
		})).isTrue();
		assertThat(counters.counts()).containsKey("refused devices");
	}

	@ParameterizedTest
	@EnumSource
	void aPlantedBugIsFound(PlantedLifeBug bug) {
		bug.plant(database);
		assertThat(seeds().anyMatch((seed) -> violates(bug, seed))).as(bug.description()).isTrue();
	}

	private boolean violates(PlantedLifeBug bug, long seed) {
		return violates(perform(workload(bug.life(), seed), new Counters()), bug.rule());
	}

	private static boolean violates(RunResult result, String rule) {
		return result.violations().stream().map(Violation::rule).anyMatch(rule::equals);
	}

	@Test
	void aDeviceThatWasSentAwayKeepsDeletedRows() {
		assertFound(PlantedClientBug.EXPIRED_ROWS_KEPT, "in the end all devices hold the same rows");
	}

	@Test
	void aDeviceThatWasSentAwayBringsDeletedRowsBack() {
		assertFound(PlantedClientBug.EXPIRED_ROWS_SENT_AGAIN, "a deleted row comes back only if it is written");
	}

	private void assertFound(PlantedClientBug bug, String rule) {
		StatementRewriter rewriter = bug.rewriter();
		assertThat(seeds().anyMatch(
				(seed) -> violates(perform(workload(Life.EXPIRY, seed), bug.setting(rewriter), new Counters()), rule)))
			.as(bug.description())
			.isTrue();
		rewriter.requireUse();
	}

	/**
	 * Every second workload or more shows each bug. On a busy machine, a device that is
	 * slow may hold the compaction or the expiry back.
	 */
	private static LongStream seeds() {
		return LongStream.rangeClosed(1, 30);
	}

	private static Workload workload(Life life, long seed) {
		return Shrinker.workload(switch (life) {
			case COMPACTION -> compaction(seed);
			case EXPIRY -> expiry(seed, Action.of(Action.Kind.EXPIRE));
			case SLOW_DEVICE -> expiry(seed, SYNC);
		});
	}

	/**
	 * A device stays away while the others go on and the stream is compacted, and another
	 * one is revoked for a time.
	 */
	private static List<Event> compaction(long seed) {
		return Stream
			.of(act(0, PHONE, Action.edit(1, 80), SYNC), act(1, LATE, SYNC, SYNC, Action.of(Action.Kind.EXPIRE)),
					act(2, TABLET, SYNC, Action.edit(2, 80), SYNC),
					act(3, PHONE, SYNC, Action.edit(Action.Kind.ADD_CHILDREN, 3, 10),
							Action.edit(Action.Kind.DELETE_PARENTS, 4, 10), SYNC),
					act(4, TABLET, SYNC, Action.edit(seed, 200), SYNC, SYNC),
					act(5, PHONE, SYNC, Action.edit(5, 1), SYNC, SYNC), disturb(6, Disturbance.Kind.COMPACT),
					act(7, LATE, SYNC),
					act(8, TABLET, Action.of(Action.Kind.REVOKE), SYNC, Action.of(Action.Kind.PERMIT), SYNC))
			.flatMap((steps) -> steps)
			.toList();
	}

	/**
	 * A device has changes to send and does not ask for any while the others delete rows
	 * and tombstones expire. Afterwards a user adds some of these rows again, on a device
	 * that does not know of them.
	 * @param last what the device does before it is slow
	 */
	private static List<Event> expiry(long seed, Action last) {
		return Stream
			.of(act(0, PHONE, Action.edit(1, 200), SYNC), act(1, LATE, SYNC, SYNC, last, Action.edit(2, 10)),
					act(2, TABLET, SYNC, Action.edit(seed, 200), SYNC, SYNC),
					act(3, PHONE, SYNC, Action.edit(4, 1), SYNC, SYNC), act(4, TABLET, Action.edit(5, 1), SYNC, SYNC),
					disturb(5, Disturbance.Kind.EXPIRE_TOMBSTONES),
					act(6, PHONE, Action.of(Action.Kind.REINSTALL), SYNC, Action.edit(7, 150), SYNC),
					act(7, TABLET, SYNC), act(8, LATE, SYNC))
			.flatMap((steps) -> steps)
			.toList();
	}

	private static Stream<Event> disturb(int round, Disturbance.Kind kind) {
		return Stream.of(new Event(round, new Disturbance(kind, 0), null, null, null));
	}

	private static Stream<Event> act(int round, Role role, Action... actions) {
		return Stream.of(actions).map((action) -> new Event(round, null, role, action, null));
	}

	private RunResult perform(Workload workload, Counters counters) {
		return perform(workload, ClientSetting.USUAL, counters);
	}

	private RunResult perform(Workload workload, ClientSetting clients, Counters counters) {
		ChaosServer chaos = new ChaosServer(SampleTarget.at(server.baseUrl()), server.jdbcUrl(), false,
				Nemesis.none().withRemoved(node::removed), node);
		ClientSetting patient = new ClientSetting(clients.access(), (builder) -> builder.timeout(PATIENCE));
		Setting setting = chaos.setting(this.folder).with(patient);
		// a device of which no cursor is known holds back the expiry
		return Run.of(workload, "life-" + UUID.randomUUID(), expires(workload) ? setting.unwatched() : setting,
				counters);
	}

	private static boolean expires(Workload workload) {
		return workload.rounds()
			.stream()
			.flatMap((round) -> round.disturbances().stream())
			.anyMatch((disturbance) -> disturbance.kind() == Disturbance.Kind.EXPIRE_TOMBSTONES);
	}

}
