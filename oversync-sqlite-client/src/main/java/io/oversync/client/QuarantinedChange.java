package io.oversync.client;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A local change that the server will never take as it is. It holds nothing else back; it
 * waits for {@link SyncClient#retryQuarantined} or {@link SyncClient#discardQuarantined},
 * or for another edit of the row.
 *
 * @param id to name it by
 * @param table the local table
 * @param pk the row's key: a dashed UUID if it is one
 * @param op {@code INSERT}, {@code UPDATE} or {@code DELETE}
 * @param payload the JSON that was refused, null for a DELETE or when it could not be
 * made
 * @param reason {@code bad_payload}, {@code request_too_large}, {@code fk_missing} for a
 * parent that is deleted, {@code referenced} for a delete of a row that others on the
 * server refer to, or {@code unsupported_value} for what cannot be sent
 * @param message for people
 * @param since when it was refused
 */
public record QuarantinedChange(long id, String table, String pk, String op, @Nullable String payload, String reason,
		String message, Instant since) {
}
