/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

/**
 * Texts of others in messages.
 */
final class Texts {

	private static final int MAX_LENGTH = 300;

	private Texts() {
	}

	/** Returns a text that is short enough for a message. */
	static String shortened(String text) {
		return (text.length() <= MAX_LENGTH) ? text : text.substring(0, MAX_LENGTH) + "…";
	}

}
