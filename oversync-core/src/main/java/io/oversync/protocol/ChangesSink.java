/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

/**
 * Receives the changes up to the head of a stream, as they are read. Its methods are
 * called while no connection to the database is held.
 */
public interface ChangesSink {

	/**
	 * Receives what is known before the first change.
	 * @param restores the number of restored rows that come first, ahead of their places
	 * @param windowUntil the last position of the window
	 */
	void begin(long restores, long windowUntil);

	/**
	 * Receives the next change.
	 * @param change the change
	 */
	void change(DownloadedChange change);

	/** The database is read next: what was received so far should be passed on. */
	void pause();

	/**
	 * Returns whether the window is to end before the next change. Not asked between the
	 * restored rows.
	 * @return whether no more changes are wanted
	 */
	boolean isFull();

}
