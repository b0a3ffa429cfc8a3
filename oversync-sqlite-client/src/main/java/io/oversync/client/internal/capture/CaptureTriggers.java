/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.capture;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.database.SqlText;
import io.oversync.client.internal.table.BaseImage;
import io.oversync.client.internal.table.LocalColumn;
import io.oversync.client.internal.table.LocalTable.Unique;
import io.oversync.client.internal.table.LocalTable;

/**
 * The triggers that note which rows are changed, whatever connection changes them. They
 * note the key, and what changed columns held before their first change; what the row
 * looks like afterwards is read when it is sent.
 *
 * <p>
 * Within a trigger, the conflict clause of the outer statement rules: {@code INSERT OR
 * REPLACE} turns an {@code INSERT OR IGNORE} inside into a REPLACE. So each insert here
 * is guarded by {@code NOT EXISTS}, or by an upsert clause, which nothing overrules. Rows
 * that REPLACE removes fire no trigger of their own, so they are noted before; where that
 * turns out to have been too many, nothing has changed and nothing is sent. A row that is
 * missing without having been seen to go is no delete.
 */
final class CaptureTriggers {

	private static final String PREFIX = "_sync_";

	/** The bits of a number in SQLite; its sign says that all columns are saved. */
	private static final int MAX_BITS = 62;

	private static final String WHEN = " WHEN NOT EXISTS (SELECT 1 FROM oversync_applying)";

	private static final String BEGIN = " BEGIN\n";

	private static final Pattern LITERAL = Pattern.compile("\\(?('([^']|'')*+'|[-+]?[0-9.]+)\\)?");

	private final LocalTable table;

	private final Map<String, String> triggers = new LinkedHashMap<>();

	CaptureTriggers(LocalTable table) {
		this.table = table;
		String on = " ON " + table.quoted();
		List<String> victims = new ArrayList<>();
		victims.add(isKey("t", "NEW"));
		victims.addAll(sameUnique(isNotKey("t", "NEW")));
		add("replace", "BEFORE INSERT" + on + noteVictims(victims));
		add("insert", "AFTER INSERT" + on + WHEN + BEGIN + refuseNull() + noteInserted());
		if (!table.uniques().isEmpty()) {
			add("replace_update", "BEFORE UPDATE" + ofUniques() + on + noteVictims(sameUnique(isNotKey("t", "OLD"))));
		}
		add("update", "AFTER UPDATE" + on + WHEN + BEGIN + noteOld());
		add("key", "AFTER UPDATE OF " + table.key().quoted() + on + WHEN + " AND " + isNotKey("NEW", "OLD") + BEGIN
				+ refuseNull() + noteGone("OLD", "") + noteInserted());
		add("delete", "AFTER DELETE" + on + WHEN + BEGIN + noteGone("OLD", ""));
	}

	private void add(String event, String body) {
		String name = PREFIX + this.table.name() + "_" + event;
		this.triggers.put(name, "CREATE TRIGGER " + SqlText.name(name) + " " + body + "END");
	}

	private String ofUniques() {
		List<String> columns = this.table.uniques()
			.stream()
			.flatMap((unique) -> unique.columns().stream())
			.map(Unique.Part::column)
			.distinct()
			.toList();
		// no statement names a generated column: it changes with others
		boolean generated = columns.stream()
			.anyMatch((column) -> this.table.columns().stream().noneMatch((other) -> other.name().equals(column)));
		return generated ? "" : columns.stream().map(SqlText::name).collect(Collectors.joining(", ", " OF ", ""));
	}

	/** Returns the conditions of rows that a unique constraint may replace. */
	private List<String> sameUnique(String notItself) {
		List<String> conditions = new ArrayList<>();
		for (Unique unique : this.table.uniques()) {
			String same = unique.columns()
				.stream()
				.map((part) -> "t." + SqlText.name(part.column()) + " = " + written(part.column()) + " COLLATE "
						+ SqlText.name(part.collation()))
				.collect(Collectors.joining(" AND "));
			conditions.add(same + " AND " + notItself);
		}
		return conditions;
	}

	/** REPLACE writes a column's default in the place of a NULL that it must not hold. */
	private String written(String name) {
		for (LocalColumn column : this.table.columns()) {
			String expression = column.defaultExpression();
			// others may need a function that not each connection has
			if (column.name().equals(name) && expression != null && LITERAL.matcher(expression).matches()) {
				return "coalesce(NEW." + SqlText.name(name) + ", " + expression + ")";
			}
		}
		return "+NEW." + SqlText.name(name);
	}

	/** Notes the rows that may be replaced. Most statements replace none. */
	private String noteVictims(List<String> conditions) {
		String from = this.table.quoted() + " AS t";
		String any = conditions.stream()
			.map((condition) -> "EXISTS (SELECT 1 FROM " + from + " WHERE " + condition + ")")
			.collect(Collectors.joining(" OR "));
		String notes = conditions.stream()
			.map((condition) -> noteGone("t", " FROM " + from + " WHERE " + condition))
			.collect(Collectors.joining());
		return WHEN + " AND (" + any + ")" + BEGIN + notes;
	}

	private String refuseNull() {
		return "  SELECT RAISE(ABORT, "
				+ SqlText.text("The key " + this.table.name() + "." + this.table.key().name()
						+ " must not be NULL: the row could not be synced")
				+ ") WHERE NEW." + this.table.key().quoted() + " IS NULL;\n";
	}

	/**
	 * By far the most frequent, so the index is searched only once. Unlike OR IGNORE this
	 * clause is not overruled by that of the outer statement.
	 */
	private String noteInserted() {
		return "  INSERT INTO _sync_dirty (table_no, key) VALUES (" + this.table.no() + ", NEW."
				+ this.table.key().quoted() + ") ON CONFLICT (table_no, key) DO UPDATE SET gone = 0 WHERE gone = 1;\n";
	}

	/**
	 * The first change of each column saves what it held: a column that does not change,
	 * such as a large BLOB, is not copied. Of a table with too many columns the first
	 * change saves them all.
	 */
	private String noteOld() {
		String key = "OLD." + this.table.key().quoted();
		if (this.table.columns().size() > MAX_BITS) {
			return "  INSERT INTO _sync_dirty (table_no, key, base) SELECT " + this.table.no() + ", " + key + ", "
					+ BaseImage.expression(this.table, "OLD")
					+ " WHERE NOT EXISTS (SELECT 1 FROM _sync_dirty WHERE table_no = " + this.table.no()
					+ " AND key = +" + key + ");\n  UPDATE _sync_dirty SET lost = -1 WHERE table_no = "
					+ this.table.no() + " AND key = +" + key + " AND lost > 0;\n";
		}
		return "  INSERT INTO _sync_dirty (table_no, key, base, saved) VALUES (" + this.table.no() + ", " + key + ", "
				+ BaseImage.changedExpression(this.table) + ", " + BaseImage.changedBits(this.table)
				// of two values of a column the later one counts
				+ ") ON CONFLICT (table_no, key) DO UPDATE SET base = excluded.base || base,"
				+ " saved = saved | excluded.saved, lost = -(lost <> 0)"
				+ " WHERE excluded.saved & ~saved <> 0 OR lost > 0;\n";
	}

	/** Only what a trigger has seen go is a delete. All of the row is saved. */
	private String noteGone(String row, String from) {
		return "  INSERT INTO _sync_dirty (table_no, key, base, gone) SELECT " + this.table.no() + ", " + row + "."
				+ this.table.key().quoted() + ", " + BaseImage.expression(this.table, row) + ", 1"
				+ (from.isEmpty() ? " WHERE 1" : from)
				+ " ON CONFLICT (table_no, key) DO UPDATE SET gone = 1, saved = -1, lost = -(lost <> 0),"
				+ " base = CASE WHEN saved = -1 THEN base ELSE excluded.base || ' ' || base END WHERE gone = 0;\n";
	}

	private String isKey(String row, String other) {
		return row + "." + this.table.key().quoted() + " = +" + other + "." + this.table.key().quoted();
	}

	private String isNotKey(String row, String other) {
		return row + "." + this.table.key().quoted() + " COLLATE BINARY IS NOT " + other + "."
				+ this.table.key().quoted();
	}

	/** Brings the triggers up to date and returns their state before. */
	Found install(Database database) throws SQLException {
		Found found = Found.COMPLETE;
		for (Map.Entry<String, String> trigger : this.triggers.entrySet()) {
			String name = trigger.getKey();
			// one that has followed a renamed table watches another
			String sql = database.first("""
					SELECT sql FROM sqlite_schema
					WHERE type = 'trigger' AND name = ? COLLATE NOCASE AND tbl_name = ? COLLATE NOCASE""",
					(row) -> row.getString(1), name, this.table.name());
			if (trigger.getValue().equals(sql)) {
				continue;
			}
			// those before a change only look for what it may replace
			boolean missing = sql == null && trigger.getValue().contains(" AFTER ");
			found = (missing || found == Found.MISSING) ? Found.MISSING : Found.OUTDATED;
			database.execute("DROP TRIGGER IF EXISTS " + SqlText.name(name));
			database.execute(trigger.getValue());
		}
		return found;
	}

	/**
	 * Drops triggers of the client that have followed a renamed table, or that a table of
	 * another shape has left behind.
	 */
	static void dropStrays(Database database, List<LocalTable> tables) throws SQLException {
		Set<String> wanted = new HashSet<>();
		Set<String> synced = new HashSet<>();
		for (LocalTable table : tables) {
			synced.add(table.name().toLowerCase(Locale.ROOT));
			new CaptureTriggers(table).triggers.keySet().forEach((name) -> wanted.add(name.toLowerCase(Locale.ROOT)));
		}
		List<String> strays = database.query("SELECT name, tbl_name FROM sqlite_schema WHERE type = 'trigger'",
				(row) -> {
					String name = row.getString(1).toLowerCase(Locale.ROOT);
					String table = row.getString(2).toLowerCase(Locale.ROOT);
					boolean expected = synced.contains(table) ? wanted.contains(name)
							: name.startsWith(PREFIX + table + "_");
					return (name.startsWith(PREFIX) && !expected) ? row.getString(1) : null;
				});
		for (String stray : strays) {
			database.execute("DROP TRIGGER " + SqlText.name(stray));
		}
	}

	/** The state of the triggers before they were installed. */
	enum Found {

		/** All were in place. */
		COMPLETE,
		/** All were in place, but rows may have been replaced unnoticed. */
		OUTDATED,
		/** Some were missing: changes may have gone unnoticed. */
		MISSING

	}

}
