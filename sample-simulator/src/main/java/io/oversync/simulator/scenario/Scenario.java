/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.scenario;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.oversync.simulator.program.Console;
import io.oversync.simulator.program.Failure;
import io.oversync.simulator.program.Program;
import io.oversync.simulator.program.ProgramResult.Traffic;
import io.oversync.simulator.program.ProgramResult;
import io.oversync.simulator.program.Settings;
import io.oversync.test.TemporaryFolder;
import org.jspecify.annotations.Nullable;

/**
 * A scene with a user's devices. It describes its steps, checks the results, and is
 * played by many users at once, each on a stage of their own.
 */
abstract class Scenario implements Program {

	private static final int TICK_MILLIS = 200;

	private final String name;

	private final String purpose;

	/**
	 * Creates a scenario.
	 * @param name the name in {@code --scenario=NAME}
	 * @param purpose its purpose in one sentence
	 */
	Scenario(String name, String purpose) {
		this.name = name;
		this.purpose = purpose;
	}

	/**
	 * Plays the scenario.
	 * @param stage the devices, the output and the checks
	 * @throws ScenarioFailure if a check fails, with the exact difference
	 */
	abstract void play(Stage stage);

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public String purpose() {
		return this.purpose;
	}

	@Override
	public ProgramResult run(Settings settings, Console console) {
		int users = settings.parallel();
		Scoreboard scoreboard = new Scoreboard(users, (line) -> {
			if (users == 1) {
				console.say("  " + line);
			}
		});
		long start = System.nanoTime();
		ExecutorService threads = Executors.newFixedThreadPool(users);
		try {
			List<CompletableFuture<Play>> plays = IntStream.rangeClosed(1, users)
				.mapToObj((number) -> CompletableFuture.supplyAsync(() -> play(settings, number, scoreboard), threads))
				.toList();
			while (!scoreboard.await(TICK_MILLIS)) {
				if (users > 1) {
					console.progress(scoreboard.line(name(), since(start)));
				}
			}
			return result(plays.stream().map(CompletableFuture::join).toList(), since(start), scoreboard.traffic());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while " + name() + " was played", ex);
		}
		finally {
			threads.shutdownNow();
		}
	}

	private Play play(Settings settings, int number, Scoreboard scoreboard) {
		String suffix = settings.run() + "-" + name() + "-" + number;
		long start = System.nanoTime();
		String failure = null;
		try (TemporaryFolder folder = new TemporaryFolder();
				Stage stage = new Stage(settings.target(), settings.databaseUrl(), folder.path(), suffix,
						random(settings.seed(), number), scoreboard)) {
			play(stage);
		}
		catch (ScenarioFailure ex) {
			failure = ex.getMessage();
		}
		catch (RuntimeException | Error ex) {
			failure = Failure.describe(ex);
		}
		finally {
			scoreboard.finished();
		}
		return new Play(since(start), (failure != null) ? new Failure(suffix, failure) : null);
	}

	/** The same for the same user of another run. */
	private Random random(long seed, int number) {
		String text = seed + " " + name() + " " + number;
		return new Random(UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).getMostSignificantBits());
	}

	private ProgramResult result(List<Play> plays, Duration duration, Traffic traffic) {
		List<Duration> durations = plays.stream().map(Play::duration).sorted().toList();
		List<Failure> failures = plays.stream().flatMap((play) -> Stream.ofNullable(play.failure())).toList();
		return new ProgramResult(name(), plays.size(), duration, durations.get((durations.size() - 1) / 2),
				durations.get(durations.size() - 1), traffic, Map.of(), failures);
	}

	private static Duration since(long nanoTime) {
		return Duration.ofNanos(System.nanoTime() - nanoTime);
	}

	/**
	 * The result for one user.
	 *
	 * @param duration how long it took
	 * @param failure null if everything was as it should be
	 */
	private record Play(Duration duration, @Nullable Failure failure) {
	}

}
