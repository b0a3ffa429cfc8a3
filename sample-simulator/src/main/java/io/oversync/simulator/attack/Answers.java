/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.util.Map;
import java.util.TreeMap;

/**
 * Counts the outcomes of an attacker's requests. Thread-safe.
 */
final class Answers {

	private final Map<String, Long> counts = new TreeMap<>();

	private long longestMillis;

	/**
	 * Counts an answer.
	 * @param status of the answer
	 * @param millis the time until its end
	 */
	synchronized void add(int status, long millis) {
		add(Integer.toString(status));
		this.longestMillis = Math.max(this.longestMillis, millis);
	}

	/**
	 * Counts a request that had no answer when the attack ended.
	 * @param millis the time until then
	 */
	synchronized void addUnfinished(long millis) {
		add("unfinished");
		this.longestMillis = Math.max(this.longestMillis, millis);
	}

	/**
	 * Counts a request that had no answer.
	 * @param outcome the outcome instead
	 */
	synchronized void add(String outcome) {
		this.counts.merge(outcome, 1L, Long::sum);
	}

	/**
	 * Returns the counts.
	 * @return the number of requests by status or outcome
	 */
	synchronized Map<String, Long> counts() {
		return new TreeMap<>(this.counts);
	}

	synchronized long longestMillis() {
		return this.longestMillis;
	}

}
