package io.oversync.client;

import java.time.Instant;

/**
 * A change of this user that is synced to all devices, but that the server could not
 * write into its own table, such as a value that must be unique there. A later edit of
 * the row that fits clears it.
 *
 * @param table the local table, or {@code schema.table} of one that is not synced here
 * @param pk the row's key, a dashed UUID
 * @param version the row's version that could not be written
 * @param error why, for people
 * @param firstSeen when it failed first
 */
public record ServerFailure(String table, String pk, long version, String error, Instant firstSeen) {
}
