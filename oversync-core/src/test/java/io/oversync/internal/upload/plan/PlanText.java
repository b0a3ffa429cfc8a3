/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import io.oversync.internal.catalog.RowKey;

/**
 * Describes plans in short texts, for tests of the planner.
 */
final class PlanText {

	private PlanText() {
	}

	/** Returns the entries of a plan in short: {@code U users1 v1}. */
	static String[] stream(UploadPlan plan) {
		return plan.entries()
			.stream()
			.map((entry) -> entry.op().name().charAt(0) + " " + describe(entry.row(), entry.version())
					+ (entry.byServer() ? " by server" : ""))
			.toArray(String[]::new);
	}

	/** Returns the restored rows of a plan in short: {@code users1 v2}. */
	static String[] restores(UploadPlan plan) {
		return plan.restores()
			.stream()
			.map((restore) -> describe(restore.row(), restore.entry().version()))
			.toArray(String[]::new);
	}

	private static String describe(RowKey row, long version) {
		return row.table().table() + row.pk().getLeastSignificantBits() + " v" + version;
	}

}
