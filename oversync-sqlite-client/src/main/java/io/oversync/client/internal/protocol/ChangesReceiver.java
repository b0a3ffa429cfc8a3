/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.protocol;

import java.util.List;

/**
 * Receives an answer with everything up to the head while it arrives.
 */
public interface ChangesReceiver {

	/**
	 * The answer begins.
	 * @param restores the number of restored rows that come first, ahead of their places,
	 * or -1 if the server does not say
	 * @param windowUntil the end of the window, or 0 if the server does not say
	 */
	void begin(long restores, long windowUntil);

	/**
	 * Receives the entries of a part, except the last one.
	 * @param changes the entries
	 */
	void part(List<ReceivedChange> changes);

}
