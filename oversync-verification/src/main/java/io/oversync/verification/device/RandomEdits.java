/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;

import io.oversync.verification.device.TableModel.ColumnModel;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Random edits of an application's users, the same ones for the same seed and the same
 * rows.
 */
public final class RandomEdits {

	private static final List<String> TEXTS = List.of("", "milk", "O'Brien said \"no\" \\", "žluťoučký 🌍", "1.10",
			"00000000-0000-0000-0000-000000000001", "two\nlines\tand a tab", "x".repeat(3000));

	/** Every key that was ever used, so that deleted rows come back. */
	private final Map<TableModel, List<UUID>> used = new HashMap<>();

	private final List<RowEdit> done = new ArrayList<>();

	private Random random;

	private long now = 1_700_000_000;

	private long edits;

	/**
	 * Creates the users of a device.
	 * @param random determines their edits
	 */
	public RandomEdits(Random random) {
		this.random = random;
	}

	/**
	 * An edit of a row.
	 *
	 * @param table its table
	 * @param key its key
	 * @param label the new value of its {@link TableModel#label()}, different for each
	 * edit; null if the row was deleted
	 */
	public record RowEdit(TableModel table, String key, @Nullable String label) {

		@Override
		public String toString() {
			return ((this.label != null) ? "writes " : "deletes ") + this.table.rowName(this.key);
		}

	}

	/**
	 * Replaces the source of randomness.
	 * @param random determines the edits
	 */
	public void decideBy(Random random) {
		this.random = random;
	}

	/**
	 * Edits one row, and the rows that refer to it.
	 * @param device the device
	 * @return the edits, in order, cascades included; none if the database refused
	 */
	public List<RowEdit> edit(Device device) {
		return inTransaction(device, () -> editWithin(device));
	}

	/**
	 * Deletes one row, and sometimes those that refer to it. With {@link #edit} alone the
	 * number of rows would grow in the long run.
	 * @param device the device
	 * @return the edits, as for {@link #edit}
	 */
	public List<RowEdit> delete(Device device) {
		return inTransaction(device, () -> {
			TableModel table = any(device.tables());
			List<Object> keys = keys(device, table);
			if (!keys.isEmpty()) {
				delete(device, table, oneOf(keys));
			}
		});
	}

	/**
	 * Adds a row that refers to one of the first of its table, by a key that refuses
	 * deletes: where another device deletes that one at the same time, the server has to
	 * refuse it.
	 * @param device where
	 * @return as {@link #edit}
	 */
	public List<RowEdit> addChild(Device device) {
		return inTransaction(device, () -> {
			RefusingReference reference = any(references(device));
			List<Object> parents = first(keys(device, reference.parent));
			if (!parents.isEmpty()) {
				Object key = newKey(device, reference.child);
				insert(device, reference.child, "INSERT INTO", key);
				device.tryToExecute(
						"UPDATE " + reference.child.sqlName() + " SET " + reference.column.name() + " = ? WHERE id = ?",
						any(parents), key);
			}
		});
	}

	/**
	 * Deletes one of the first rows of a table that others refer to, see
	 * {@link #addChild}.
	 * @param device where
	 * @return as {@link #edit}
	 */
	public List<RowEdit> deleteParent(Device device) {
		return inTransaction(device, () -> {
			TableModel table = any(references(device)).parent;
			List<Object> parents = first(keys(device, table));
			if (!parents.isEmpty()) {
				delete(device, table, any(parents));
			}
		});
	}

	private static List<RefusingReference> references(Device device) {
		List<RefusingReference> references = new ArrayList<>();
		for (TableModel child : device.tables()) {
			for (ColumnModel column : child.others()) {
				for (TableModel parent : device.tables()) {
					if (parent.sqlName().equals(column.parent()) && !column.cascading()) {
						references.add(new RefusingReference(child, column, parent));
					}
				}
			}
		}
		return references;
	}

	private List<RowEdit> inTransaction(Device device, Statements statements) {
		this.done.clear();
		device.execute("BEGIN IMMEDIATE");
		try {
			statements.execute();
			device.tryToExecute("COMMIT");
			return List.copyOf(this.done);
		}
		catch (SQLException ex) {
			// children are in the way
			device.execute("ROLLBACK");
			return List.of();
		}
	}

	private void editWithin(Device device) throws SQLException {
		TableModel table = any(device.tables());
		List<Object> keys = keys(device, table);
		int what = this.random.nextInt(100);
		if (keys.isEmpty() || what < 25) {
			insert(device, table, "INSERT INTO", newKey(device, table));
		}
		else if (what < 60) {
			update(device, table, oneOf(keys));
		}
		else if (what < 80) {
			delete(device, table, oneOf(keys));
		}
		else if (what < 90) {
			addAgain(device, table);
		}
		else if (what < 94) {
			insert(device, table, "INSERT OR REPLACE INTO", oneOf(keys));
		}
		else if (what < 97) {
			deleteAndAddAgain(device, table, oneOf(keys));
		}
		else {
			changeKey(device, table, oneOf(keys));
		}
	}

	private static List<Object> keys(Device device, TableModel table) {
		return device.query("SELECT id FROM " + table.sqlName() + " ORDER BY id");
	}

	/** Returns one of a few keys rather often, so that devices edit the same rows. */
	private Object oneOf(List<Object> keys) {
		return any(this.random.nextBoolean() ? first(keys) : keys);
	}

	private static List<Object> first(List<Object> keys) {
		return keys.subList(0, Math.min(3, keys.size()));
	}

	/** Sorts randomly and never equals another user's. */
	private Object newKey(Device device, TableModel table) {
		long mark = UUID.nameUUIDFromBytes((device.user() + this.random.nextLong()).getBytes(UTF_8))
			.getLeastSignificantBits();
		UUID key = new UUID(this.random.nextLong(), mark);
		used(table).add(key);
		return table.key().kind().key(key);
	}

	private List<UUID> used(TableModel table) {
		return this.used.computeIfAbsent(table, (any) -> new ArrayList<>());
	}

	private void insert(Device device, TableModel table, String insert, Object key) throws SQLException {
		List<@Nullable Object> values = new ArrayList<>();
		values.add(key);
		String label = "";
		for (ColumnModel column : table.others()) {
			Object value = value(device, table, column);
			if (value == null && column.required()) {
				return; // it has no parent yet
			}
			if (column.equals(table.label())) {
				label = (String) value;
			}
			values.add(value);
		}
		if (insert.contains("REPLACE")) {
			noteCascade(device, table, key);
		}
		device.tryToExecute(
				insert + " " + table.sqlName() + " (" + table.columnList() + ") VALUES ("
						+ values.stream().map((value) -> "?").collect(Collectors.joining(", ")) + ")",
				values.toArray());
		note(table, key, label);
	}

	private void update(Device device, TableModel table, Object key) throws SQLException {
		List<String> columns = new ArrayList<>();
		List<@Nullable Object> values = new ArrayList<>();
		String label = "";
		for (ColumnModel column : table.others()) {
			boolean isLabel = column.equals(table.label());
			if (isLabel || column.name().equals("updated_at") || this.random.nextInt(3) == 0) {
				columns.add(column.name() + " = ?");
				Object value = value(device, table, column);
				label = isLabel ? (String) value : label;
				values.add(value);
			}
		}
		values.add(key);
		device.tryToExecute("UPDATE " + table.sqlName() + " SET " + String.join(", ", columns) + " WHERE id = ?",
				values.toArray());
		note(table, key, label);
	}

	private void addAgain(Device device, TableModel table) throws SQLException {
		List<UUID> gone = used(table);
		if (!gone.isEmpty()) {
			Object key = table.key().kind().key(any(gone));
			if (device.query("SELECT 1 FROM " + table.sqlName() + " WHERE id = ?", key).isEmpty()) {
				insert(device, table, "INSERT INTO", key);
			}
		}
	}

	private void deleteAndAddAgain(Device device, TableModel table, Object key) throws SQLException {
		remove(device, table, key);
		insert(device, table, "INSERT INTO", key);
		if (this.random.nextBoolean()) {
			delete(device, table, key);
		}
	}

	/** A row whose key changes is another row. */
	private void changeKey(Device device, TableModel table, Object key) throws SQLException {
		Object other = newKey(device, table);
		ColumnModel label = table.label();
		String text = (String) value(device, table, label);
		device.tryToExecute("UPDATE " + table.sqlName() + " SET id = ?, " + label.name() + " = ? WHERE id = ?", other,
				text, key);
		note(table, key, null);
		note(table, other, text);
	}

	private void delete(Device device, TableModel table, Object key) throws SQLException {
		boolean withChildren = this.random.nextBoolean();
		for (TableModel child : device.tables()) {
			for (ColumnModel column : child.others()) {
				if (column.parent().equals(table.sqlName()) && !column.cascading()) {
					for (Object id : device.query("SELECT id FROM " + child.sqlName() + " WHERE " + column.name()
							+ " = ? AND id <> ? ORDER BY id", key, key)) {
						detach(device, child, column, id);
						if (withChildren) {
							delete(device, child, id);
						}
					}
				}
			}
		}
		remove(device, table, key);
	}

	/** Done first even if the child goes too: a circle would never end. */
	private void detach(Device device, TableModel child, ColumnModel reference, Object key) throws SQLException {
		ColumnModel label = child.label();
		String text = (String) value(device, child, label);
		device.tryToExecute("UPDATE " + child.sqlName() + " SET " + reference.name() + " = NULL, " + label.name()
				+ " = ? WHERE id = ?", text, key);
		note(child, key, text);
	}

	private void remove(Device device, TableModel table, Object key) throws SQLException {
		noteCascade(device, table, key);
		device.tryToExecute("DELETE FROM " + table.sqlName() + " WHERE id = ?", key);
		note(table, key, null);
	}

	private void noteCascade(Device device, TableModel table, Object key) {
		for (TableModel child : device.tables()) {
			for (ColumnModel column : child.others()) {
				if (column.cascading() && column.parent().equals(table.sqlName())) {
					device
						.query("SELECT id FROM " + child.sqlName() + " WHERE " + column.name() + " = ? ORDER BY id",
								key)
						.forEach((id) -> note(child, id, null));
				}
			}
		}
	}

	private void note(TableModel table, Object key, @Nullable String label) {
		this.done.add(new RowEdit(table, table.key().kind().text(key), label));
	}

	private @Nullable Object value(Device device, TableModel table, ColumnModel column) {
		if (column.equals(table.label())) {
			return device + "#" + (++this.edits) + " " + any(TEXTS);
		}
		if (!column.parent().isEmpty()) {
			List<Object> parents = device.query("SELECT id FROM " + column.parent() + " ORDER BY id");
			boolean none = parents.isEmpty() || (!column.required() && this.random.nextInt(5) == 0);
			return none ? null : oneOf(parents);
		}
		if (!column.required() && !column.name().equals("updated_at") && this.random.nextInt(5) == 0) {
			return null;
		}
		return switch (column.kind()) {
			case TEXT -> any(TEXTS) + Integer.toString(this.random.nextInt(100));
			// an empty text is NULL on the server if the column allows it
			case BYTES -> bytes(column.required() ? 0 : 1);
			case INTEGER -> this.random.nextBoolean() ? this.random.nextLong() : (Object) this.random.nextInt(3);
			case BOOLEAN -> this.random.nextInt(2);
			case REAL -> this.random.nextBoolean() ? this.random.nextGaussian() * 1e12 : (Object) 3.0;
			case DECIMAL -> this.random.nextInt(1_000_000) / 100.0;
			case TIMESTAMP -> Instant.ofEpochSecond(this.now++).toString();
			case DATE -> "2026-0" + (1 + this.random.nextInt(9)) + "-15";
			case JSON -> "{\"a\": [" + this.random.nextInt() + ", null]}";
			case ARRAY -> "{a,b" + this.random.nextInt(9) + "}";
			case UUID, BLOB_UUID -> column.kind().key(new UUID(this.random.nextLong(), this.random.nextLong()));
		};
	}

	private byte[] bytes(int shortest) {
		int length = (this.random.nextInt(20) == 0) ? 20_000 : shortest + this.random.nextInt(40);
		byte[] bytes = new byte[length];
		this.random.nextBytes(bytes);
		return bytes;
	}

	private <T> T any(List<T> list) {
		return list.get(this.random.nextInt(list.size()));
	}

	/** A foreign key that refuses deletes. */
	private record RefusingReference(TableModel child, ColumnModel column, TableModel parent) {
	}

	/**
	 * The work within a transaction.
	 */
	private interface Statements {

		void execute() throws SQLException;

	}

}
