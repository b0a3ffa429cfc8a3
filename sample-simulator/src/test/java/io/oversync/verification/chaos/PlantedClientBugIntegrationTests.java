/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.oversync.simulator.sample.SampleTarget;
import io.oversync.verification.chaos.Shrinker.Event;
import io.oversync.verification.server.KillableServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each bug that is planted in the client shows in a workload with the event that it
 * mishandles, and only there.
 */
@Tag("prove")
class PlantedClientBugIntegrationTests {

	private static final Role PHONE = new Role(0, 0);

	private static final Role TABLET = new Role(0, 1);

	private static final Role WATCH = new Role(0, 2);

	private static final Role OTHER = new Role(0, 3);

	private static final Action SYNC = Action.exchange(Action.Kind.SYNC, 0, List.of());

	/** A busy machine answers late, and the short workloads need each answer. */
	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static BuggyServer server;

	private static @Nullable KillableServer own;

	@TempDir
	private static Path ownFolder;

	@TempDir
	private Path folder;

	private boolean watched = true;

	@BeforeAll
	static void start() {
		server = BuggyServer.start(PlantedBug.NONE);
	}

	@AfterAll
	static void stop() {
		server.close();
		if (own != null) {
			own.close();
		}
	}

	@Test
	void anOlderCopyLacksWhatTheDeviceHasWrittenSince() {
		verify(PlantedClientBug.OWN_CHANGES_UNSEEN, workload(Action.edit(1, 20), SYNC, Action.of(Action.Kind.BACK_UP),
				Action.edit(2, 20), SYNC, Action.of(Action.Kind.PUT_BACK), SYNC),
				(step) -> isAction(step, Action.Kind.PUT_BACK));
	}

	@Test
	void aRebuiltTableIsNotWatched() {
		verify(PlantedClientBug.REBUILT_TABLE_UNSEEN, workload(Action.edit(3, 60), SYNC,
				Action.edit(Action.Kind.REBUILD_TABLE, 4, 1), Action.edit(5, 60), SYNC),
				(step) -> isAction(step, Action.Kind.REBUILD_TABLE));
	}

	@Test
	void anEditOfARebuiltTableIsForgotten() {
		verify(PlantedClientBug.REBUILT_TABLE_NOT_COMPARED,
				workload(Action.edit(6, 60), SYNC, Action.edit(Action.Kind.REBUILD_TABLE, 7, 1), SYNC),
				(step) -> isAction(step, Action.Kind.REBUILD_TABLE));
	}

	@Test
	void theValueOfADroppedColumnIsForgotten() {
		List<Action> actions = new ArrayList<>(List.of(Action.edit(8, 150), SYNC));
		// a row may have no value in the column that is dropped at random
		new Random(8).longs(20)
			.forEach((seed) -> actions.add(new Action(Action.Kind.CHANGE_COLUMN, seed, 1, List.of())));
		verify(PlantedClientBug.DROPPED_MEMBERS_FORGOTTEN, workload(actions.toArray(Action[]::new)),
				(step) -> isAction(step, Action.Kind.CHANGE_COLUMN));
	}

	@Test
	void aVersionThatIsNotedTooLowShowsInAVerificationOnly() {
		Workload workload = Shrinker
			.workload(Stream
				.of(act(0, PHONE, Action.edit(13, 20), SYNC), act(1, TABLET, SYNC),
						act(2, PHONE, Action.edit(14, 60), SYNC), act(3, TABLET, SYNC))
				.flatMap((steps) -> steps)
				.toList());
		verify(PlantedClientBug.VERSION_NOTED_TOO_LOW, workload,
				(step) -> step.action() != null && step.action().seed() == 14);
		RunResult result = perform(
				new ChaosServer(SampleTarget.at(server.baseUrl()), server.jdbcUrl(), false, Nemesis.none()),
				PlantedClientBug.VERSION_NOTED_TOO_LOW, workload);
		assertThat(result.violations()).extracting(Violation::rule)
			.containsOnly("in the end no device finds a row that differs from the server's");
	}

	@Test
	void aStalledResponseIsWaitedFor() {
		verify(PlantedClientBug.STALLED_RESPONSE_AWAITED,
				workload(Action.edit(9, 20),
						Action.exchange(Action.Kind.SYNC, 0, List.of(new Fault(Fault.Kind.STALL_RESPONSE, 500)))),
				(step) -> step.action() != null && !step.action().faults().isEmpty());
	}

	@Test
	void aServerThatWasPutBackIsNotNoticed() {
		verify(ChaosServer.own(ownServer()), PlantedClientBug.LOST_HISTORY_UNSEEN,
				Shrinker.workload(Stream.of(act(0, PHONE, Action.edit(10, 20), SYNC), act(1, TABLET, SYNC),
						disturb(2, Disturbance.Kind.BACK_UP_SERVER), act(3, PHONE, Action.edit(11, 20), SYNC),
						disturb(4, Disturbance.Kind.PUT_SERVER_BACK), act(5, TABLET, Action.edit(12, 60), SYNC),
						act(6, PHONE, SYNC))
					.flatMap((steps) -> steps)
					.toList()),
				(step) -> step.disturbance() != null);
	}

	/**
	 * The phone has received a change of the watch that is lost, and after that a change
	 * of the tablet. Another device writes in the place of the former, and the tablet,
	 * whose answer was lost, sends the latter again: for the phone all is as it was.
	 */
	@Test
	void aDeclaredRestoreIsNotNoticed() {
		// one that watches would send both changes again at once
		this.watched = false;
		verify(ChaosServer.own(ownServer()), PlantedClientBug.EPOCH_IGNORED,
				Shrinker.workload(Stream
					.of(act(0, PHONE, Action.edit(10, 20), SYNC), act(1, TABLET, SYNC, SYNC), act(1, WATCH, SYNC, SYNC),
							act(1, OTHER, SYNC, SYNC), act(2, PHONE, SYNC), disturb(3, Disturbance.Kind.BACK_UP_SERVER),
							// the copy has cut the server's connections
							act(4, OTHER, SYNC, SYNC, SYNC, SYNC, SYNC), act(5, WATCH, file(168), SYNC),
							act(6, TABLET, file(217),
									Action.exchange(Action.Kind.UPLOAD, 0,
											List.of(new Fault(Fault.Kind.LOSE_UPLOAD_RESPONSE, 0)))),
							act(7, PHONE, SYNC), disturb(8, Disturbance.Kind.PUT_SERVER_BACK_DECLARED),
							act(9, OTHER, file(233), SYNC), act(10, TABLET, SYNC), act(11, PHONE, SYNC))
					.flatMap((steps) -> steps)
					.toList()),
				(step) -> step.disturbance() != null);
	}

	@Test
	void deletesThatAreLostInADeclaredRestoreAreNotSentAgain() {
		Workload workload = Shrinker.workload(Stream
			.of(act(0, PHONE, Action.edit(14, 60), SYNC, SYNC), act(1, TABLET, SYNC),
					disturb(2, Disturbance.Kind.BACK_UP_SERVER), act(3, PHONE, SYNC, SYNC, Action.edit(15, 40), SYNC),
					act(4, TABLET, SYNC), disturb(5, Disturbance.Kind.PUT_SERVER_BACK_DECLARED), act(6, PHONE, SYNC))
			.flatMap((steps) -> steps)
			.toList());
		this.watched = false;
		verify(ChaosServer.own(ownServer()), PlantedClientBug.LOST_DELETES_NOT_SENT_AGAIN, workload,
				(step) -> step.disturbance() != null);
	}

	/** With some seeds one edit adds a file. */
	private static Action file(long seed) {
		return Action.edit(seed, 1);
	}

	/** Two tests share it. */
	private static KillableServer ownServer() {
		if (own == null) {
			own = SampleTarget.start(ownFolder);
		}
		return own;
	}

	private static Stream<Event> disturb(int round, Disturbance.Kind kind) {
		return Stream.of(new Event(round, new Disturbance(kind, 0), null, null, null));
	}

	private static boolean isAction(Event step, Action.Kind kind) {
		return step.action() != null && step.action().kind() == kind;
	}

	/** The phone acts, and the tablet sees it. */
	private static Workload workload(Action... actions) {
		return Shrinker.workload(Stream.concat(act(0, PHONE, actions), act(1, TABLET, SYNC)).toList());
	}

	private static Stream<Event> act(int round, Role role, Action... actions) {
		return Stream.of(actions).map((action) -> new Event(round, null, role, action, null));
	}

	private void verify(PlantedClientBug bug, Workload workload, Predicate<Event> event) {
		verify(new ChaosServer(SampleTarget.at(server.baseUrl()), server.jdbcUrl(), false, Nemesis.none()), bug,
				workload, event);
	}

	private void verify(ChaosServer chaos, PlantedClientBug bug, Workload workload, Predicate<Event> event) {
		Workload quiet = Shrinker.workload(Shrinker.steps(workload).stream().filter(event.negate()).toList());
		assertThat(quiet.steps()).as("without the event").isLessThan(workload.steps());
		StatementRewriter rewriter = bug.rewriter();
		assertThat(perform(chaos, bug.setting(rewriter), workload)).as(bug.description())
			.matches((result) -> !result.passed());
		rewriter.requireUse();
		assertThat(perform(chaos, bug, quiet)).as("without the event").matches(RunResult::passed);
		assertThat(perform(chaos, PlantedClientBug.NONE, workload)).as("without the bug").matches(RunResult::passed);
	}

	private RunResult perform(ChaosServer chaos, PlantedClientBug bug, Workload workload) {
		return perform(chaos, bug.setting(bug.rewriter()), workload);
	}

	private RunResult perform(ChaosServer chaos, ClientSetting clients, Workload workload) {
		ClientSetting patient = new ClientSetting(clients.access(), (builder) -> {
			builder.timeout(PATIENCE);
			clients.settings().accept(builder);
		});
		Setting setting = chaos.setting(this.folder).with(patient);
		return Run.of(workload, "planted-" + UUID.randomUUID(), this.watched ? setting : setting.unwatched(),
				new Counters());
	}

}
