/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.database;

/**
 * Names and texts in SQL.
 */
public final class SqlText {

	private SqlText() {
	}

	public static String name(String name) {
		return '"' + name.replace("\"", "\"\"") + '"';
	}

	public static String text(String text) {
		return "'" + text.replace("'", "''") + "'";
	}

}
