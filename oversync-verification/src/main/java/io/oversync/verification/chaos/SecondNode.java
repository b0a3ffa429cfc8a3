/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.List;

import io.oversync.verification.device.WireEntry;

/**
 * Another node of a server, on the same database, with the operations that an application
 * offers its operators. Each operation is repeated until it succeeds: connections may be
 * cut, and the database may be replaced.
 */
public interface SecondNode {

	/**
	 * Returns its address.
	 * @return without a trailing slash, the same one after a restart
	 */
	String address();

	/**
	 * Compacts a user's stream as far as the rules permit: entries of any age, up to what
	 * every device has received that was seen lately.
	 * @param user the user
	 */
	void compact(String user);

	/**
	 * Compacts a user's stream in the same way. Tombstones of any age expire that every
	 * device has passed that was seen lately.
	 * @param user the user
	 */
	void expireTombstones(String user);

	/**
	 * Returns how far tombstones have expired.
	 * @param user the user
	 * @return the position since which the user's stream retains them, 0 for all
	 */
	long retainedSince(String user);

	/**
	 * Returns how many rows have gone since their tombstones had expired.
	 * @param user the user
	 * @return the number, of the user's stream
	 */
	long expiredRows(String user);

	/**
	 * Returns whether it knows the cursors of all devices when tombstones expire. The
	 * other node may have noted some, and not written them yet.
	 * @return whether all cursors are written before
	 */
	boolean knowsCursors();

	/**
	 * Returns what was removed of a user's stream.
	 * @param user the user
	 * @return the entries, ascending
	 */
	List<WireEntry> removed(String user);

	/**
	 * Refuses a device.
	 * @param user its user
	 * @param device its id
	 */
	void revoke(String user, String device);

	/**
	 * Lets a revoked device in again.
	 * @param user its user
	 * @param device its id
	 */
	void permit(String user, String device);

	/**
	 * Removes what is known of a device.
	 * @param user its user
	 * @param device its id
	 */
	void forget(String user, String device);

	/**
	 * Makes the last request of a device so old that compactions no longer wait for it.
	 * @param user its user
	 * @param device its id
	 */
	void expire(String user, String device);

	/** Stops it, before the database is replaced. */
	void stop();

	/** Starts it again. */
	void start();

}
