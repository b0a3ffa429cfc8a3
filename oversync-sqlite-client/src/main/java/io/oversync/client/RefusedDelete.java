/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * A local delete that the server refused because other rows refer to the row, such as one
 * that another device has just added. The row is not lost: the server sends it again, and
 * the next download brings it back. Delete those rows first, then this one again.
 */
public final class RefusedDelete {

	private final String table;

	private final String pk;

	private final @Nullable Row row;

	private final List<Referrer> referencedBy;

	private final String message;

	RefusedDelete(String table, String pk, @Nullable Row row, List<Referrer> referencedBy, String message) {
		this.table = table;
		this.pk = pk;
		this.row = row;
		this.referencedBy = referencedBy;
		this.message = message;
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
	 * Returns the row as it was before it was deleted here, or null if that is not known.
	 * @return the row as it was before it was deleted here, or null if that is not known
	 */
	public @Nullable Row row() {
		return this.row;
	}

	/**
	 * Returns rows that refer to it, as far as the server names them.
	 * @return rows that refer to it, as far as the server names them
	 */
	public List<Referrer> referencedBy() {
		return this.referencedBy;
	}

	/**
	 * Returns a message for people.
	 * @return the message
	 */
	public String message() {
		return this.message;
	}

	/**
	 * A row that refers to the one that was to be deleted. This device may not have it
	 * yet.
	 */
	public static final class Referrer {

		private final String table;

		private final String pk;

		Referrer(String table, String pk) {
			this.table = table;
			this.pk = pk;
		}

		/**
		 * Returns the local table, or {@code schema.table} of a table of the server that
		 * is not synced here.
		 * @return the table
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

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof Referrer that && this.table.equals(that.table) && this.pk.equals(that.pk);
		}

		@Override
		public int hashCode() {
			return Objects.hash(this.table, this.pk);
		}

		@Override
		public String toString() {
			return this.table + " " + this.pk;
		}

	}

	private List<@Nullable Object> parts() {
		return Arrays.asList(this.table, this.pk, this.row, this.referencedBy, this.message);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof RefusedDelete that && parts().equals(that.parts());
	}

	@Override
	public int hashCode() {
		return parts().hashCode();
	}

	@Override
	public String toString() {
		return "RefusedDelete[table=" + this.table + ", pk=" + this.pk + ", row=" + this.row + ", referencedBy="
				+ this.referencedBy + ", message=" + this.message + "]";
	}

}
