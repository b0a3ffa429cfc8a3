/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.List;

import io.oversync.protocol.TableName;

/**
 * Tables no longer match the catalog, so nothing that was done with it may be kept. The
 * request can be repeated with a new catalog.
 */
@SuppressWarnings("serial")
public final class DefinitionsChangedException extends RuntimeException {

	/**
	 * Creates the exception.
	 * @param tables the tables that were altered, dropped or created
	 */
	public DefinitionsChangedException(List<TableName> tables) {
		super("The definitions of tables have changed: " + tables);
	}

}
