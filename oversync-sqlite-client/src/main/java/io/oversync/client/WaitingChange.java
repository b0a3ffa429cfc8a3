package io.oversync.client;

/**
 * A local change that the server did not take this time. It is sent again with a later
 * sync and holds nothing else back.
 *
 * @param table the local table
 * @param pk the row's key
 * @param problem why, such as the parent that is missing
 */
public record WaitingChange(String table, String pk, String problem) {
}
