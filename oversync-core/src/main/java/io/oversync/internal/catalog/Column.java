/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

/**
 * A column of a business table that uploads may write: neither the key, nor the owner
 * column, nor generated, identity or read-only.
 *
 * @param name its name, exactly as in the database
 * @param type its type
 * @param nullable whether it may be null
 * @param hasDefault whether it has a default
 */
public record Column(String name, ColumnType type, boolean nullable, boolean hasDefault) {

	/**
	 * Returns whether a new row must name a value for it.
	 * @return whether it is neither nullable nor has a default
	 */
	public boolean isRequired() {
		return !this.nullable && !this.hasDefault;
	}

}
