/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.List;
import java.util.Set;

import io.oversync.internal.catalog.RowKey;

/**
 * A row whose delete was refused, to be appended to the stream once more so that the
 * device takes it back (protocol §2.1).
 *
 * @param row the row
 * @param version the version that the restore produces
 * @param image where the row's after-image is
 * @param baseVersions the versions that the refused deletes expected
 * @param referencedBy {@code schema.table:key} of rows that refer to it
 */
public record Restore(RowKey row, long version, Image image, Set<Long> baseVersions, List<String> referencedBy) {
}
