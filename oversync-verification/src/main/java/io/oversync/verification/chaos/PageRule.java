/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.List;
import java.util.function.Consumer;

import io.oversync.verification.device.StreamPage;
import io.oversync.verification.device.WireEntry;

/**
 * The rule for pages (protocol §3): after a device was told that it has everything up to
 * a position, no entry at or below it appears or vanishes. {@link RestoreRules} judge
 * entries from behind the end of a page.
 */
final class PageRule {

	private PageRule() {
	}

	static void pagesAreComplete(History history, Consumer<String> violations) {
		List<WireEntry> stream = history.evidence().stream();
		for (SeenPage seen : history.evidence().pages()) {
			StreamPage page = seen.page();
			List<WireEntry> due = stream.subList(place(stream, seen.after()), place(stream, page.nextAfter()))
				.stream()
				.filter((entry) -> seen.includeSelf() || !entry.sourceId().equals(seen.device()))
				.toList();
			if (!due.equals(seen.ordinary())) {
				violations.accept(seen.device() + " asked for what comes after " + seen.after()
						+ ", was told that it has seen everything up to " + page.nextAfter() + ", and got "
						+ difference(due, seen.ordinary()));
			}
		}
	}

	/** Returns the number of entries at or before a position. */
	private static int place(List<WireEntry> stream, long position) {
		int low = 0;
		int high = stream.size();
		while (low < high) {
			int middle = (low + high) >>> 1;
			if (stream.get(middle).serverId() <= position) {
				low = middle + 1;
			}
			else {
				high = middle;
			}
		}
		return low;
	}

	private static String difference(List<WireEntry> due, List<WireEntry> got) {
		for (WireEntry entry : due) {
			if (!got.contains(entry)) {
				return "no entry " + entry.serverId() + ", which is in the stream";
			}
		}
		for (WireEntry entry : got) {
			if (!due.contains(entry)) {
				return "entry " + entry.serverId() + ", which is not in the stream like that";
			}
		}
		return "the entries in another order";
	}

}
