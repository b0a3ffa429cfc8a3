/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The periods whose changes the server has lost because its database was restored: each
 * lasts from the copy of the database until the server is up again with it. Promises from
 * such a period need not be kept.
 */
final class LostTimes {

	private final List<Time> times = new CopyOnWriteArrayList<>();

	private volatile long copied;

	/**
	 * Begins with a copy from before a workload.
	 * @param now as {@link System#nanoTime}
	 */
	LostTimes(long now) {
		this.copied = now;
	}

	void copied(long started) {
		this.copied = started;
	}

	void putBack(long ended) {
		this.times.add(new Time(this.copied, ended));
	}

	private boolean has(long started, long ended) {
		return this.times.stream().anyMatch((time) -> ended >= time.from && started <= time.until);
	}

	/** Returns the uploads that may be lost. */
	List<SentUpload> lost(List<SentUpload> uploads) {
		return uploads.stream().filter((upload) -> has(upload.started(), upload.ended())).toList();
	}

	/** Returns the uploads; the results of those that may be lost are unknown. */
	List<SentUpload> uploads(List<SentUpload> all) {
		List<SentUpload> uploads = new ArrayList<>();
		for (SentUpload upload : all) {
			uploads.add(has(upload.started(), upload.ended())
					? new SentUpload(upload.device(), upload.started(), upload.ended(), upload.changes(), null)
					: upload);
		}
		return uploads;
	}

	/** Returns the pages without those that may show lost changes. */
	List<SeenPage> pages(List<SeenPage> all) {
		return all.stream().filter((page) -> !has(page.ended(), page.ended())).toList();
	}

	/** Returns the pages that may show lost changes. */
	List<SeenPage> lostPages(List<SeenPage> all) {
		return all.stream().filter((page) -> has(page.ended(), page.ended())).toList();
	}

	/** Returns the writes; the outcomes of those that may be lost are unknown. */
	List<ApplicationWrite> writes(List<ApplicationWrite> all) {
		return all.stream().map((write) -> has(write.started(), write.ended()) ? write.doubtful() : write).toList();
	}

	/** Returns the expiries without those that may be lost. */
	List<Expired> expiries(List<Expired> all) {
		return all.stream().filter((expiry) -> !has(expiry.started(), expiry.ended())).toList();
	}

	/** A time, in {@link System#nanoTime}. */
	private record Time(long from, long until) {
	}

}
