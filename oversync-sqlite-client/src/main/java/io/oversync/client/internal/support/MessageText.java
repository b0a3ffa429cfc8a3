/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.support;

/**
 * Texts of other systems in messages.
 */
public final class MessageText {

	private static final int MAX_LENGTH = 300;

	private MessageText() {
	}

	/** Returns a text that is short enough for a message. */
	public static String shortened(String text) {
		return (text.length() <= MAX_LENGTH) ? text : text.substring(0, MAX_LENGTH) + "…";
	}

}
