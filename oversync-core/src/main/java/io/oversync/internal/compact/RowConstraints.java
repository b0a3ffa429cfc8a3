/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.compact;

import java.util.Map;
import java.util.Set;

import io.oversync.internal.catalog.RowKey;

/**
 * The constraints that a device may have on its rows.
 */
interface RowConstraints {

	/**
	 * Finds the rows that a row refers to.
	 * @param row the row
	 * @param image its members
	 * @return the parents
	 */
	Set<RowKey> parents(RowKey row, Map<String, String> image);

	/**
	 * Finds the values that no other row may have at the same time.
	 * @param row the row
	 * @param image its members
	 * @return values that are equal exactly if they exclude each other
	 */
	Set<Object> uniqueValues(RowKey row, Map<String, String> image);

}
