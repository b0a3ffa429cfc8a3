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
