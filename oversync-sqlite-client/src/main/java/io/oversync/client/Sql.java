/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

/**
 * Names and texts in SQL.
 */
final class Sql {

	private Sql() {
	}

	static String name(String name) {
		return '"' + name.replace("\"", "\"\"") + '"';
	}

	static String text(String text) {
		return "'" + text.replace("'", "''") + "'";
	}

}
