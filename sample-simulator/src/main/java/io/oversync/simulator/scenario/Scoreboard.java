/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.scenario;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

import io.oversync.simulator.program.ProgramResult.Traffic;

/**
 * Counts the actions of all users of a scenario and passes their output on.
 */
final class Scoreboard implements Audience {

	private final Consumer<String> voice;

	private final LongAdder rowsUp = new LongAdder();

	private final LongAdder rowsDown = new LongAdder();

	private final LongAdder conflicts = new LongAdder();

	private final int users;

	private final CountDownLatch playing;

	/**
	 * Creates a scoreboard.
	 * @param users the number of users
	 * @param voice receives their lines
	 */
	Scoreboard(int users, Consumer<String> voice) {
		this.users = users;
		this.playing = new CountDownLatch(users);
		this.voice = voice;
	}

	@Override
	public void told(String line) {
		this.voice.accept(line);
	}

	@Override
	public void synced(long uploaded, long downloaded, long conflictCount) {
		this.rowsUp.add(uploaded);
		this.rowsDown.add(downloaded);
		this.conflicts.add(conflictCount);
	}

	/** Counts a user who has finished. */
	void finished() {
		this.playing.countDown();
	}

	/**
	 * Waits until the last user has finished.
	 * @param millis the longest wait
	 * @return false if a user is still playing
	 */
	boolean await(long millis) throws InterruptedException {
		return this.playing.await(millis, TimeUnit.MILLISECONDS);
	}

	Traffic traffic() {
		return new Traffic(this.rowsUp.sum(), this.rowsDown.sum(), this.conflicts.sum());
	}

	/**
	 * Returns the line of progress.
	 * @param name of the scenario
	 * @param elapsed since the beginning
	 */
	String line(String name, Duration elapsed) {
		Traffic traffic = traffic();
		return "%s: %d of %d users done, %d rows up, %d rows down, %d conflicts, %d s".formatted(name,
				this.users - this.playing.getCount(), this.users, traffic.rowsUp(), traffic.rowsDown(),
				traffic.conflicts(), elapsed.toSeconds());
	}

}
