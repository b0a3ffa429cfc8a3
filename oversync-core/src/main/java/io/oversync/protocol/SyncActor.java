/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

/**
 * The user and device of a request (§1): taken from the authenticated principal, never
 * from a request body.
 *
 * @param userId the owner of the data; everything is isolated by it
 * @param sourceId the installation of an app (device): 1 to 256 characters
 */
public record SyncActor(String userId, String sourceId) {

	/** The source of changes that the server makes itself; no device may use it. */
	public static final String SERVER_SOURCE = "server";

	/** The most characters that a source id may have. */
	public static final int MAX_SOURCE_ID_LENGTH = 256;

	/** The most characters that a user id may have. */
	public static final int MAX_USER_ID_LENGTH = 512;

	/**
	 * Checks both ids.
	 * @throws SyncException {@link ErrorCode#AUTHENTICATION_FAILED} if one is missing,
	 * too long, has control characters or cannot be stored, or if the source is reserved
	 */
	public SyncActor {
		check("user id", userId, MAX_USER_ID_LENGTH);
		check("device id", sourceId, MAX_SOURCE_ID_LENGTH);
		if (SERVER_SOURCE.equals(sourceId)) {
			throw new SyncException(ErrorCode.AUTHENTICATION_FAILED,
					"The device id '" + SERVER_SOURCE + "' is reserved");
		}
	}

	private static void check(String what, String id, int maxLength) {
		if (id.isEmpty()) {
			throw new SyncException(ErrorCode.AUTHENTICATION_FAILED, "The " + what + " is empty");
		}
		if (id.codePointCount(0, id.length()) > maxLength) {
			throw new SyncException(ErrorCode.AUTHENTICATION_FAILED,
					"The " + what + " is longer than " + maxLength + " characters");
		}
		if (id.codePoints().anyMatch(SyncActor::isUnusable)) {
			throw new SyncException(ErrorCode.AUTHENTICATION_FAILED, "The " + what + " has control characters");
		}
	}

	private static boolean isUnusable(int codePoint) {
		return Character.isISOControl(codePoint)
				|| (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE);
	}

}
