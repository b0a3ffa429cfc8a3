/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.HashMap;
import java.util.Map;

import io.oversync.protocol.JsonText;

/**
 * Digests of the payloads of one upload as JSON. Each payload is read at most once, and
 * only if it must be compared.
 */
public final class Contents {

	private final Map<Integer, String> digests = new HashMap<>();

	/**
	 * Returns the digest of a change's payload.
	 * @param change a change of the upload
	 * @return the same for the same content, an empty text without a payload
	 */
	public String of(Change change) {
		return this.digests.computeIfAbsent(change.index(),
				(index) -> (change.payload() != null) ? JsonText.contentDigest(change.payload().text()) : "");
	}

}
