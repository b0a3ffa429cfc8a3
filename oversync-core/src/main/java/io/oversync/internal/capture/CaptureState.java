/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.capture;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.oversync.internal.capture.CaptureSql.CaptureDefinition;
import io.oversync.internal.capture.CaptureSql.CapturedTable;
import io.oversync.internal.capture.CaptureSql.CaptureTrigger;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.store.CapturedRows;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Compares the functions and triggers in the database with those that the tables need.
 * Reads the system catalogs only, without locks on tables.
 */
final class CaptureState {

	private static final String FUNCTIONS = """
			SELECT p.proname
			  FROM pg_catalog.pg_proc p
			  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
			 WHERE n.nspname = 'sync' AND p.proname ~ '%s' AND p.prorettype = 'pg_catalog.trigger'::pg_catalog.regtype
			 ORDER BY p.oid""".formatted(CaptureSql.FUNCTION_PATTERN);

	private static final String TABLE = """
			SELECT c.oid, c.relkind = 'p' OR c.relispartition AS by_row
			  FROM pg_catalog.pg_class c
			  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
			 WHERE n.nspname = ?::name AND c.relname = ?::name""";

	/** The owner of the function is the one who writes to the queue. */
	private static final String FUNCTION = """
			SELECT p.oid, p.prosrc,
			       p.prosecdef AND p.proconfig IS NULL AND l.lanname = 'plpgsql'
			         AND pg_catalog.has_schema_privilege(p.proowner, 'sync', 'USAGE')
			         AND pg_catalog.has_table_privilege(p.proowner, '%s', 'INSERT')
			         AND pg_catalog.has_schema_privilege(p.proowner, c.relnamespace, 'USAGE')
			         AND pg_catalog.has_column_privilege(p.proowner, c.oid, ?::text, 'SELECT')
			         AND pg_catalog.has_column_privilege(p.proowner, c.oid, ?::text, 'SELECT') AS sound
			  FROM pg_catalog.pg_proc p
			  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
			  JOIN pg_catalog.pg_language l ON l.oid = p.prolang
			  JOIN pg_catalog.pg_class c ON c.oid = ?
			 WHERE n.nspname = 'sync' AND p.proname = ?::name AND p.pronargs = 0""".formatted(CapturedRows.TABLE);

	private static final String TRIGGERS = """
			SELECT t.tgrelid, t.tgname, t.tgtype, t.tgenabled IN ('O', 'A') AS enabled, t.tgargs,
			       coalesce(t.tgoldtable, '') AS old_table, coalesce(t.tgnewtable, '') AS new_table
			  FROM pg_catalog.pg_trigger t
			 WHERE t.tgfoid = ? AND NOT t.tgisinternal AND t.tgparentid = 0""";

	private final JdbcTemplate jdbc;

	CaptureState(JdbcTemplate jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Finds functions that no table needs.
	 * @param needed the ids of the captured tables
	 * @return the ids of the tables that the functions were made for
	 */
	List<Long> findLeftovers(Set<Long> needed) {
		return this.jdbc.queryForList(FUNCTIONS, String.class)
			.stream()
			.map(CaptureSql::tableId)
			.filter((id) -> !needed.contains(id))
			.toList();
	}

	/**
	 * Compares what captures the writes to a table with what should.
	 * @param table the table
	 * @return the statements that are needed, none if all is as it should be
	 */
	List<String> findStatements(SyncedTable table) {
		Found found = this.jdbc
			.query(TABLE, (row, number) -> new Found(row.getLong(1), row.getBoolean(2)), table.relation().schema(),
					table.relation().name())
			.stream()
			.findFirst()
			.orElse(null);
		if (found == null) {
			return List.of();
		}
		CapturedTable captured = new CapturedTable(table.id(), table.relation(), table.keyColumn(),
				String.valueOf(table.ownerColumn()), found.byRow, !table.computedColumns().isEmpty());
		CaptureDefinition definition = CaptureSql.define(captured);
		Function function = findFunction(captured, found.oid);
		List<Trigger> triggers = (function != null) ? findTriggers(function.oid) : List.of();
		Set<Trigger> expected = new LinkedHashSet<>();
		definition.triggers()
			.forEach((trigger) -> expected.add(new Trigger(found.oid, trigger, true, definition.hash())));
		if (function != null && function.sound && function.source.equals(definition.body())
				&& expected.equals(Set.copyOf(triggers))) {
			return List.of();
		}
		List<String> statements = new ArrayList<>();
		if (triggers.stream().anyMatch((trigger) -> isElsewhere(trigger, found.oid, definition))) {
			statements.add(CaptureSql.drop(table.id()));
		}
		statements.addAll(definition.statements());
		statements.add(CapturedRows.raiseGeneration(table.id()));
		return statements;
	}

	/** Returns whether a trigger would stay beside those that are replaced. */
	private static boolean isElsewhere(Trigger trigger, long table, CaptureDefinition definition) {
		return trigger.table != table || definition.triggers()
			.stream()
			.noneMatch((expected) -> expected.name().equals(trigger.definition.name()));
	}

	private @Nullable Function findFunction(CapturedTable table, long oid) {
		String name = CaptureSql.function(table.id());
		return this.jdbc
			.query(FUNCTION, (row, number) -> new Function(row.getLong(1), row.getString(2), row.getBoolean(3)),
					table.key(), table.owner(), oid, name.substring(name.indexOf('.') + 1))
			.stream()
			.findFirst()
			.orElse(null);
	}

	private List<Trigger> findTriggers(long function) {
		return this.jdbc.query(TRIGGERS, (rows, number) -> trigger(rows), function);
	}

	private static Trigger trigger(ResultSet row) throws SQLException {
		String arguments = new String(row.getBytes("tgargs"), StandardCharsets.UTF_8);
		return new Trigger(
				row.getLong("tgrelid"), new CaptureTrigger(row.getString("tgname"), row.getInt("tgtype"),
						row.getString("old_table"), row.getString("new_table")),
				row.getBoolean("enabled"), arguments.replace("\0", ""));
	}

	private record Found(long oid, boolean byRow) {
	}

	private record Function(long oid, String source, boolean sound) {
	}

	private record Trigger(long table, CaptureTrigger definition, boolean enabled, String hash) {
	}

}
