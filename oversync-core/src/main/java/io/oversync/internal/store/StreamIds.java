/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Computes the ids that a user's stream may have. A stream gets the first of them that no
 * other user holds, and keeps it. Two users may share a candidate, so an id says nothing
 * until the {@code user_id} of its row was compared.
 */
@FunctionalInterface
public interface StreamIds {

	/** How many candidates each user has. */
	int CANDIDATES = 4;

	/** The four quarters of the SHA-256 digest of the user's id in UTF-8. */
	StreamIds SHA_256 = (userId, index) -> {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(userId.getBytes(StandardCharsets.UTF_8));
			return ByteBuffer.wrap(digest).getLong(index * Long.BYTES);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	};

	/**
	 * Returns a candidate.
	 * @param userId the user, in the canonical spelling
	 * @param index from 0, the id of nearly every stream, to {@link #CANDIDATES} - 1
	 * @return an id that the user's stream may have
	 */
	long candidate(String userId, int index);

}
