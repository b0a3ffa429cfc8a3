/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

import io.oversync.verification.device.TableModel;
import io.oversync.verification.device.TableModel.ColumnModel;
import io.oversync.verification.device.TableModels;
import org.jspecify.annotations.Nullable;

/**
 * Random writes of an application within a transaction of the server's database, the same
 * ones for the same seed and the same rows. As a careful application does, it locks a row
 * before it looks for the rows that refer to it, and a row that it is about to refer to.
 */
final class ApplicationEdits {

	private static final List<String> TEXTS = List.of("", "milk", "O'Brien said \"no\" \\", "žluťoučký 🌍", "1.10",
			"two\nlines\tand a tab", "x".repeat(3000));

	private static final long BEGINNING = 1_750_000_000;

	/** Keys that were deleted, so that rows come back. */
	private final List<Row> deleted;

	private final Connection connection;

	private final List<TableModel> tables;

	private final List<String> users;

	private final Random random;

	private final AtomicLong numbers;

	private final List<Edit> done = new ArrayList<>();

	/**
	 * Creates the writes of a transaction.
	 * @param connection the transaction
	 * @param tables the tables
	 * @param users the users whose rows are written
	 * @param random determines the writes
	 * @param numbers makes the label of each write different
	 * @param deleted rows that were deleted; takes more
	 */
	ApplicationEdits(Connection connection, TableModels tables, List<String> users, Random random, AtomicLong numbers,
			List<Row> deleted) {
		this.connection = connection;
		this.tables = tables.list();
		this.users = users;
		this.random = random;
		this.numbers = numbers;
		this.deleted = deleted;
	}

	/**
	 * A row of a user.
	 *
	 * @param table its table
	 * @param key its key
	 * @param owner its user
	 */
	record Row(TableModel table, String key, String owner) {

		String name() {
			return this.table.rowName(this.key);
		}

	}

	/**
	 * One write.
	 *
	 * @param row table and key
	 * @param formerOwner the user that had the row, or null
	 * @param owner the user that has it, or null
	 * @param label its new label, or null
	 * @param columns the columns that were written; empty for all
	 */
	record Edit(String row, @Nullable String formerOwner, @Nullable String owner, @Nullable String label,
			Set<String> columns) {

		@Override
		public String toString() {
			return (this.owner == null) ? "deletes " + this.row + " of " + this.formerOwner
					: (this.formerOwner == null) ? "adds " + this.row + " of " + this.owner
							: this.formerOwner.equals(this.owner) ? "writes " + this.row + " of " + this.owner
									: "moves " + this.row + " from " + this.formerOwner + " to " + this.owner;
		}

	}

	/** Returns the writes until now, in order. */
	List<Edit> done() {
		return List.copyOf(this.done);
	}

	/**
	 * Writes some rows.
	 * @throws SQLException if the database refuses or the connection is lost
	 */
	void edit() throws SQLException {
		int what = this.random.nextInt(100);
		if (what < 20) {
			insert(any(this.tables), any(this.users), newKey(), Map.of());
		}
		else if (what < 28) {
			insertFamily();
		}
		else if (what < 34) {
			insertAgain();
		}
		else if (what < 62) {
			update();
		}
		else if (what < 70) {
			updateMany();
		}
		else if (what < 81) {
			Row row = lockAny(any(this.tables));
			if (row != null) {
				delete(row);
			}
		}
		else if (what < 94) {
			move();
		}
		else {
			changeKey();
		}
	}

	private String newKey() {
		return new UUID(this.random.nextLong(), this.random.nextLong()).toString();
	}

	/** Returns a row that is locked, so that no row begins to refer to it. */
	private @Nullable Row lockAny(TableModel table) throws SQLException {
		String user = any(this.users);
		String key = anyKey(table, user);
		return (key != null && lock(table, key, user, "update")) ? new Row(table, key, user) : null;
	}

	private boolean lock(TableModel table, String key, String user, String strength) throws SQLException {
		return !texts("select id::text from " + table.qualifiedName() + " where id = ? and " + table.ownerColumn()
				+ " = ? for " + strength, key, user)
			.isEmpty();
	}

	/** Returns one of a few keys rather often, as devices do. */
	private @Nullable String anyKey(TableModel table, String user) throws SQLException {
		List<String> keys = texts(
				"select id::text from " + table.qualifiedName() + " where " + table.ownerColumn() + " = ? order by id",
				user);
		return keys.isEmpty() ? null
				: any((this.random.nextInt(4) > 0) ? keys.subList(0, Math.min(3, keys.size())) : keys);
	}

	private boolean insert(TableModel table, String owner, String key, Map<String, String> references)
			throws SQLException {
		List<String> columns = new ArrayList<>(List.of("id", table.ownerColumn()));
		List<@Nullable Object> values = new ArrayList<>();
		values.add(key);
		values.add(owner);
		String label = label(owner);
		for (ColumnModel column : table.others()) {
			Object value = column.equals(table.label()) ? label : references.get(column.name());
			value = (value != null) ? value : value(column, owner);
			if (value == null && column.required()) {
				return false; // it has no parent yet
			}
			columns.add(column.name());
			values.add(value);
		}
		update("insert into " + table.qualifiedName() + " (" + String.join(", ", columns) + ") values ("
				+ columns.stream().map((column) -> "?").collect(Collectors.joining(", ")) + ")", values.toArray());
		this.done.add(new Edit(table.rowName(key), null, owner, label, Set.of()));
		return true;
	}

	/** A row and one that refers to it, in either order. */
	private void insertFamily() throws SQLException {
		Reference reference = any(references());
		String owner = any(this.users);
		String parent = newKey();
		boolean childFirst = this.random.nextBoolean();
		Map<String, String> toParent = Map.of(reference.column.name(), parent);
		if (childFirst && !insert(reference.child, owner, newKey(), toParent)) {
			return;
		}
		insert(reference.parent, owner, parent, Map.of());
		if (!childFirst) {
			insert(reference.child, owner, newKey(), toParent);
		}
	}

	private void insertAgain() throws SQLException {
		if (!this.deleted.isEmpty()) {
			Row row = any(this.deleted);
			if (texts("select 1 from " + row.table.qualifiedName() + " where id = ?", row.key).isEmpty()) {
				insert(row.table, row.owner, row.key, Map.of());
			}
		}
	}

	private void update() throws SQLException {
		TableModel table = any(this.tables);
		String owner = any(this.users);
		String key = anyKey(table, owner);
		if (key == null) {
			return;
		}
		Map<String, @Nullable Object> values = new LinkedHashMap<>();
		for (ColumnModel column : table.others()) {
			if (!column.equals(table.label()) && this.random.nextInt(3) == 0) {
				Object value = value(column, owner);
				if (value != null || !column.required()) {
					values.put(column.name(), value);
				}
			}
		}
		write(new Row(table, key, owner), owner, values);
	}

	/** One statement for rows of all users. */
	private void updateMany() throws SQLException {
		TableModel table = any(this.tables);
		String label = "/application#" + this.numbers.incrementAndGet() + " " + any(TEXTS);
		try (PreparedStatement statement = this.connection.prepareStatement(
				"update " + table.qualifiedName() + " set " + table.label().name() + " = " + table.ownerColumn()
						+ " || ? where id in (select id from " + table.qualifiedName() + " where " + table.ownerColumn()
						+ " = any (?) order by id limit ?) returning " + "id::text, " + table.ownerColumn())) {
			statement.setString(1, label);
			statement.setArray(2, this.connection.createArrayOf("text", this.users.toArray()));
			statement.setInt(3, 2 + this.random.nextInt(6));
			try (ResultSet rows = statement.executeQuery()) {
				while (rows.next()) {
					String owner = rows.getString(2);
					this.done.add(new Edit(table.rowName(rows.getString(1)), owner, owner, owner + label,
							Set.of(table.label().name())));
				}
			}
		}
	}

	/** Writes columns and the label of a row, which may get another owner. */
	private boolean write(Row row, String owner, Map<String, @Nullable Object> values) throws SQLException {
		TableModel table = row.table;
		String label = label(owner);
		Map<String, @Nullable Object> all = new LinkedHashMap<>(values);
		all.put(table.label().name(), label);
		Set<String> columns = Set.copyOf(all.keySet());
		all.put(table.ownerColumn(), owner);
		List<@Nullable Object> arguments = new ArrayList<>(all.values());
		arguments.add(row.key);
		arguments.add(row.owner);
		int count = update("update " + table.qualifiedName() + " set "
				+ all.keySet().stream().map((column) -> column + " = ?").collect(Collectors.joining(", "))
				+ " where id = ? and " + table.ownerColumn() + " = ?", arguments.toArray());
		if (count > 0) {
			this.done.add(new Edit(row.name(), row.owner, owner, label, columns));
		}
		return count > 0;
	}

	/** Deletes a locked row. Rows that refer to it are detached, or go with it. */
	private void delete(Row row) throws SQLException {
		boolean withChildren = this.random.nextBoolean();
		for (Reference reference : references()) {
			if (reference.parent.equals(row.table)) {
				for (Row child : children(reference, row)) {
					if (reference.column.cascading()) {
						noteDeleted(child);
					}
					else if (!child.key.equals(row.key)) {
						// done first even if the child goes too: a circle would never end
						write(child, child.owner, nulls(reference.column.name()));
						if (withChildren) {
							delete(child);
						}
					}
				}
			}
		}
		if (update("delete from " + row.table.qualifiedName() + " where id = ?", row.key) > 0) {
			noteDeleted(row);
		}
	}

	private void noteDeleted(Row row) {
		this.done.add(new Edit(row.name(), row.owner, null, null, Set.of()));
		this.deleted.add(row);
	}

	/** Locks the rows that refer to a locked row. */
	private List<Row> children(Reference reference, Row parent) throws SQLException {
		return texts(
				"select id::text from " + reference.child.qualifiedName() + " where " + reference.column.name()
						+ " = ? and " + reference.child.ownerColumn() + " = ? order by id for update",
				parent.key, parent.owner)
			.stream()
			.map((key) -> new Row(reference.child, key, parent.owner))
			.toList();
	}

	/** Gives a row to another user, with all rows that refer to it. */
	private void move() throws SQLException {
		List<TableModel> independent = this.tables.stream()
			.filter((table) -> table.others().stream().noneMatch(ColumnModel::cascading))
			.toList();
		Row row = lockAny(any(independent));
		String owner = any(this.users);
		if (row == null || owner.equals(row.owner)) {
			return;
		}
		Map<Row, String> family = new LinkedHashMap<>();
		family.put(row, "");
		List<Row> level = List.of(row);
		while (!level.isEmpty()) {
			List<Row> next = new ArrayList<>();
			for (Row parent : level) {
				for (Reference reference : references()) {
					if (reference.parent.equals(parent.table)) {
						for (Row child : children(reference, parent)) {
							if (family.putIfAbsent(child, reference.column.name()) == null) {
								next.add(child);
							}
						}
					}
				}
			}
			level = next;
		}
		for (Map.Entry<Row, String> member : family.entrySet()) {
			// other references would lead to rows of the former owner
			Map<String, @Nullable Object> values = new LinkedHashMap<>();
			for (ColumnModel column : member.getKey().table.others()) {
				if (!column.parent().isEmpty() && !column.name().equals(member.getValue())) {
					values.put(column.name(), null);
				}
			}
			write(member.getKey(), owner, values);
		}
	}

	/** A row whose key changes is another row, to which the others refer then. */
	private void changeKey() throws SQLException {
		TableModel table = any(this.tables);
		Row row = lockAny(table);
		if (row == null) {
			return;
		}
		Map<Reference, List<Row>> children = new LinkedHashMap<>();
		for (Reference reference : references()) {
			if (reference.parent.equals(table)) {
				children.put(reference, children(reference, row));
			}
		}
		Row other = new Row(table, newKey(), row.owner);
		String label = label(row.owner);
		update("update " + table.qualifiedName() + " set id = ?, " + table.label().name() + " = ? where id = ?",
				other.key, label, row.key);
		noteDeleted(row);
		this.done.add(new Edit(other.name(), null, row.owner, label, Set.of()));
		for (Map.Entry<Reference, List<Row>> referring : children.entrySet()) {
			for (Row child : referring.getValue()) {
				Row now = child.equals(row) ? other : child;
				write(now, now.owner, Map.of(referring.getKey().column.name(), other.key));
			}
		}
	}

	private List<Reference> references() {
		List<Reference> references = new ArrayList<>();
		for (TableModel child : this.tables) {
			for (ColumnModel column : child.others()) {
				for (TableModel parent : this.tables) {
					if (parent.sqlName().equals(column.parent())) {
						references.add(new Reference(child, column, parent));
					}
				}
			}
		}
		return references;
	}

	private static Map<String, @Nullable Object> nulls(String column) {
		Map<String, @Nullable Object> values = new LinkedHashMap<>();
		values.put(column, null);
		return values;
	}

	/** Names the user, as {@link IsolationRule} requires. */
	private String label(String owner) {
		return owner + "/application#" + this.numbers.incrementAndGet() + " " + any(TEXTS);
	}

	private @Nullable Object value(ColumnModel column, String owner) throws SQLException {
		if (!column.parent().isEmpty()) {
			TableModel parent = this.tables.stream()
				.filter((table) -> table.sqlName().equals(column.parent()))
				.findFirst()
				.orElse(null);
			String key = (parent != null && (column.required() || this.random.nextInt(5) > 0)) ? anyKey(parent, owner)
					: null;
			return (parent != null && key != null && lock(parent, key, owner, "key share")) ? key : null;
		}
		if (!column.required() && this.random.nextInt(5) == 0) {
			return null;
		}
		return switch (column.kind()) {
			case TEXT -> any(TEXTS) + this.random.nextInt(100);
			// an empty one is NULL when a device sends it back, if the column allows it
			case BYTES -> bytes((column.required() ? 0 : 1) + this.random.nextInt(40));
			case INTEGER -> this.random.nextBoolean() ? this.random.nextLong() : (long) this.random.nextInt(3);
			case BOOLEAN -> this.random.nextBoolean();
			case REAL -> this.random.nextBoolean() ? this.random.nextGaussian() * 1e12 : 3.0;
			case DECIMAL -> this.random.nextInt(1_000_000) / 100.0;
			case TIMESTAMP -> Instant.ofEpochSecond(BEGINNING + this.random.nextInt(10_000_000)).toString();
			case DATE -> "2025-0" + (1 + this.random.nextInt(9)) + "-20";
			case JSON -> "{\"b\": [" + this.random.nextInt() + ", null]}";
			case ARRAY -> "{c,d" + this.random.nextInt(9) + "}";
			case UUID, BLOB_UUID -> newKey();
		};
	}

	private byte[] bytes(int length) {
		byte[] bytes = new byte[length];
		this.random.nextBytes(bytes);
		return bytes;
	}

	private <T> T any(List<T> list) {
		return list.get(this.random.nextInt(list.size()));
	}

	private int update(String sql, @Nullable Object... arguments) throws SQLException {
		try (PreparedStatement statement = prepare(sql, arguments)) {
			return statement.executeUpdate();
		}
	}

	private List<String> texts(String sql, @Nullable Object... arguments) throws SQLException {
		try (PreparedStatement statement = prepare(sql, arguments); ResultSet rows = statement.executeQuery()) {
			List<String> texts = new ArrayList<>();
			while (rows.next()) {
				texts.add(rows.getString(1));
			}
			return texts;
		}
	}

	/** The database knows the types of the columns. */
	private PreparedStatement prepare(String sql, @Nullable Object... arguments) throws SQLException {
		PreparedStatement statement = this.connection.prepareStatement(sql);
		for (int i = 0; i < arguments.length; i++) {
			if (arguments[i] instanceof byte[] bytes) {
				statement.setBytes(i + 1, bytes);
			}
			else if (arguments[i] == null) {
				statement.setNull(i + 1, Types.OTHER);
			}
			else {
				statement.setObject(i + 1, String.valueOf(arguments[i]), Types.OTHER);
			}
		}
		return statement;
	}

	/** A foreign key. */
	private record Reference(TableModel child, ColumnModel column, TableModel parent) {
	}

}
