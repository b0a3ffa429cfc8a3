/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.soak;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Lets the devices take their turns when they are due. A late device catches up, so that
 * the load stays constant as long as the server can bear it.
 */
final class Pacer implements AutoCloseable {

	private static final int MOST_THREADS = 200;

	private static final int PATIENCE_SECONDS = 90;

	private final Pacing pacing;

	private final List<FleetDevice> devices;

	private final Tally tally;

	private final Problems problems;

	private final ScheduledExecutorService threads;

	/**
	 * Creates a pacer without starting it.
	 * @param pacing the times
	 * @param devices the devices
	 * @param tally counts late turns and failures
	 * @param problems receives failures
	 */
	Pacer(Pacing pacing, List<FleetDevice> devices, Tally tally, Problems problems) {
		this.pacing = pacing;
		this.devices = devices;
		this.tally = tally;
		this.problems = problems;
		this.threads = Executors.newScheduledThreadPool(Math.min(devices.size(), MOST_THREADS));
	}

	void start() {
		long begin = System.nanoTime();
		for (int i = 0; i < this.devices.size(); i++) {
			this.threads.scheduleAtFixedRate(new Turns(i, begin), this.pacing.firstStart(i), this.pacing.period(),
					TimeUnit.NANOSECONDS);
		}
	}

	/** Lets current turns end and starts no others. */
	void stop() throws InterruptedException {
		this.threads.shutdown();
		if (!this.threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
			this.problems.add("Syncs were still under way " + PATIENCE_SECONDS + " seconds after the end");
		}
	}

	/** Interrupts the turns, and waits until the devices are idle. */
	@Override
	public void close() {
		this.threads.shutdownNow();
		try {
			this.threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * The turns of a device, one after the other.
	 */
	private final class Turns implements Runnable {

		private final int device;

		private final long begin;

		private long turn;

		Turns(int device, long begin) {
			this.device = device;
			this.begin = begin;
		}

		@Override
		public void run() {
			if (Pacer.this.pacing.isLate(this.device, this.turn++, System.nanoTime() - this.begin)) {
				Pacer.this.tally.add(Gauge.LATE, 1);
			}
			try {
				Pacer.this.devices.get(this.device).takeTurn();
			}
			catch (RuntimeException ex) {
				// the next turn may succeed
				Pacer.this.tally.add(Gauge.ERRORS, 1);
				Pacer.this.problems.add("A turn of a device", ex);
			}
		}

	}

}
