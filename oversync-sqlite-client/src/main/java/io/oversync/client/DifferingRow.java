/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

/**
 * A row that is not here as the server has it, although it has no local change that is
 * yet to be sent or answered.
 */
public interface DifferingRow {

	/**
	 * Returns the local table.
	 * @return the local table
	 */
	String table();

	/**
	 * Returns the key of the row.
	 * @return a dashed UUID
	 */
	String pk();

	/**
	 * Returns the kind of the difference.
	 * @return the kind
	 */
	Kind kind();

	/**
	 * Returns the version of the row that is known here.
	 * @return the version, or 0 if none is known
	 */
	long version();

	/**
	 * Returns the version that the server has.
	 * @return the version, or 0 if the server does not have the row
	 */
	long serverVersion();

	/** The kinds of differences. */
	enum Kind {

		/** The server has the row, and the local table does not. */
		MISSING_HERE,
		/**
		 * The local table has the row, and the server does not: it was deleted there, or
		 * it never arrived.
		 */
		NOT_ON_SERVER,
		/** Both have the row, in different versions. */
		OTHER_VERSION

	}

}
