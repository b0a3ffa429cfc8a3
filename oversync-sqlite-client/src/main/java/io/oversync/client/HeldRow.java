package io.oversync.client;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A row of the server that cannot be written here yet, mostly because another row has a
 * value that must be unique. It is tried again with each sync, in its latest version.
 * Change or delete the row that is in the way, and the next sync writes it; an edit of
 * this row on another device may do as well.
 *
 * @param table the local table
 * @param pk the row's key, a dashed UUID
 * @param row the row as the server has it; null if it was deleted there
 * @param reason why it cannot be written, for people
 * @param inTheWay the keys of rows of the same table with the same unique values
 * @param since when it was held first
 */
public record HeldRow(String table, String pk, @Nullable Row row, String reason, List<String> inTheWay, Instant since) {
}
