/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.oversync.verification.device.RandomEdits.RowEdit;
import io.oversync.verification.device.TableModel.ColumnModel;
import io.oversync.verification.device.TableModel.Kind;

/**
 * Migrations of an application's tables while a client is open.
 */
public final class TableChanges {

	private final Random random;

	/**
	 * Creates migrations.
	 * @param random determines their choice
	 */
	public TableChanges(Random random) {
		this.random = random;
	}

	/**
	 * Copies a table into a new one that takes its place, as SQLite's documentation
	 * advises, and meanwhile edits a row that no trigger watches.
	 * @param device the device
	 * @return the edit, if the table has rows
	 */
	public List<RowEdit> rebuild(Device device) {
		TableModel table = any(device.tables());
		String name = table.sqlName();
		List<RowEdit> edits = new ArrayList<>();
		// dropping a table would delete the children of its rows
		device.execute("PRAGMA foreign_keys = OFF");
		device.execute("BEGIN IMMEDIATE");
		device.execute(table.ddl().replace("CREATE TABLE " + name, "CREATE TABLE new_" + name));
		device.execute("INSERT INTO new_" + name + " (" + table.columnList() + ") SELECT " + table.columnList()
				+ " FROM " + name);
		device.execute("DROP TABLE " + name);
		device.execute("ALTER TABLE new_" + name + " RENAME TO " + name);
		edit(device, table, edits);
		device.execute("COMMIT");
		device.execute("PRAGMA foreign_keys = ON");
		// the client looks at the table: what was deleted before would come back
		device.client().tablesChanged();
		return edits;
	}

	/**
	 * Drops a column, edits a row without it, and adds the column again.
	 * @param device the device
	 * @param between runs while the table lacks the column; receives the edit, if the
	 * table has rows
	 */
	public void dropAndAddColumn(Device device, Consumer<List<RowEdit>> between) {
		List<TableModel> tables = device.tables().stream().filter((table) -> !optional(table).isEmpty()).toList();
		if (tables.isEmpty()) {
			return;
		}
		List<RowEdit> edits = new ArrayList<>();
		TableModel table = any(tables);
		ColumnModel column = any(optional(table));
		device.execute("BEGIN IMMEDIATE");
		for (Object trigger : device.query("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?",
				table.sqlName())) {
			device.execute("DROP TRIGGER " + trigger);
		}
		device.execute("ALTER TABLE " + table.sqlName() + " DROP COLUMN " + column.name());
		edit(device, table, edits);
		device.execute("COMMIT");
		// the client looks at the table
		device.client().tablesChanged();
		try {
			between.accept(edits);
		}
		finally {
			device.execute("ALTER TABLE " + table.sqlName() + " ADD COLUMN " + column.ddl());
		}
	}

	/** But for those that the server's tables fill in where a row lacks them. */
	private static List<ColumnModel> optional(TableModel table) {
		return table.others()
			.stream()
			.filter((column) -> !column.required() && column.parent().isEmpty() && column.kind() != Kind.TIMESTAMP)
			.toList();
	}

	private void edit(Device device, TableModel table, List<RowEdit> edits) {
		List<Object> keys = device.query("SELECT id FROM " + table.sqlName() + " ORDER BY id");
		if (keys.isEmpty()) {
			return;
		}
		Object key = any(keys);
		String label = device + "#m" + this.random.nextLong();
		String moved = table.others()
			.stream()
			.filter((column) -> column.name().equals("updated_at"))
			.map((column) -> ", updated_at = '2026-06-15T00:00:00Z'")
			.collect(Collectors.joining());
		device.execute("UPDATE " + table.sqlName() + " SET " + table.label().name() + " = ?" + moved + " WHERE id = ?",
				label, key);
		edits.add(new RowEdit(table, table.key().kind().text(key), label));
	}

	private <T> T any(List<T> list) {
		return list.get(this.random.nextInt(list.size()));
	}

}
