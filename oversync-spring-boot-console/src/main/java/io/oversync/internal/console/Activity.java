/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;

import io.oversync.internal.event.EngineListener;
import io.oversync.protocol.ChangeStatus;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.TableName;
import io.oversync.protocol.UploadRequest;
import io.oversync.protocol.UploadResponse;

/**
 * Counts what this node did in each of the last sixty minutes. Takes no locks.
 */
public final class Activity implements EngineListener {

	static final int MINUTES = 60;

	private final AtomicReferenceArray<Minute> minutes = new AtomicReferenceArray<>(MINUTES);

	private final LongSupplier clock;

	/**
	 * Creates it.
	 * @param clock the minutes since some moment
	 */
	public Activity(LongSupplier clock) {
		this.clock = clock;
	}

	@Override
	public void uploaded(SyncActor actor, UploadRequest request, UploadResponse response, long nanos) {
		count(Measure.UPLOADS, 1);
		for (ChangeStatus status : response.statuses()) {
			if (status instanceof ChangeStatus.Applied) {
				count(Measure.APPLIED, 1);
			}
			else if (status instanceof ChangeStatus.Conflict) {
				count(Measure.CONFLICTS, 1);
			}
			else if (status instanceof ChangeStatus.Invalid) {
				count(Measure.INVALID, 1);
			}
		}
	}

	@Override
	public void downloaded(Read read, int changes, long nanos) {
		count(Measure.DOWNLOADS, 1);
		count(Measure.SENT, changes);
	}

	@Override
	public void materializeFailed(Map<TableName, Integer> rows) {
		int total = rows.values().stream().mapToInt(Integer::intValue).sum();
		count(Measure.REFUSED_ROWS, total);
	}

	@Override
	public void absorbed(long entries) {
		count(Measure.ABSORBED, entries);
	}

	@Override
	public void compacted(long entries) {
		count(Measure.REMOVED, entries);
	}

	@Override
	public void requestFailed(Throwable failure) {
		count(Measure.ERRORS, 1);
	}

	private void count(Measure measure, long number) {
		if (number != 0) {
			add(this.clock.getAsLong(), measure, number);
		}
	}

	/**
	 * Adds to a minute.
	 * @param time the minute; not before one that had its place an hour later
	 * @param measure what is counted
	 * @param number how much
	 */
	void add(long time, Measure measure, long number) {
		int place = (int) Math.floorMod(time, (long) MINUTES);
		while (true) {
			Minute minute = this.minutes.get(place);
			if (minute != null && minute.number() == time) {
				minute.counts().addAndGet(measure.ordinal(), number);
				return;
			}
			Minute next = new Minute(time, new AtomicLongArray(Measure.values().length));
			this.minutes.compareAndSet(place, minute, next);
		}
	}

	/**
	 * Returns the counts.
	 * @return for each measure {@value #MINUTES} numbers, the current minute last
	 */
	Map<Measure, long[]> lastHour() {
		Map<Measure, long[]> series = new EnumMap<>(Measure.class);
		for (Measure measure : Measure.values()) {
			series.put(measure, new long[MINUTES]);
		}
		long first = this.clock.getAsLong() - MINUTES + 1;
		for (int i = 0; i < MINUTES; i++) {
			Minute minute = this.minutes.get((int) Math.floorMod(first + i, (long) MINUTES));
			if (minute != null && minute.number() == first + i) {
				int index = i;
				series.forEach((measure, numbers) -> numbers[index] = minute.counts().get(measure.ordinal()));
			}
		}
		return series;
	}

	/** What is counted. */
	enum Measure {

		UPLOADS, APPLIED, CONFLICTS, INVALID, DOWNLOADS, SENT, REFUSED_ROWS, ABSORBED, REMOVED, ERRORS

	}

	private record Minute(long number, AtomicLongArray counts) {
	}

}
