/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.oversync.verification.device.UnreachableServerException;

/**
 * Repeats an attack on all of its connections.
 */
final class Assault implements AutoCloseable {

	private static final Duration AFTER_A_BROKEN_CONNECTION = Duration.ofMillis(50);

	private static final int PATIENCE_SECONDS = 60;

	private final Attacker attacker;

	private final Attack.Strike strike;

	private final ExecutorService threads;

	private final int connections;

	Assault(Attacker attacker, Attack.Strike strike, int connections) {
		this.attacker = attacker;
		this.strike = strike;
		this.connections = connections;
		this.threads = Executors.newFixedThreadPool(connections);
	}

	void start() {
		for (int i = 0; i < this.connections; i++) {
			int connection = i;
			this.threads.execute(() -> strikeUntilOver(connection));
		}
	}

	private void strikeUntilOver(int connection) {
		try {
			while (!this.attacker.isOver()) {
				strike(connection);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void strike(int connection) throws InterruptedException {
		try {
			this.strike.play(connection);
		}
		catch (IOException | UnreachableServerException ex) {
			this.attacker.answers().add(this.attacker.isOver() ? "unfinished" : "broken");
			this.attacker.pause(AFTER_A_BROKEN_CONNECTION);
		}
	}

	/** Aborts the current requests. */
	@Override
	public void close() throws IOException {
		this.attacker.close();
		this.threads.shutdownNow();
		try {
			if (!this.threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
				throw new IllegalStateException("The attacker's threads come to no end");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
