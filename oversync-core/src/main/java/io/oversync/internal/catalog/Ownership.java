/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The rules that keep the rows of a table's users apart.
 *
 * @param uuid whether the owner column is of type uuid
 * @param maxLength the most characters that the owner column holds, 0 for any number
 * @param domain the domain that the owner column is of, as it is written in a cast, null
 * for none
 * @param rowSecurity whether row-level security applied to the role when the catalog was
 * read
 * @param writeRules whether rules rewrite inserts or updates, with which
 * {@code INSERT … ON CONFLICT} does not go together
 * @param references all foreign keys to materialised tables, whatever their columns:
 * through none of them may a row refer to a row of another user
 */
public record Ownership(boolean uuid, int maxLength, @Nullable String domain, boolean rowSecurity, boolean writeRules,
		List<OwnedReference> references) {

	/** Of a table that is not materialised. */
	public static final Ownership NONE = new Ownership(false, 0, null, false, false, List.of());

	public Ownership {
		references = List.copyOf(references);
	}

}
