/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.List;

/**
 * A unique index or exclusion constraint of a business table, other than the primary key.
 *
 * @param columns the synced columns that its key depends on, those that are part of the
 * key before those of expressions and generated columns
 * @param nullsDistinct whether any number of rows may have nulls in it
 */
record UniqueIndex(List<UniqueColumn> columns, boolean nullsDistinct) {

	/**
	 * A column of it.
	 *
	 * @param name the column
	 * @param nullable whether it may be null
	 * @param referring whether a foreign key refers to another row with it
	 * @param modifier the type modifier (length or precision), -1 for none
	 */
	record UniqueColumn(String name, boolean nullable, boolean referring, int modifier) {
	}

}
