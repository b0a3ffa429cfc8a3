/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.verify;

import io.oversync.client.DifferingRow;
import io.oversync.client.internal.report.DifferingRowReport;
import io.oversync.client.internal.table.LocalTable;

/**
 * A row that differs from the server's.
 *
 * @param table its table
 * @param pk its key on the wire
 * @param key its key in the table, also if it is not there
 * @param kind the kind of the difference
 * @param version the version that is known here, or 0
 * @param serverVersion the server's version, or 0
 * @param place the position of the change that made the server's version, or 0
 * @param doubled whether the row is here in another spelling of its key as well
 */
record FoundDifference(LocalTable table, String pk, Object key, DifferingRow.Kind kind, long version,
		long serverVersion, long place, boolean doubled) {

	DifferingRowReport report() {
		return new DifferingRowReport(this.table.name(), this.pk, this.kind, this.version, this.serverVersion);
	}

}
