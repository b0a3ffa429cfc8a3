/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

import io.oversync.simulator.program.TemporaryFolder;
import io.oversync.simulator.program.UsageException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The prover: tells random stories to a real server until the time is up or a rule is
 * violated, and then looks for the shortest story that violates it.
 */
final class Chaos {

	/** Whatever needs a certain timing may take a few attempts to happen again. */
	private static final int ATTEMPTS = 3;

	private static final JsonMapper mapper = JsonMapper.builder()
		.enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
				DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
		.build();

	private final ChaosSettings settings;

	private final ChaosServer server;

	private final Consumer<String> out;

	private final Counters counters = new Counters();

	private final long started = System.nanoTime();

	/** Makes users that the server has never seen. */
	private final String run = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);

	private int performances;

	private @Nullable Workload lastFailed;

	private @Nullable Outcome lastFailure;

	private Chaos(ChaosSettings settings, ChaosServer server, Consumer<String> out) {
		this.settings = settings;
		this.server = server;
		this.out = out;
	}

	/**
	 * Tells random stories.
	 * @param settings how many, to whom
	 * @param server the server, and what may be done to it
	 * @param out hears how it goes, line by line
	 * @return what came of it
	 */
	static ChaosResult run(ChaosSettings settings, ChaosServer server, Consumer<String> out) {
		return new Chaos(settings, server, out).tellStories();
	}

	/**
	 * Tells a story again that has violated a rule.
	 * @param file where the story is
	 * @param settings how long to go on telling it
	 * @param server the server, and what may be done to it
	 * @param out hears how it goes, line by line
	 * @return what came of it
	 */
	static ChaosResult replay(Path file, ChaosSettings settings, ChaosServer server, Consumer<String> out) {
		return new Chaos(settings, server, out).tellAgain(read(file));
	}

	private static Workload read(Path file) {
		try {
			return mapper.readValue(file, Workload.class);
		}
		catch (JacksonException ex) {
			throw new UsageException("There is no story in " + file + ": give --story a file that a failed run has "
					+ "written (" + ex.getOriginalMessage() + ")");
		}
	}

	private ChaosResult tellStories() {
		Random seeds = new Random(this.settings.seed());
		int stories = 0;
		while (elapsed().compareTo(this.settings.duration()) < 0) {
			Workload story = new StoryTeller(seeds.nextLong(), this.settings.users(), this.settings.devices(),
					this.server.nemesis().kinds())
				.tell();
			stories++;
			if (fails(story)) {
				this.out.accept("story " + stories + " violates a rule; looking for the shortest one that does");
				return failed(stories, story);
			}
			this.out.accept("story " + stories + ", " + elapsed().toSeconds() + " s of "
					+ this.settings.duration().toSeconds() + " s: " + this.counters.counts());
		}
		return new ChaosResult(this.settings.seed(), stories, this.counters.counts(), List.of(), List.of());
	}

	private ChaosResult tellAgain(Workload story) {
		int times = 0;
		do {
			times++;
			if (fails(story)) {
				return result(times);
			}
		}
		while (elapsed().compareTo(this.settings.duration()) < 0);
		return new ChaosResult(this.settings.seed(), times, this.counters.counts(), List.of(), List.of());
	}

	private Duration elapsed() {
		return Duration.ofNanos(System.nanoTime() - this.started);
	}

	private boolean fails(Workload story) {
		String name = "chaos-" + this.run + "-" + (++this.performances);
		try (TemporaryFolder folder = new TemporaryFolder()) {
			Outcome outcome = Run.of(story, name, this.server.setting(folder.path()), this.counters);
			if (!outcome.passed()) {
				this.lastFailed = story;
				this.lastFailure = outcome;
			}
			return !outcome.passed();
		}
	}

	private ChaosResult failed(int stories, Workload story) {
		if (!this.settings.patience().isZero()) {
			// what fails each time need not be tried again and again
			boolean always = fails(story) && fails(story);
			new Shrinker((shorter) -> failsWithin(always ? 1 : ATTEMPTS, shorter), this.settings.patience())
				.shrink(story);
		}
		return result(stories);
	}

	private boolean failsWithin(int attempts, Workload story) {
		for (int attempt = 0; attempt < attempts; attempt++) {
			if (fails(story)) {
				return true;
			}
		}
		return false;
	}

	/** The last story that failed is the shortest one found. */
	private ChaosResult result(int stories) {
		Workload story = this.lastFailed;
		Outcome outcome = this.lastFailure;
		if (story == null || outcome == null) {
			throw new IllegalStateException("No story has failed");
		}
		List<String> lines = new ArrayList<>(outcome.log());
		lines.add("To tell it again: --scenario=chaos --story=" + save(story));
		return new ChaosResult(this.settings.seed(), stories, this.counters.counts(),
				outcome.violations().stream().map(Violation::toString).toList(), lines);
	}

	private Path save(Workload story) {
		try {
			Path file = Files.createTempFile("chaos-" + this.settings.seed() + "-", ".json");
			mapper.writeValue(file, story);
			return file;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
