/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The columns of a table apart from its key and its owner column.
 *
 * @param written those that uploads write, in the order of the table
 * @param computed those whose values devices get back, in the order of the table; some of
 * them may be written, too
 * @param version the one that counts the updates of uploads, null for none
 */
public record TableColumns(List<Column> written, List<Column> computed, @Nullable Column version) {

	/** No columns. */
	static final TableColumns NONE = of(List.of());

	public TableColumns {
		written = List.copyOf(written);
		computed = List.copyOf(computed);
	}

	/**
	 * Creates the columns of a table all of which take what devices send.
	 * @param written the columns
	 * @return the columns
	 */
	public static TableColumns of(List<Column> written) {
		return new TableColumns(written, List.of(), null);
	}

	/**
	 * Returns the columns that an after-image can have.
	 * @return those that are written, and those that are computed only
	 */
	List<Column> shown() {
		List<Column> shown = new ArrayList<>(this.written);
		this.computed.stream().filter((column) -> !this.written.contains(column)).forEach(shown::add);
		return shown;
	}

}
