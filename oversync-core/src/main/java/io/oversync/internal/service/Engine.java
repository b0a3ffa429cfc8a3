/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import io.oversync.internal.absorb.Absorber;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.compact.Compactor;
import io.oversync.internal.materialize.FailureService;
import io.oversync.internal.materialize.Rematerializer;
import io.oversync.internal.materialize.TableComparer;
import io.oversync.internal.upload.DirectWrites;
import io.oversync.internal.upload.UploadService;

/**
 * All that depends on the definitions of the registered tables. Immutable: a change of
 * the definitions makes another one.
 *
 * @param catalog the registered tables
 * @param userIds finds the one id of each user
 * @param uploads serves uploads
 * @param directWrites writes rows that the application names
 * @param failures lists and retries failures
 * @param rematerializer writes rows again
 * @param comparer compares rows with the streams
 * @param absorber brings in what the application itself has written
 * @param compactor removes garbage from streams
 */
record Engine(TableCatalog catalog, UserIds userIds, UploadService uploads, DirectWrites directWrites,
		FailureService failures, Rematerializer rematerializer, TableComparer comparer, Absorber absorber,
		Compactor compactor) {
}
