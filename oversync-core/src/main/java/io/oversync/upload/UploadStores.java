package io.oversync.upload;

import io.oversync.materialize.BusinessTables;
import io.oversync.materialize.Materializer;
import io.oversync.store.ChangeStore;
import io.oversync.store.Definitions;
import io.oversync.store.FailureStore;
import io.oversync.store.RestoreStore;
import io.oversync.store.RowVersionStore;
import io.oversync.store.StreamStore;

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
