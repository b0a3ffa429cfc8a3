/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A row of the server that cannot be written here yet, mostly because another row has a
 * value that must be unique. It is tried again with each sync, in its latest version.
 * Change or delete the row that is in the way, and the next sync writes it; an edit of
 * this row on another device may do as well.
 */
public final class HeldRow {

	private final String table;

	private final String pk;

	private final @Nullable Row row;

	private final String reason;

	private final List<String> inTheWay;

	private final Instant since;

	HeldRow(String table, String pk, @Nullable Row row, String reason, List<String> inTheWay, Instant since) {
		this.table = table;
		this.pk = pk;
		this.row = row;
		this.reason = reason;
		this.inTheWay = inTheWay;
		this.since = since;
	}

	/**
	 * Returns the local table.
	 * @return the local table
	 */
	public String table() {
		return this.table;
	}

	/**
	 * Returns the row's key, a dashed UUID.
	 * @return the row's key, a dashed UUID
	 */
	public String pk() {
		return this.pk;
	}

	/**
	 * Returns the row as the server has it, or null if it was deleted there.
	 * @return the row as the server has it, or null if it was deleted there
	 */
	public @Nullable Row row() {
		return this.row;
	}

	/**
	 * Returns why it cannot be written, for people.
	 * @return why it cannot be written, for people
	 */
	public String reason() {
		return this.reason;
	}

	/**
	 * Returns the keys of rows of the same table with the same unique values.
	 * @return the keys of rows of the same table with the same unique values
	 */
	public List<String> inTheWay() {
		return this.inTheWay;
	}

	/**
	 * Returns when it was held first.
	 * @return when it was held first
	 */
	public Instant since() {
		return this.since;
	}

	private List<@Nullable Object> parts() {
		return Arrays.asList(this.table, this.pk, this.row, this.reason, this.inTheWay, this.since);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof HeldRow that && parts().equals(that.parts());
	}

	@Override
	public int hashCode() {
		return parts().hashCode();
	}

	@Override
	public String toString() {
		return "HeldRow[table=" + this.table + ", pk=" + this.pk + ", row=" + this.row + ", reason=" + this.reason
				+ ", inTheWay=" + this.inTheWay + ", since=" + this.since + "]";
	}

}
