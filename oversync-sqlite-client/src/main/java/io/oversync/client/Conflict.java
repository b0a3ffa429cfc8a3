/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A row that was changed here and, meanwhile, on another device.
 */
public final class Conflict {

	private final String table;

	private final String pk;

	private final @Nullable Row base;

	private final @Nullable Row local;

	private final @Nullable Row server;

	private final long serverVersion;

	Conflict(String table, String pk, @Nullable Row base, @Nullable Row local, @Nullable Row server,
			long serverVersion) {
		this.table = table;
		this.pk = pk;
		this.base = base;
		this.local = local;
		this.server = server;
		this.serverVersion = serverVersion;
	}

	/**
	 * Creates a conflict, for tests of a resolver.
	 * @param table the local table
	 * @param base the row as it was, or null
	 * @param local the row as it is here, or null
	 * @param server the row as the server has it, or null
	 * @return the conflict
	 */
	public static Conflict of(String table, @Nullable Row base, @Nullable Row local, @Nullable Row server) {
		return new Conflict(table, "", base, local, server, 0);
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
	 * Returns the row as it was before it was changed here; null if there was none, or if
	 * it is not known.
	 * @return the row as it was before it was changed here
	 */
	public @Nullable Row base() {
		return this.base;
	}

	/**
	 * Returns the row as it is here; null if it was deleted here.
	 * @return the row as it is here
	 */
	public @Nullable Row local() {
		return this.local;
	}

	/**
	 * Returns the row as the server has it; null if it was deleted there. A column that
	 * the server's row lacks has the value before the local change.
	 * @return the row as the server has it
	 */
	public @Nullable Row server() {
		return this.server;
	}

	/**
	 * Returns the server's version of it.
	 * @return the server's version of it
	 */
	public long serverVersion() {
		return this.serverVersion;
	}

	private List<@Nullable Object> parts() {
		return Arrays.asList(this.table, this.pk, this.base, this.local, this.server, this.serverVersion);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof Conflict that && parts().equals(that.parts());
	}

	@Override
	public int hashCode() {
		return parts().hashCode();
	}

	@Override
	public String toString() {
		return "Conflict[table=" + this.table + ", pk=" + this.pk + ", base=" + this.base + ", local=" + this.local
				+ ", server=" + this.server + ", serverVersion=" + this.serverVersion + "]";
	}

}
