package io.oversync.client;

import org.jspecify.annotations.Nullable;

/**
 * A row that was changed here and, meanwhile, on another device.
 *
 * @param table the local table
 * @param pk the row's key, a dashed UUID
 * @param base the row as it was before it was changed here; null if there was none, or if
 * it is not known
 * @param local the row as it is here; null if it was deleted here
 * @param server the row as the server has it; null if it was deleted there. A column that
 * the server's row lacks has the local value.
 * @param serverVersion the server's version of it
 */
public record Conflict(String table, String pk, @Nullable Row base, @Nullable Row local, @Nullable Row server,
		long serverVersion) {
}
