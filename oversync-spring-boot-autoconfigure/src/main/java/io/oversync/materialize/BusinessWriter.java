package io.oversync.materialize;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import javax.sql.DataSource;

import io.oversync.catalog.Column;
import io.oversync.catalog.ForeignKey;
import io.oversync.catalog.SyncedTable;
import io.oversync.catalog.TableCatalog;
import io.oversync.store.Parameters;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementSetter;

/**
 * Writes rows of one table by sets. Never touches a row of another user: with an owner
 * column the statements are bound to it; without one a row belongs to the user who first
 * wrote it ({@code sync.row_owner}).
 */
final class BusinessWriter {

	private static final String CLAIM = """
			INSERT INTO sync.row_owner (table_id, pk, stream_id)
			SELECT ?, k.pk, ? FROM unnest(?::uuid[]) AS k(pk) ORDER BY k.pk
			ON CONFLICT (table_id, pk) DO NOTHING""";

	// its own statement: it has to see claims that the insert above waited for
	private static final String CLAIMED = """
			SELECT k.pk
			FROM unnest(?::uuid[]) AS k(pk)
			CROSS JOIN LATERAL (
			  SELECT 1 FROM sync.row_owner o WHERE o.table_id = ? AND o.pk = k.pk AND o.stream_id = ? LIMIT 1) AS o""";

	private static final String RELEASE = """
			DELETE FROM sync.row_owner o WHERE o.table_id = ? AND o.stream_id = ? AND o.pk = ANY (?::uuid[])""";

	private static final String NOT_YOURS = "The key of this row is not available to this user in the table";

	private static final String REACHES_OTHERS = "Rows that do not belong to this user refer to this row";

	private final TableCatalog catalog;

	private final JdbcTemplate jdbc;

	BusinessWriter(DataSource dataSource, TableCatalog catalog) {
		this.jdbc = new JdbcTemplate(dataSource);
		this.catalog = catalog;
	}

	/**
	 * Inserts or updates rows.
	 * @param table their table
	 * @param rows the rows, each once
	 * @param scope their owner
	 * @return the rows that belong to somebody else
	 */
	List<RowFailure> upsert(SyncedTable table, List<ValuedRow> rows, Scope scope) {
		Set<UUID> allowed = claim(table, rows.stream().map(ValuedRow::pk).toList(), scope);
		Map<Shape, List<ValuedRow>> groups = new LinkedHashMap<>();
		for (ValuedRow row : rows) {
			if (allowed.contains(row.pk())) {
				groups.computeIfAbsent(Shape.of(table, row), (shape) -> new ArrayList<>()).add(row);
			}
		}
		Set<UUID> written = new HashSet<>();
		groups.forEach((shape, members) -> written.addAll(upsert(table, shape, members, scope)));
		return rows.stream()
			.filter((row) -> !written.contains(row.pk()))
			.map((row) -> new RowFailure(row.write, NOT_YOURS))
			.toList();
	}

	private Set<UUID> upsert(SyncedTable table, Shape shape, List<ValuedRow> rows, Scope scope) {
		List<Column> columns = shape.columns;
		Set<UUID> written = new HashSet<>();
		List<ValuedRow> rest = rows;
		if (!shape.fresh && !columns.isEmpty() && !rows.get(0).values.canInsert(table)) {
			written.addAll(execute(BusinessSql.update(table, columns), table, columns, rows, scope));
			rest = rows.stream().filter((row) -> !written.contains(row.pk())).toList();
		}
		if (!rest.isEmpty()) {
			written.addAll(execute(BusinessSql.upsert(table, columns, shape.fresh), table, columns, rest, scope));
		}
		return written;
	}

	private List<UUID> execute(String sql, SyncedTable table, List<Column> columns, List<ValuedRow> rows, Scope scope) {
		List<UUID> written = new ArrayList<>(rows.size());
		this.jdbc.query(sql, Parameters.of((parameters) -> {
			parameters.uuids(rows, ValuedRow::pk);
			for (int i = 0; i < columns.size(); i++) {
				int column = i;
				parameters.texts(rows, (row) -> row.values.values().get(column));
			}
			if (table.ownerColumn() != null) {
				parameters.text(scope.userId());
			}
		}), (resultSet) -> {
			written.add(resultSet.getObject(1, UUID.class));
		});
		return written;
	}

	/**
	 * Deletes rows. One that is gone, or belongs to somebody else, needs no deleting.
	 * @param table their table
	 * @param writes the rows
	 * @param scope their owner
	 * @return rows that stay, since deleting them would reach rows of others
	 */
	List<RowFailure> delete(SyncedTable table, List<BusinessWrite> writes, Scope scope) {
		Set<UUID> allowed = claim(table, writes.stream().map((write) -> write.row().pk()).toList(), scope);
		if (allowed.isEmpty()) {
			return List.of();
		}
		PreparedStatementSetter parameters = Parameters.of((values) -> bindDelete(values, table, allowed, scope));
		this.jdbc.update(BusinessSql.delete(table, this.catalog), parameters);
		Set<UUID> stayed = new HashSet<>();
		if (!BusinessSql.spreading(table, this.catalog).isEmpty()) {
			this.jdbc.query(BusinessSql.undeletable(table, this.catalog), parameters, (resultSet) -> {
				stayed.add(resultSet.getObject(1, UUID.class));
			});
		}
		if (table.ownerColumn() == null) {
			allowed.removeAll(stayed);
			this.jdbc.update(RELEASE, Parameters
				.of((values) -> values.integer(table.id()).number(scope.streamId()).uuids(allowed, (key) -> key)));
		}
		return writes.stream()
			.filter((write) -> stayed.contains(write.row().pk()))
			.map((write) -> new RowFailure(write, REACHES_OTHERS))
			.toList();
	}

	private void bindDelete(Parameters parameters, SyncedTable table, Set<UUID> keys, Scope scope) throws SQLException {
		parameters.uuids(keys, (key) -> key);
		if (table.ownerColumn() != null) {
			parameters.text(scope.userId());
		}
		for (ForeignKey foreignKey : BusinessSql.spreading(table, this.catalog)) {
			BusinessTables.bindOwner(parameters, this.catalog.get(foreignKey.child()), scope);
		}
	}

	/**
	 * Returns the keys that the user may write; with an owner column the statements
	 * themselves see to it.
	 */
	private Set<UUID> claim(SyncedTable table, List<UUID> wanted, Scope scope) {
		Set<UUID> keys = new HashSet<>(wanted);
		if (table.ownerColumn() != null) {
			return keys;
		}
		this.jdbc.update(CLAIM, Parameters
			.of((parameters) -> parameters.integer(table.id()).number(scope.streamId()).uuids(keys, (key) -> key)));
		Set<UUID> claimed = new HashSet<>();
		this.jdbc.query(CLAIMED, Parameters
			.of((parameters) -> parameters.uuids(keys, (key) -> key).integer(table.id()).number(scope.streamId())),
				(resultSet) -> {
					claimed.add(resultSet.getObject(1, UUID.class));
				});
		return claimed;
	}

	/**
	 * What rows have in common that one statement writes.
	 *
	 * @param columns the columns that they have values for
	 * @param fresh whether the others take their defaults
	 */
	private record Shape(List<Column> columns, boolean fresh) {

		static Shape of(SyncedTable table, ValuedRow row) {
			List<Column> columns = row.values.columns();
			return new Shape(columns, row.write.fresh() && columns.size() < table.columns().size());
		}

	}

	/**
	 * A row with the values that it is to have.
	 *
	 * @param write what is to be written
	 * @param values its values
	 */
	record ValuedRow(BusinessWrite write, RowValues values) {

		UUID pk() {
			return this.write.row().pk();
		}

	}

}
