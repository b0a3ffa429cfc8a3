/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.soak;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What went wrong, each kind once with its first example and how often. Thread-safe.
 */
final class Problems {

	private final Map<String, Kind> kinds = new LinkedHashMap<>();

	/** Notes one that is not like the others. */
	synchronized void add(String problem) {
		this.kinds.computeIfAbsent(problem, Kind::new).times++;
	}

	/** Notes a failure of something that goes on nevertheless. */
	synchronized void add(String what, RuntimeException failure) {
		this.kinds.computeIfAbsent(what + failure.getClass(), (any) -> new Kind(what + " failed: " + failure)).times++;
	}

	synchronized List<String> list() {
		List<String> lines = new ArrayList<>();
		this.kinds.values().forEach((kind) -> lines.add(kind.toString()));
		return List.copyOf(lines);
	}

	/**
	 * Problems that are alike.
	 */
	private static final class Kind {

		private final String first;

		private int times;

		Kind(String first) {
			this.first = first;
		}

		@Override
		public String toString() {
			return (this.times == 1) ? this.first : this.times + " times, the first: " + this.first;
		}

	}

}
