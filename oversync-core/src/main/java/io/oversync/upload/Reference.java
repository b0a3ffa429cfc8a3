package io.oversync.upload;

import io.oversync.catalog.ForeignKey;
import io.oversync.catalog.RowKey;
import org.jspecify.annotations.Nullable;

/**
 * What a payload says about one foreign key of its row.
 *
 * @param foreignKey the foreign key
 * @param parent the row referred to; null when the payload says that there is none
 */
record Reference(ForeignKey foreignKey, @Nullable RowKey parent) {
}
