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
 * @param ownerType the type of that column as it is written in a cast, {@code text}
 * without one
 * @param columns the columns that uploads write, in the order of the table
 * @param references its foreign keys to registered tables
 * @param checked whether the table has CHECK constraints
 * @param ownership what keeps the rows of different users apart
 */
public record SyncedTable(int id, TableName name, boolean materialized, String keyColumn, @Nullable String ownerColumn,
		String ownerType, List<Column> columns, List<ForeignKey> references, boolean checked, Ownership ownership) {

	public SyncedTable {
		columns = List.copyOf(columns);
		references = List.copyOf(references);
	}

	/**
	 * A table whose foreign keys lead to no other user, and whose owner column holds any
	 * user id.
	 */
	public SyncedTable(int id, TableName name, boolean materialized, String keyColumn, @Nullable String ownerColumn,
			String ownerType, List<Column> columns, List<ForeignKey> references, boolean checked) {
		this(id, name, materialized, keyColumn, ownerColumn, ownerType, columns, references, checked, Ownership.NONE);
	}

	/**
	 * Tells whether a column takes its value from payloads.
	 * @param name the column
	 * @return false for the key, the owner, and generated, identity and read-only columns
	 */
	public boolean takesFromPayload(String name) {
		return !this.materialized || this.columns.stream().anyMatch((column) -> column.name().equals(name));
	}

}
