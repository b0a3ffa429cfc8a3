/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

import java.util.List;

/**
 * A page of a change stream (protocol §3).
 *
 * @param entries by position
 * @param hasMore whether the window has more
 * @param nextAfter where the next page begins
 * @param windowUntil the end of the window
 */
public record StreamPage(List<WireEntry> entries, boolean hasMore, long nextAfter, long windowUntil) {

	/**
	 * Reads a page.
	 * @param json the body of the answer
	 * @return the page
	 * @throws tools.jackson.core.JacksonException if it is not one
	 */
	public static StreamPage parse(String json) {
		RawJson page = new RawJson(json);
		return new StreamPage(page.objects("changes").stream().map(StreamPage::entry).toList(), page.isTrue("has_more"),
				page.number("next_after", -1), page.number("window_until", -1));
	}

	private static WireEntry entry(RawJson entry) {
		return new WireEntry(entry.number("server_id", 0), entry.string("schema"), entry.string("table"),
				entry.string("pk"), entry.string("op"), entry.number("server_version", 0), entry.isTrue("deleted"),
				entry.string("source_id"), entry.number("source_change_id", 0), entry.raw("payload"));
	}

}
