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
 * A change of this user that is synced to all devices, but that the server could not
 * write into its own table, such as a value that must be unique there. A later edit of
 * the row that fits clears it.
 */
public final class ServerFailure {

	private final String table;

	private final String pk;

	private final long version;

	private final String error;

	private final Instant firstSeen;

	ServerFailure(String table, String pk, long version, String error, Instant firstSeen) {
		this.table = table;
		this.pk = pk;
		this.version = version;
		this.error = error;
		this.firstSeen = firstSeen;
	}

	/**
	 * Returns the local table, or {@code schema.table} of one that is not synced here.
	 * @return the local table, or {@code schema.table} of one that is not synced here
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
	 * Returns the row's version that could not be written.
	 * @return the row's version that could not be written
	 */
	public long version() {
		return this.version;
	}

	/**
	 * Returns why, for people.
	 * @return why, for people
	 */
	public String error() {
		return this.error;
	}

	/**
	 * Returns when it failed first.
	 * @return when it failed first
	 */
	public Instant firstSeen() {
		return this.firstSeen;
	}

	private List<@Nullable Object> parts() {
		return Arrays.asList(this.table, this.pk, this.version, this.error, this.firstSeen);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof ServerFailure that && parts().equals(that.parts());
	}

	@Override
	public int hashCode() {
		return parts().hashCode();
	}

	@Override
	public String toString() {
		return "ServerFailure[table=" + this.table + ", pk=" + this.pk + ", version=" + this.version + ", error="
				+ this.error + ", firstSeen=" + this.firstSeen + "]";
	}

}
