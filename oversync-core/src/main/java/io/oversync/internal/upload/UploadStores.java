/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload;

import io.oversync.internal.materialize.BusinessTables;
import io.oversync.internal.materialize.Materializer;
import io.oversync.internal.store.ChangeStore;
import io.oversync.internal.store.Definitions;
import io.oversync.internal.store.FailureStore;
import io.oversync.internal.store.RestoreStore;
import io.oversync.internal.store.RowVersionStore;
import io.oversync.internal.store.StreamStore;

/**
 * The database, as uploads need it.
 *
 * @param streams the users' streams
 * @param changes their changes
 * @param rowVersions the versions of their rows
 * @param restores rows whose delete was refused
 * @param failures rows that could not be written
 * @param businessTables look-ups in business tables
 * @param materializer writes business tables
 * @param definitions compares the catalog with the database
 */
public record UploadStores(StreamStore streams, ChangeStore changes, RowVersionStore rowVersions, RestoreStore restores,
		FailureStore failures, BusinessTables businessTables, Materializer materializer, Definitions definitions) {
}
