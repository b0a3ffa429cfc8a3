/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.chaos;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import io.oversync.simulator.chaos.Shrinker.Step;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Stories that fail become short; the stories of a seed are always the same.
 */
class ShrinkerTests {

	private static final Duration LONG = Duration.ofMinutes(5);

	private static Workload story(long seed) {
		return new StoryTeller(seed, 3, 3, EnumSet.allOf(Disturbance.Kind.class)).tell();
	}

	private static boolean hasFault(Step step, Fault.Kind kind) {
		return step.action() != null && step.action().faults().stream().anyMatch((fault) -> fault.kind() == kind);
	}

	private static Workload shrink(Workload story, Predicate<List<Step>> fails) {
		Predicate<Workload> predicate = (candidate) -> fails.test(Shrinker.steps(candidate));
		assertThat(predicate).accepts(story);
		return new Shrinker(predicate, LONG).shrink(story);
	}

	@Test
	void onlyWhatItFailsWithIsLeft() {
		for (long seed = 0; seed < 20; seed++) {
			Workload shortest = shrink(story(seed),
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
		Workload story = story(7);
		List<Step> edits = Shrinker.steps(story).stream().filter(ShrinkerTests::isEdit).toList();
		Step first = edits.get(3);
		Step last = edits.get(edits.size() - 3);
		Workload shortest = shrink(story, (steps) -> steps.stream().anyMatch((step) -> same(step, first))
				&& steps.stream().anyMatch((step) -> same(step, last)));
		assertThat(first.round()).isLessThan(last.round());
		assertThat(Shrinker.steps(shortest)).satisfiesExactly((step) -> assertThat(same(step, first)).isTrue(),
				(step) -> assertThat(same(step, last)).isTrue());
		assertThat(shortest.rounds()).hasSize(2);
	}

	private static boolean isEdit(Step step) {
		return step.action() != null && step.action().kind() == Action.Kind.EDIT;
	}

	/** The seeds of edits are all different. */
	private static boolean same(Step one, Step other) {
		return isEdit(one) && isEdit(other) && one.action().seed() == other.action().seed();
	}

	@Test
	void aStoryIsTakenApartAndPutTogether() {
		Workload story = story(3);
		assertThat(Shrinker.story(Shrinker.steps(story)).steps()).isEqualTo(story.steps());
	}

	@Test
	void itEndsWhenThePatienceDoes() {
		AtomicInteger told = new AtomicInteger();
		Workload story = story(5);
		Workload same = new Shrinker((candidate) -> {
			told.incrementAndGet();
			return true;
		}, Duration.ZERO).shrink(story);
		assertThat(told).hasValue(0);
		assertThat(same.steps()).isEqualTo(story.steps());
	}

	@Test
	void theSameSeedTellsTheSameStory() {
		long seed = new Random().nextLong();
		assertThat(story(seed)).as("seed %d", seed).isEqualTo(story(seed)).isNotEqualTo(story(seed + 1));
	}

	@Test
	void aStoryCanBeWrittenDown() {
		JsonMapper mapper = new JsonMapper();
		Workload story = story(11);
		assertThat(mapper.readValue(mapper.writeValueAsString(story), Workload.class)).isEqualTo(story);
	}

}
