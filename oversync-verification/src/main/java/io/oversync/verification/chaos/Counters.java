/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts events, from any thread.
 */
public final class Counters {

	/** Changes that devices have sent. */
	public static final String UPLOADED = "changes sent";

	/** Changes that devices have received. */
	public static final String DOWNLOADED = "changes received";

	/** Conflicts that devices have resolved. */
	public static final String CONFLICTS = "conflicts";

	private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

	void count(String what) {
		add(what, 1);
	}

	void add(String what, long number) {
		this.counts.computeIfAbsent(what, (name) -> new LongAdder()).add(number);
	}

	/** Returns all counts by name. */
	Map<String, Long> counts() {
		Map<String, Long> sorted = new TreeMap<>();
		this.counts.forEach((name, count) -> sorted.put(name, count.sum()));
		return sorted;
	}

}
