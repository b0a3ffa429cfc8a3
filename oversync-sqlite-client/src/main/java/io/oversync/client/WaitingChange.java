/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A local change that the server did not take this time. It is sent again with a later
 * sync and holds nothing else back.
 */
public final class WaitingChange {

	private final String table;

	private final String pk;

	private final String problem;

	WaitingChange(String table, String pk, String problem) {
		this.table = table;
		this.pk = pk;
		this.problem = problem;
	}

	/**
	 * Returns the local table.
	 * @return the local table
	 */
	public String table() {
		return this.table;
	}

	/**
	 * Returns the row's key.
	 * @return the row's key
	 */
	public String pk() {
		return this.pk;
	}

	/**
	 * Returns why, such as the parent that is missing.
	 * @return why, such as the parent that is missing
	 */
	public String problem() {
		return this.problem;
	}

	private List<@Nullable Object> parts() {
		return Arrays.asList(this.table, this.pk, this.problem);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof WaitingChange that && parts().equals(that.parts());
	}

	@Override
	public int hashCode() {
		return parts().hashCode();
	}

	@Override
	public String toString() {
		return "WaitingChange[table=" + this.table + ", pk=" + this.pk + ", problem=" + this.problem + "]";
	}

}
