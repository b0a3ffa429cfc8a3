/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.apply;

import java.util.LinkedHashMap;
import java.util.Map;

import io.oversync.client.internal.protocol.RowPayload;
import org.jspecify.annotations.Nullable;

/**
 * The images of rows after several entries of the stream. An entry that lacks a member
 * leaves its value alone, as a device does that follows the stream.
 */
public final class StreamImages {

	private StreamImages() {
	}

	/**
	 * Returns a row's image after an entry.
	 * @param before the image before it, or null if there was none or the row was deleted
	 * @param entry the entry's payload, or null if it deletes the row
	 */
	public static @Nullable RowPayload after(@Nullable RowPayload before, @Nullable RowPayload entry) {
		if (before == null || entry == null || entry.members().keySet().containsAll(before.members().keySet())) {
			return entry;
		}
		Map<String, @Nullable Object> members = new LinkedHashMap<>(entry.members());
		before.members().forEach((member, value) -> {
			if (!members.containsKey(member)) {
				members.put(member, value);
			}
		});
		return new RowPayload(members);
	}

}
