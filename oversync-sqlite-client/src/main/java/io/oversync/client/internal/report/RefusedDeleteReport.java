/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.report;

import java.util.List;

import io.oversync.client.RefusedDelete;
import io.oversync.client.SyncRow;
import org.jspecify.annotations.Nullable;

/**
 * The values of a {@link RefusedDelete}.
 */
public record RefusedDeleteReport(String table, String pk, @Nullable SyncRow row, List<Referrer> referencedBy,
		String message) implements RefusedDelete {

	/** See {@link RefusedDelete.Referrer}. */
	public record ReferrerReport(String table, String pk) implements Referrer {

		@Override
		public String toString() {
			return this.table + " " + this.pk;
		}

	}

}
