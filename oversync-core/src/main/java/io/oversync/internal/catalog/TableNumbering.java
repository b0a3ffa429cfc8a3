/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.List;
import java.util.Map;

import io.oversync.protocol.TableName;

/**
 * Numbers tables, which the catalog only knows by name.
 */
@FunctionalInterface
public interface TableNumbering {

	/**
	 * Registers the tables that are not registered yet.
	 * @param tables the tables
	 * @return the id of each, which never changes
	 */
	Map<TableName, Integer> register(List<TableName> tables);

}
