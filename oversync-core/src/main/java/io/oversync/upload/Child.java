package io.oversync.upload;

import io.oversync.catalog.ForeignKey;
import io.oversync.catalog.RowKey;

/**
 * A row that refers to another.
 *
 * @param foreignKey by which foreign key
 * @param row the row that refers
 */
record Child(ForeignKey foreignKey, RowKey row) {
}
