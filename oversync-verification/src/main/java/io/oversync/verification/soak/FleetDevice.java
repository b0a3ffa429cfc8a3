/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.soak;

import java.util.Random;
import java.util.stream.Collectors;

import io.oversync.client.SyncResult;
import io.oversync.verification.device.Device;
import io.oversync.verification.device.RandomEdits;

/**
 * A device and what its user does to it. Used by one thread at a time.
 */
final class FleetDevice {

	private static final int MOST_EDITS = 5;

	private final Device device;

	private final int rows;

	private final Tally tally;

	private final Random random;

	private final RandomEdits edits;

	private final String countRows;

	private volatile long liveRows;

	/**
	 * Hands a device to its user.
	 * @param device closed by its owner
	 * @param rows about how many it shall have
	 * @param random decides what the user does
	 * @param tally counts it
	 */
	FleetDevice(Device device, int rows, Random random, Tally tally) {
		this.device = device;
		this.rows = rows;
		this.tally = tally;
		this.random = random;
		this.edits = new RandomEdits(random);
		this.countRows = device.tables()
			.stream()
			.map((table) -> "(SELECT count(*) FROM " + table.sqlName() + ")")
			.collect(Collectors.joining(" + ", "SELECT ", ""));
	}

	Device device() {
		return this.device;
	}

	/** Returns how many rows it had when it was last used. */
	long liveRows() {
		return this.liveRows;
	}

	/** Edits until there are as many rows as there shall be. */
	void fill() {
		while (countRows() < this.rows) {
			this.edits.edit(this.device);
		}
	}

	/** Edits a little, then syncs and gives up what the server will never take. */
	void takeTurn() {
		for (int left = this.random.nextInt(MOST_EDITS + 1); left > 0; left--) {
			edit();
		}
		sync();
		this.tally.add(Gauge.DISCARDED, this.device.discardQuarantined().size());
	}

	/** Does something, or deletes if there are too many rows. */
	void edit() {
		if (countRows() > this.rows) {
			this.edits.delete(this.device);
		}
		else {
			this.edits.edit(this.device);
		}
	}

	private long countRows() {
		this.liveRows = ((Number) this.device.query(this.countRows).get(0)).longValue();
		return this.liveRows;
	}

	void sync() {
		SyncResult result = this.device.client().sync();
		this.tally.add(Gauge.SYNCS, 1);
		this.tally.add(Gauge.UPLOADED, result.upload().uploaded());
		this.tally.add(Gauge.DOWNLOADED, result.download().applied());
		this.tally.add(Gauge.CONFLICTS, result.upload().conflicts().size() + result.download().conflicts().size());
	}

}
