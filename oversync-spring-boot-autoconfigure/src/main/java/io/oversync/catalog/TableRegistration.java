package io.oversync.catalog;

import java.util.Set;

import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

/**
 * A table as the application registered it for sync.
 *
 * @param name the table
 * @param ownerColumn the column that holds the owner's user id, null for none
 * @param materialize whether its rows are written to the business table
 * @param readOnlyColumns columns that uploads never write
 */
public record TableRegistration(TableName name, @Nullable String ownerColumn, boolean materialize,
		Set<String> readOnlyColumns) {

	public TableRegistration {
		readOnlyColumns = Set.copyOf(readOnlyColumns);
	}

}
