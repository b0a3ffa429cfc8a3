/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.apply;

/**
 * The relation between the histories of a row on the server and here.
 */
public enum Dispute {

	/** They are the same. */
	NONE,
	/** The server does not have the version that is known here. */
	LOST,
	/** In addition, another device has edited the row since. */
	WRITTEN_LATER,
	/** The server has what is known here, or later, from another device. */
	REGAINED,
	/** The row that came back may belong to yet another history. */
	UNPROVEN

}
