/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

import io.oversync.verification.device.StreamPage;
import io.oversync.verification.device.WireEntry;

/**
 * A stream and its pages as they were without compactions: the rules judge whole
 * histories.
 */
final class WholeStream {

	private final List<WireEntry> removed;

	/**
	 * Creates it.
	 * @param removed the entries that compactions have removed
	 */
	WholeStream(List<WireEntry> removed) {
		this.removed = removed;
	}

	/** Returns whether compactions have removed something. */
	boolean isCompacted() {
		return !this.removed.isEmpty();
	}

	/** Returns the whole stream. */
	List<WireEntry> of(List<WireEntry> left) {
		return merge(left, 0, Long.MAX_VALUE);
	}

	/** Returns a page with the entries that it lacks. */
	SeenPage of(SeenPage seen) {
		StreamPage page = seen.page();
		List<WireEntry> entries = new ArrayList<>(seen.ahead());
		merge(seen.ordinary(), seen.after(), page.nextAfter()).stream()
			.filter((entry) -> seen.includeSelf() || !entry.sourceId().equals(seen.device()))
			.forEach(entries::add);
		return new SeenPage(seen.device(), seen.after(), seen.includeSelf(),
				new StreamPage(entries, page.hasMore(), page.nextAfter(), page.windowUntil()), seen.ended());
	}

	private List<WireEntry> merge(List<WireEntry> left, long after, long until) {
		TreeMap<Long, WireEntry> entries = new TreeMap<>();
		for (WireEntry entry : this.removed) {
			if (entry.serverId() > after && entry.serverId() <= until) {
				entries.put(entry.serverId(), entry);
			}
		}
		left.forEach((entry) -> entries.put(entry.serverId(), entry));
		return List.copyOf(entries.values());
	}

}
