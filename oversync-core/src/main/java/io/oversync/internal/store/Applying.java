/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

/**
 * The setting that tells the engine's own writes to business tables from those of the
 * application: triggers capture nothing while it is on.
 */
public final class Applying {

	/** The name of the setting. */
	public static final String SETTING = "oversync.applying";

	/** Its value while the engine writes to whatever tables. */
	public static final String VALUE = "on";

	/** Begins the engine's writes; a rollback of the savepoint undoes it. */
	public static final String BEGIN = "SET LOCAL oversync.applying = 'on'";

	/** Ends the engine's writes. */
	public static final String END = "SET LOCAL oversync.applying = ''";

	private static final String SET = "set_config('oversync.applying', '%s', true)";

	/**
	 * Begins the writes of a handler to its own table; what it writes to others is the
	 * application's.
	 * @param tableId the id of the table
	 * @return a statement
	 */
	public static String begin(int tableId) {
		return "SET LOCAL oversync.applying = '" + value(tableId) + "'";
	}

	/**
	 * Returns the value of the setting while a handler writes its own table.
	 * @param tableId the id of the table
	 * @return the value
	 */
	public static String value(int tableId) {
		return Integer.toString(tableId);
	}

	private Applying() {
	}

	/**
	 * Begins or ends the engine's writes, together with other settings of a batch.
	 * @param batch takes the setting, before the next statement that is added
	 * @param on whether the engine's writes begin
	 */
	public static void add(StatementBatch batch, boolean on) {
		batch.set(SET.formatted(on ? VALUE : ""), (parameters) -> {
		});
	}

}
