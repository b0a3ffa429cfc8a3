package io.oversync.catalog;

import java.util.List;

import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

/**
 * A registered table with what the database's catalog says about it.
 *
 * @param id its id in {@code sync.synced_table}
 * @param name its name
 * @param materialized whether its rows are written to the business table; if not, the
 * business table need not exist and the members below may be empty
 * @param keyColumn the column of the primary key, of type uuid
 * @param ownerColumn the column that holds the owner's user id, null for none
 * @param columns the columns that uploads write, in the order of the table
 * @param references its foreign keys to registered tables
 * @param checked whether the table has CHECK constraints
 */
public record SyncedTable(int id, TableName name, boolean materialized, String keyColumn, @Nullable String ownerColumn,
		List<Column> columns, List<ForeignKey> references, boolean checked) {

	public SyncedTable {
		columns = List.copyOf(columns);
		references = List.copyOf(references);
	}

}
