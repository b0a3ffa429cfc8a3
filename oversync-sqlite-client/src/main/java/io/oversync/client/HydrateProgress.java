/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

/**
 * How far a hydration has come.
 */
public interface HydrateProgress {

	/**
	 * Returns changes so far, of this run.
	 * @return changes so far, of this run
	 */
	long downloaded();

	/**
	 * Returns of the last change.
	 * @return of the last change
	 */
	long position();

	/**
	 * Returns the position where it ends.
	 * @return the position where it ends
	 */
	long until();

	/**
	 * Returns how far it has come.
	 * @return a number from 0 to 1
	 */
	double fraction();

}
