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
 * The problems of a soak: each kind once, with its first example and its count.
 * Thread-safe.
 */
final class Problems {

	private final Map<String, Kind> kinds = new LinkedHashMap<>();

	/** Notes a problem of its own kind. */
	synchronized void add(String problem) {
		this.kinds.computeIfAbsent(problem, Kind::new).times++;
	}

	/** Notes a failure that does not end the soak. */
	synchronized void add(String what, RuntimeException failure) {
		this.kinds.computeIfAbsent(what + failure.getClass(), (any) -> new Kind(what + " failed: " + failure)).times++;
	}

	synchronized List<String> list() {
		List<String> lines = new ArrayList<>();
		this.kinds.values().forEach((kind) -> lines.add(kind.toString()));
		return List.copyOf(lines);
	}

	/**
	 * Similar problems.
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
