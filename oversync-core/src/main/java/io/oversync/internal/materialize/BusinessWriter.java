/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

import javax.sql.DataSource;

import io.oversync.internal.catalog.Column;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.store.Parameters;
import io.oversync.internal.store.RowOwnerStore;
import io.oversync.internal.store.StatementBatch.Planning;
import io.oversync.internal.store.StatementBatch;
import io.oversync.internal.stream.BusinessWrite;
import io.oversync.internal.stream.Owner;
import io.oversync.internal.stream.RowFailure;
import io.oversync.materialize.MaterializationException;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementCallback;

/**
 * Writes rows of one table in bulk. Never touches a row of another user, and never makes
 * a row refer to one: with an owner column the statements are bound to it; without one a
 * row belongs to the user who first wrote it ({@link RowOwnerStore}).
 */
final class BusinessWriter {

	private final TableCatalog catalog;

	private final JdbcTemplate jdbc;

	private final RowOwnerStore rowOwners;

	private final Refusals refusals;

	BusinessWriter(DataSource dataSource, TableCatalog catalog) {
		this.rowOwners = new RowOwnerStore(dataSource);
		this.jdbc = new JdbcTemplate(dataSource);
		this.catalog = catalog;
		this.refusals = new Refusals(this.jdbc, catalog);
	}

	/**
	 * Inserts or updates rows.
	 * @param table their table
	 * @param rows the rows, each once
	 * @param owner the owner
	 * @return the rows that were not written: they belong to another user, refer to
	 * another user's row, or the table ignores them without an error
	 */
	List<RowFailure> upsert(SyncedTable table, List<ValuedRow> rows, Owner owner) {
		Set<UUID> allowed = claim(table, rows.stream().map(ValuedRow::pk).toList(), owner);
		Map<Shape, List<ValuedRow>> groups = new LinkedHashMap<>();
		Map<UUID, String> refused = new HashMap<>();
		for (ValuedRow row : rows) {
			if (allowed.contains(row.pk())) {
				groups.computeIfAbsent(Shape.of(table, row), (shape) -> new ArrayList<>()).add(row);
			}
			else {
				refused.put(row.pk(), Refusals.NOT_YOURS);
			}
		}
		groups.forEach((shape, members) -> refused.putAll(upsert(table, shape, members, owner)));
		List<RowFailure> failures = new ArrayList<>(refused.size());
		for (ValuedRow row : rows) {
			String reason = refused.get(row.pk());
			if (reason != null) {
				failures.add(new RowFailure(row.write, reason));
			}
		}
		return failures;
	}

	/**
	 * Adds the statement that inserts or updates rows to others.
	 * @param batch takes it
	 * @param planning how it is planned
	 * @param table their table
	 * @param shape what the rows have in common, each of them insertable
	 * @param rows the rows, each once
	 * @param owner the owner
	 * @param sink receives the key of each row that was written
	 */
	void addUpsert(StatementBatch batch, Planning planning, SyncedTable table, Shape shape, List<ValuedRow> rows,
			Owner owner, WrittenRow sink) {
		boolean one = rows.size() == 1;
		String sql = one ? BusinessSql.upsertOne(table, shape.columns, shape.fresh, this.catalog)
				: BusinessSql.upsert(table, shape.columns, shape.fresh, this.catalog);
		batch.add(planning, sql, (parameters) -> {
			if (one) {
				bindOne(parameters, shape.columns, rows.get(0), owner);
			}
			else {
				bind(parameters, shape.columns, rows, owner);
			}
			BusinessSql.bindReturning(parameters, table, owner);
		}, (resultSet) -> sink.accept(resultSet.getObject(1, UUID.class), resultSet.getBoolean(2)));
	}

	/**
	 * Adds the statements that make rows of a table without an owner column the user's.
	 * @param batch takes them
	 * @param table the table
	 * @param rows the rows
	 * @param owner the user
	 * @param sink receives the keys that are the user's
	 */
	void addClaims(StatementBatch batch, SyncedTable table, List<ValuedRow> rows, Owner owner, Consumer<UUID> sink) {
		this.rowOwners.addClaims(batch, table, rows.stream().map(ValuedRow::pk).toList(), owner.streamId(), sink);
	}

	private Map<UUID, String> upsert(SyncedTable table, Shape shape, List<ValuedRow> rows, Owner owner) {
		List<Column> columns = shape.columns;
		Map<UUID, String> refused = new HashMap<>();
		List<ValuedRow> rest = rows;
		if (!shape.isInsertable(table, rows.get(0))) {
			rest = execute(BusinessSql.update(table, columns, this.catalog), table, columns, rest, owner);
			refused.putAll(this.refusals.ofUpserts(table, columns, rest, owner, false));
			rest = rest.stream().filter((row) -> !refused.containsKey(row.pk())).toList();
		}
		if (!rest.isEmpty()) {
			rest = execute(BusinessSql.upsert(table, columns, shape.fresh, this.catalog), table, columns, rest, owner);
			refused.putAll(this.refusals.ofUpserts(table, columns, rest, owner, true));
		}
		return refused;
	}

	/** Returns the rows that were not written. */
	private List<ValuedRow> execute(String sql, SyncedTable table, List<Column> columns, List<ValuedRow> rows,
			Owner owner) {
		Set<UUID> written = new HashSet<>();
		this.jdbc.query(sql, Parameters.of((parameters) -> {
			bind(parameters, columns, rows, owner);
			BusinessSql.bindReturning(parameters, table, owner);
		}), (resultSet) -> {
			written.add(resultSet.getObject(1, UUID.class));
			if (!resultSet.getBoolean(2)) {
				throw new MaterializationException(Refusals.GIVEN_AWAY);
			}
		});
		return rows.stream().filter((row) -> !written.contains(row.pk())).toList();
	}

	static void bind(Parameters parameters, List<Column> columns, List<ValuedRow> rows, Owner owner)
			throws SQLException {
		parameters.uuids(rows, ValuedRow::pk);
		for (int i = 0; i < columns.size(); i++) {
			int column = i;
			parameters.texts(rows, (row) -> row.values.values().get(column));
		}
		OwnerSql.bind(parameters, owner);
	}

	private static void bindOne(Parameters parameters, List<Column> columns, ValuedRow row, Owner owner)
			throws SQLException {
		parameters.uuid(row.pk());
		for (int i = 0; i < columns.size(); i++) {
			parameters.text(row.values.values().get(i));
		}
		OwnerSql.bind(parameters, owner);
	}

	/**
	 * Deletes rows. One that is gone, or belongs to another user, needs no deleting.
	 * @param table their table
	 * @param writes the rows
	 * @param owner the owner
	 * @return the rows that stay: deleting them would reach rows of others, or the table
	 * keeps them without an error
	 */
	List<RowFailure> delete(SyncedTable table, List<BusinessWrite> writes, Owner owner) {
		Set<UUID> keys = claim(table, writes.stream().map((write) -> write.row().pk()).toList(), owner);
		if (keys.isEmpty()) {
			return List.of();
		}
		Map<UUID, String> stayed = this.refusals.ofDeletes(table, execute(table, keys, owner), owner);
		if (table.ownerColumn() == null) {
			keys.removeAll(stayed.keySet());
			this.rowOwners.release(table, keys, owner.streamId());
		}
		List<RowFailure> failures = new ArrayList<>(stayed.size());
		for (BusinessWrite write : writes) {
			String reason = stayed.get(write.row().pk());
			if (reason != null) {
				failures.add(new RowFailure(write, reason));
			}
		}
		return failures;
	}

	/** Returns the keys if not all of them were deleted, none otherwise. */
	private Set<UUID> execute(SyncedTable table, Set<UUID> keys, Owner owner) {
		String lock = BusinessSql.lock(table, this.catalog);
		String delete = BusinessSql.delete(table, this.catalog);
		Set<UUID> rest = new HashSet<>(keys);
		PreparedStatementCallback<Boolean> execution = (statement) -> {
			Parameters.of((parameters) -> {
				for (int i = (lock != null) ? 0 : 1; i < 2; i++) {
					OwnerSql.bind(parameters, owner);
					parameters.uuids(keys, (key) -> key);
				}
			}).setValues(statement);
			statement.execute();
			if (lock != null) {
				statement.getMoreResults();
			}
			ResultSet deleted = statement.getResultSet();
			while (deleted != null && deleted.next()) {
				rest.remove(deleted.getObject(1, UUID.class));
			}
			if (statement.getUpdateCount() == keys.size()) {
				rest.clear();
			}
			return true;
		};
		this.jdbc.execute((lock != null) ? lock + ";\n" + delete : delete, execution);
		return rest;
	}

	/**
	 * Returns the keys that the user may write; with an owner column the statements
	 * themselves see to it.
	 */
	private Set<UUID> claim(SyncedTable table, List<UUID> wanted, Owner owner) {
		Set<UUID> keys = new HashSet<>(wanted);
		return (table.ownerColumn() != null) ? keys : this.rowOwners.claim(table, keys, owner.streamId());
	}

	/**
	 * The common shape of rows that one statement writes.
	 *
	 * @param columns the columns that they have values for
	 * @param fresh whether the others take their defaults
	 */
	record Shape(List<Column> columns, boolean fresh) {

		static Shape of(SyncedTable table, ValuedRow row) {
			List<Column> columns = row.values.columns();
			return new Shape(columns, row.write.fresh() && columns.size() < table.columns().size());
		}

		/** Whether an insert works, even if the row exists. */
		boolean isInsertable(SyncedTable table, ValuedRow row) {
			return this.fresh || this.columns.isEmpty() || row.values.canInsert(table);
		}

	}

	/**
	 * A row with its new values.
	 *
	 * @param write the write
	 * @param values its values
	 */
	record ValuedRow(BusinessWrite write, RowValues values) {

		/** Returns the row of a step, none if it has no values. */
		static Optional<ValuedRow> of(Step step) {
			return Optional.ofNullable(step.values()).map((values) -> new ValuedRow(step.write(), values));
		}

		UUID pk() {
			return this.write.row().pk();
		}

	}

	/** Receives a row that was written. */
	interface WrittenRow {

		/**
		 * Receives a row.
		 * @param key its key
		 * @param mine whether it still is the user's: a trigger may have changed its
		 * owner
		 */
		void accept(UUID key, boolean mine);

	}

}
