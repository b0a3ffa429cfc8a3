/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

import io.oversync.verification.chaos.Shrinker.Event;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Workloads that fail become short; the workloads of a seed are always the same.
 */
class ShrinkerTests {

	private static final Duration LONG = Duration.ofMinutes(5);

	private static Workload workload(long seed) {
		return new WorkloadGenerator(seed, 3, 3, EnumSet.allOf(Disturbance.Kind.class), true).generate();
	}

	private static boolean hasFault(Event step, Fault.Kind kind) {
		return step.action() != null && step.action().faults().stream().anyMatch((fault) -> fault.kind() == kind);
	}

	private static Workload shrink(Workload workload, Predicate<List<Event>> fails) {
		Predicate<Workload> predicate = (candidate) -> fails.test(Shrinker.steps(candidate));
		assertThat(predicate).accepts(workload);
		return new Shrinker(predicate, LONG).shrink(workload);
	}

	@Test
	void onlyWhatItFailsWithIsLeft() {
		for (long seed = 0; seed < 20; seed++) {
			Workload shortest = shrink(workload(seed),
					(steps) -> steps.stream().anyMatch((step) -> hasFault(step, Fault.Kind.CUT_RESPONSE))
							&& steps.stream()
								.anyMatch((step) -> step.action() != null && step.action().kind() == Action.Kind.EDIT));
			assertThat(shortest.steps()).as("seed %d", seed).isEqualTo(2);
			assertThat(Shrinker.steps(shortest)).as("seed %d", seed)
				.filteredOn((step) -> hasFault(step, Fault.Kind.CUT_RESPONSE))
				.singleElement()
				.satisfies((step) -> assertThat(step.action().faults().get(step.action().faults().size() - 1).kind())
					.isEqualTo(Fault.Kind.CUT_RESPONSE));
		}
	}

	@Test
	void theOrderStays() {
		Workload workload = workload(7);
		List<Event> edits = Shrinker.steps(workload).stream().filter(ShrinkerTests::isEdit).toList();
		Event first = edits.get(3);
		Event last = edits.get(edits.size() - 3);
		Workload shortest = shrink(workload, (steps) -> steps.stream().anyMatch((step) -> same(step, first))
				&& steps.stream().anyMatch((step) -> same(step, last)));
		assertThat(first.round()).isLessThan(last.round());
		assertThat(Shrinker.steps(shortest)).satisfiesExactly((step) -> assertThat(same(step, first)).isTrue(),
				(step) -> assertThat(same(step, last)).isTrue());
		assertThat(shortest.rounds()).hasSize(2);
	}

	private static boolean isEdit(Event step) {
		return step.action() != null && step.action().kind() == Action.Kind.EDIT;
	}

	/** The seeds of edits are all different. */
	private static boolean same(Event one, Event other) {
		return isEdit(one) && isEdit(other) && one.action().seed() == other.action().seed();
	}

	@Test
	void aDeclaredRestoreBecomesAnOrdinaryOne() {
		Workload workload = LongStream.range(0, 1000)
			.mapToObj(ShrinkerTests::workload)
			.filter((each) -> Shrinker.steps(each)
				.stream()
				.anyMatch((step) -> isDisturbance(step, Disturbance.Kind.PUT_SERVER_BACK_DECLARED)))
			.findFirst()
			.orElseThrow();
		Workload shortest = shrink(workload, (steps) -> steps.stream()
			.anyMatch((step) -> step.disturbance() != null && step.disturbance().kind().putsBack()));
		assertThat(Shrinker.steps(shortest)).singleElement()
			.matches((step) -> isDisturbance(step, Disturbance.Kind.PUT_SERVER_BACK));
	}

	@Test
	void anExpiryBecomesACompaction() {
		Workload workload = LongStream.range(0, 1000)
			.mapToObj(ShrinkerTests::workload)
			.filter((each) -> Shrinker.steps(each)
				.stream()
				.anyMatch((step) -> isDisturbance(step, Disturbance.Kind.EXPIRE_TOMBSTONES)))
			.findFirst()
			.orElseThrow();
		Workload shortest = shrink(workload,
				(steps) -> steps.stream()
					.anyMatch((step) -> isDisturbance(step, Disturbance.Kind.EXPIRE_TOMBSTONES)
							|| isDisturbance(step, Disturbance.Kind.COMPACT)));
		assertThat(Shrinker.steps(shortest)).singleElement()
			.matches((step) -> isDisturbance(step, Disturbance.Kind.COMPACT));
	}

	private static boolean isDisturbance(Event step, Disturbance.Kind kind) {
		return step.disturbance() != null && step.disturbance().kind() == kind;
	}

	@Test
	void onlyAServerWithAnotherNodeLivesLong() {
		Set<Action.Kind> ofALife = EnumSet.of(Action.Kind.ROAM, Action.Kind.EXPIRE, Action.Kind.REVOKE,
				Action.Kind.PERMIT, Action.Kind.FORGET);
		assertThat(kinds(EnumSet.allOf(Disturbance.Kind.class))).containsAll(ofALife);
		assertThat(kinds(EnumSet.of(Disturbance.Kind.KILL_SERVER, Disturbance.Kind.PUT_SERVER_BACK)))
			.doesNotContainAnyElementsOf(ofALife);
	}

	private static Set<Action.Kind> kinds(Set<Disturbance.Kind> disturbances) {
		return LongStream.range(0, 20)
			.mapToObj((seed) -> new WorkloadGenerator(seed, 3, 3, disturbances, true).generate())
			.flatMap((workload) -> Shrinker.steps(workload).stream())
			.filter((step) -> step.action() != null)
			.map((step) -> step.action().kind())
			.collect(Collectors.toSet());
	}

	@Test
	void aStoryIsTakenApartAndPutTogether() {
		Workload workload = workload(3);
		assertThat(Shrinker.workload(Shrinker.steps(workload)).steps()).isEqualTo(workload.steps());
	}

	@Test
	void itEndsWhenThePatienceDoes() {
		AtomicInteger told = new AtomicInteger();
		Workload workload = workload(5);
		Workload same = new Shrinker((candidate) -> {
			told.incrementAndGet();
			return true;
		}, Duration.ZERO).shrink(workload);
		assertThat(told).hasValue(0);
		assertThat(same.steps()).isEqualTo(workload.steps());
	}

	@Test
	void theSameSeedTellsTheSameWorkload() {
		long seed = new Random().nextLong();
		assertThat(workload(seed)).as("seed %d", seed).isEqualTo(workload(seed)).isNotEqualTo(workload(seed + 1));
	}

	@Test
	void aStoryCanBeWrittenDown() {
		JsonMapper mapper = new JsonMapper();
		Workload workload = workload(11);
		assertThat(mapper.readValue(mapper.writeValueAsString(workload), Workload.class)).isEqualTo(workload);
	}

}
