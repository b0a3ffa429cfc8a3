/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.protocol;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The server's answer to one change (§2.1).
 *
 * @param status {@code applied}, {@code conflict}, {@code invalid}, or anything else that
 * a server may come to say
 * @param newServerVersion the version that it led to, 0 if there is none
 * @param serverRow the row as the server has it, in a conflict
 * @param message for people, or null
 * @param reason the reason why it is invalid, or null
 * @param missing the parents that were missed, as {@code schema.table:key}
 * @param referencedBy rows that refuse a delete, as {@code schema.table:key}; null if it
 * was not refused for that
 */
public record ChangeAnswer(String status, long newServerVersion, @Nullable ReceivedRow serverRow,
		@Nullable String message, @Nullable String reason, List<String> missing, @Nullable List<String> referencedBy) {
}
