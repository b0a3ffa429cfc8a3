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
 * A device with its user. Used by one thread at a time.
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
	 * Gives a device a user.
	 * @param device the device, closed by its owner
	 * @param rows the approximate number of its rows
	 * @param random determines the user's edits
	 * @param tally counts them
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

	/** Returns the number of rows at its last use. */
	long liveRows() {
		return this.liveRows;
	}

	/** Edits until the device has its number of rows. */
	void fill() {
		while (countRows() < this.rows) {
			this.edits.edit(this.device);
		}
	}

	/**
	 * Edits a little, then syncs and discards the changes that the server will never
	 * accept.
	 */
	void takeTurn() {
		for (int left = this.random.nextInt(MOST_EDITS + 1); left > 0; left--) {
			edit();
		}
		sync();
		this.tally.add(Gauge.DISCARDED, this.device.discardQuarantined().size());
	}

	/** Edits a row, or deletes one if there are too many. */
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
