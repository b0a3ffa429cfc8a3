/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.apply;

/**
 * Whether a row has the same history on the server as here.
 */
public enum Dispute {

	/** It has. */
	NONE,
	/** The server does not have the version that is known here. */
	LOST,
	/** In addition, another device has edited the row since. */
	WRITTEN_LATER,
	/** The server has what is known here, or later, from another device. */
	REGAINED,
	/** What came back may be of yet another history than what is known here. */
	UNPROVEN

}
