package io.oversync.materialize;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import javax.sql.DataSource;

import io.oversync.catalog.SyncedTable;
import io.oversync.catalog.TableCatalog;
import io.oversync.store.Parameters;
import io.oversync.store.SqlStates;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementCallback;

/**
 * Makes sure that no row that was written refers to a row of another user, by whatever
 * foreign key and however it came to. The statements that write rows refuse those whose
 * parents they see; this looks again once the database has checked the foreign keys, and
 * so holds the parents fast: at parents that came since, at columns that defaults or
 * triggers filled, and behind row-level security. It acts as a constraint of the database
 * would: with an error that undoes to the savepoint.
 */
final class ReferenceGuard {

	/** Stands in an error that PostgreSQL raises for the cast of a text to a number. */
	private static final String MARK = "oversync: refers to a row of another user";

	private final JdbcTemplate jdbc;

	private final ReferenceSql sql;

	ReferenceGuard(DataSource dataSource, TableCatalog catalog) {
		this.jdbc = new JdbcTemplate(dataSource);
		this.sql = new ReferenceSql(catalog);
	}

	/**
	 * Checks what was written, on the way of statements that are to be carried out
	 * anyway.
	 * @param before what makes the database check the foreign keys
	 * @param written the rows
	 * @param scope the user
	 * @param after what is carried out if there is nothing wrong
	 * @throws MaterializationException if a row refers to another user's
	 */
	void check(String before, Written written, Scope scope, String after) {
		if (written.keys.isEmpty()) {
			this.jdbc.execute(before + "; " + after);
			return;
		}
		List<String> statements = new ArrayList<>(List.of(before));
		written.keys.keySet()
			.forEach((table) -> statements.add(this.sql.strayRow(table, "('" + MARK + "'||c.pk)::integer")));
		statements.add(after);
		PreparedStatementCallback<Boolean> execution = (statement) -> {
			Parameters.of((parameters) -> {
				for (Set<UUID> keys : written.keys.values()) {
					parameters.uuids(keys, (key) -> key);
					OwnerSql.bind(parameters, scope);
				}
			}).setValues(statement);
			return statement.execute();
		};
		try {
			this.jdbc.execute(String.join(";\n", statements), execution);
		}
		catch (DataAccessException ex) {
			throw String.valueOf(SqlStates.find(ex)).contains(MARK)
					? new MaterializationException(Refusals.REFERS_TO_OTHERS) : ex;
		}
	}

	/** Rows that were written and may refer to others. */
	static final class Written {

		private final Map<SyncedTable, Set<UUID>> keys = new LinkedHashMap<>();

		/**
		 * Notes rows.
		 * @param table their table
		 * @param rows the rows that were to be written
		 * @param refused those that were not
		 */
		void add(SyncedTable table, Collection<BusinessWrite> rows, Collection<RowFailure> refused) {
			if (table.ownership().references().isEmpty()) {
				return;
			}
			Set<UUID> added = this.keys.computeIfAbsent(table, (key) -> new HashSet<>());
			rows.forEach((row) -> added.add(row.row().pk()));
			refused.forEach((failure) -> added.remove(failure.write().row().pk()));
		}

	}

}
