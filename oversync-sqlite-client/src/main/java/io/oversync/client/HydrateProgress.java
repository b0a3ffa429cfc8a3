/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

/**
 * The progress of a hydration.
 */
public interface HydrateProgress {

	/**
	 * Returns the number of changes that this run has downloaded so far.
	 * @return the number
	 */
	long downloaded();

	/**
	 * Returns the position of the last change.
	 * @return the position
	 */
	long position();

	/**
	 * Returns the position at which the hydration ends.
	 * @return the position
	 */
	long until();

	/**
	 * Returns the progress as a fraction.
	 * @return a number from 0 to 1
	 */
	double fraction();

}
