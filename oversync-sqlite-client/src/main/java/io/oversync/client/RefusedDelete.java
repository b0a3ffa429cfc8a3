package io.oversync.client;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A local delete that the server refused because other rows refer to the row, such as one
 * that another device has just added. The row is not lost: the server sends it again, and
 * the next download brings it back. Delete those rows first, then this one again.
 *
 * @param table the local table
 * @param pk the row's key, a dashed UUID
 * @param row the row as it was before it was deleted here, or null if that is not known
 * @param referencedBy rows that refer to it, as far as the server names them
 * @param message for people
 */
public record RefusedDelete(String table, String pk, @Nullable Row row, List<Referrer> referencedBy, String message) {

	/**
	 * A row that refers to the one that was to be deleted. This device may not have it
	 * yet.
	 *
	 * @param table the local table, or {@code schema.table} of a table of the server that
	 * is not synced here
	 * @param pk the row's key
	 */
	public record Referrer(String table, String pk) {
	}

}
