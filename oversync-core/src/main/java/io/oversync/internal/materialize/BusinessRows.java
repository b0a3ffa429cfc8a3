/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import io.oversync.internal.catalog.Column;
import io.oversync.internal.catalog.ForeignKey;
import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.store.Chunks;
import io.oversync.internal.store.Parameters;
import io.oversync.internal.store.SqlStates;
import io.oversync.internal.stream.Owner;
import io.oversync.materialize.MaterializationHandler;
import io.oversync.materialize.ReadingMaterializationHandler;
import io.oversync.protocol.JsonText;
import io.oversync.protocol.Payload;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads a user's rows of business tables, as the application has left them, and renders
 * them as after-images. To be used within a transaction.
 */
public final class BusinessRows {

	/** How {@link RowImages} expects values to be printed. */
	private static final Map<String, String> SETTINGS = Map.of("DateStyle", "ISO, YMD", "TimeZone", "UTC",
			"IntervalStyle", "iso_8601", "bytea_output", "hex", "extra_float_digits", "1");

	private static final String SAVEPOINT = "SAVEPOINT oversync_rows";

	private static final String RELEASE = "RELEASE SAVEPOINT oversync_rows";

	private static final String UNDO = "ROLLBACK TO SAVEPOINT oversync_rows; " + RELEASE;

	private static final int LOCK_MILLIS = 200;

	private static final String LOCK_NOT_AVAILABLE = "55P03";

	private final JdbcTemplate jdbc;

	private final HandlerRows handlerRows;

	/**
	 * Creates the reader.
	 * @param dataSource the application's database
	 * @param handlers the application's handlers, some of which read their tables
	 */
	public BusinessRows(DataSource dataSource, List<MaterializationHandler> handlers) {
		this.jdbc = new JdbcTemplate(dataSource);
		this.handlerRows = new HandlerRows(dataSource, handlers);
	}

	/**
	 * Finds the rows that a user has, with the rows that they refer to.
	 * @param table a table with an owner column
	 * @param owner the user
	 * @param keys keys of rows
	 * @param unreadable receives the keys of rows that the table's handler cannot read
	 * @return the rows that exist and are the user's
	 */
	public Map<UUID, Found> find(SyncedTable table, Owner owner, Collection<UUID> keys, Consumer<UUID> unreadable) {
		Map<UUID, Found> found = find(table, owner, keys);
		ReadingMaterializationHandler handler = this.handlerRows.find(table);
		if (handler == null || found.isEmpty()) {
			return found;
		}
		Map<UUID, Found> read = new HashMap<>();
		// the images are read again in blocks, since all of them may not fit into memory
		this.handlerRows.read(handler, table, owner, List.copyOf(found.keySet()),
				(key, image) -> read.put(key,
						new Found(found.getOrDefault(key, Found.NOTHING).references(), image.utf8().length)),
				unreadable);
		return read;
	}

	private Map<UUID, Found> find(SyncedTable table, Owner owner, Collection<UUID> keys) {
		Map<UUID, Found> found = new HashMap<>();
		StringBuilder columns = new StringBuilder("t." + BusinessSql.quote(table.keyColumn()) + " AS pk, ");
		// a table may have no more than its key and its owner column
		columns.append("0::bigint");
		table.shownColumns().forEach((column) -> columns.append(" + ").append(bytes(column)));
		columns.append(" AS bytes");
		for (ForeignKey foreignKey : table.references()) {
			columns.append(", t.").append(BusinessSql.quote(foreignKey.column()));
		}
		String sql = "SELECT t.* FROM unnest(?::uuid[]) AS k(pk) CROSS JOIN " + OwnerSql.USER
				+ " CROSS JOIN LATERAL (SELECT " + columns + " FROM " + BusinessSql.relation(table) + " AS t WHERE t."
				+ BusinessSql.quote(table.keyColumn()) + " = k.pk AND " + OwnerSql.isMine(table, "t")
				+ " LIMIT 1) AS t";
		for (List<UUID> chunk : Chunks.of(keys)) {
			this.jdbc.query(sql, Parameters.of((parameters) -> {
				parameters.uuids(chunk, (key) -> key);
				OwnerSql.bind(parameters, owner);
			}), (resultSet) -> {
				found.put(resultSet.getObject(1, UUID.class),
						new Found(references(table, resultSet, 3), resultSet.getLong(2)));
			});
		}
		return found;
	}

	/**
	 * Writes an expression of about the length of a value, without reading what is long.
	 */
	private static String bytes(Column column) {
		String value = "t." + BusinessSql.quote(column.name());
		String length = switch (column.type().kind()) {
			case BYTEA -> "2 * octet_length(" + value + ")";
			case TEXT, JSON, ARRAY -> "octet_length(" + value + "::text)";
			default -> null;
		};
		return (length == null) ? "20" : "CASE WHEN coalesce(pg_column_size(" + value + "), 0) < 1000 THEN 100 ELSE "
				+ length + " END::bigint";
	}

	/**
	 * Waits a little for a table that a transaction of the application has locked.
	 * @param table the table
	 * @return whether it can be read now, until the transaction ends
	 */
	public boolean isReadable(SyncedTable table) {
		try {
			this.jdbc.execute(SAVEPOINT + "; SET LOCAL lock_timeout = " + LOCK_MILLIS + "; SELECT FROM "
					+ BusinessSql.relation(table) + " LIMIT 0; SET LOCAL lock_timeout TO DEFAULT; " + RELEASE);
			return true;
		}
		catch (DataAccessException ex) {
			SQLException cause = SqlStates.find(ex);
			if (cause == null || !LOCK_NOT_AVAILABLE.equals(cause.getSQLState())) {
				throw ex;
			}
			this.jdbc.execute(UNDO);
			return false;
		}
	}

	private static List<RowKey> references(SyncedTable table, ResultSet resultSet, int first) throws SQLException {
		List<RowKey> references = new ArrayList<>(table.references().size());
		int index = first;
		for (ForeignKey foreignKey : table.references()) {
			UUID parent = resultSet.getObject(index++, UUID.class);
			if (parent != null) {
				references.add(new RowKey(foreignKey.parent(), parent));
			}
		}
		return references;
	}

	/**
	 * Has PostgreSQL print values in one way, until {@link #printAs}.
	 * @return the settings before
	 */
	public Map<String, String> printAlike() {
		String settings = SETTINGS.keySet()
			.stream()
			.map((name) -> "current_setting('" + name + "') AS \"" + name + '"')
			.collect(Collectors.joining(", "));
		Map<String, String> before = new HashMap<>();
		this.jdbc.queryForMap("SELECT " + settings).forEach((name, value) -> before.put(name, String.valueOf(value)));
		printAs(SETTINGS);
		return before;
	}

	/**
	 * Has PostgreSQL print values as before.
	 * @param settings the settings
	 */
	public void printAs(Map<String, String> settings) {
		String calls = settings.keySet()
			.stream()
			.map((name) -> "set_config('" + name + "', ?, true)")
			.collect(Collectors.joining(", "));
		this.jdbc.query("SELECT " + calls, (resultSet) -> {
		}, settings.values().toArray());
	}

	/**
	 * Renders rows.
	 * @param table their table
	 * @param owner the user
	 * @param last the keys of the rows, with the last after-image that the stream has of
	 * each
	 * @param deviceColumns the columns that devices of the user have sent
	 * @param compared keys of rows that the application need not have written
	 * @param settings with which the table's handler prints values
	 * @return of each row that exists and is the user's, what it is now
	 */
	public Map<UUID, Image> render(SyncedTable table, Owner owner, Map<UUID, Optional<Payload>> last,
			Set<String> deviceColumns, Set<UUID> compared, Map<String, String> settings) {
		ReadingMaterializationHandler handler = this.handlerRows.find(table);
		if (handler != null) {
			printAs(settings);
			Map<UUID, Image> read = read(handler, table, owner, last);
			printAs(SETTINGS);
			return read;
		}
		RowImages images = new RowImages(table, table.wire(), deviceColumns);
		List<Asked> rows = new ArrayList<>(last.size());
		last.forEach((key, image) -> rows.add(new Asked(key, image.orElse(null),
				image.map(images::converted).orElse(Map.of()), !compared.contains(key))));
		Map<UUID, Image> rendered = new HashMap<>();
		attempt(rows, (part) -> query(table, owner, images, part, (row, references, current, same) -> rendered
			.put(row.key, new Image(references, images.render(row.key, row.last, current, same, row.written)))));
		return rendered;
	}

	private Map<UUID, Image> read(ReadingMaterializationHandler handler, SyncedTable table, Owner owner,
			Map<UUID, Optional<Payload>> last) {
		Map<UUID, Found> found = find(table, owner, last.keySet());
		Map<UUID, Image> images = new HashMap<>();
		this.handlerRows.read(handler, table, owner, List.copyOf(found.keySet()), (key, image) -> {
			boolean equal = last.getOrDefault(key, Optional.empty())
				.map((before) -> isEqual(before, image))
				.orElse(false);
			images.put(key, new Image(found.getOrDefault(key, Found.NOTHING).references(), equal ? null : image));
		}, (key) -> {
			throw new HandlerReadException(new RowKey(table.name(), key));
		});
		for (UUID key : found.keySet()) {
			if (!images.containsKey(key)) {
				throw new HandlerReadException(new RowKey(table.name(), key));
			}
		}
		return images;
	}

	/**
	 * Compares rows with after-images, in the columns that these mention.
	 * @param table their table
	 * @param owner the user
	 * @param last the after-images, by the keys of the rows
	 * @return of each row that exists and is the user's, whether it is the same
	 */
	public Map<UUID, Likeness> compare(SyncedTable table, Owner owner, Map<UUID, Payload> last) {
		Map<UUID, Likeness> compared = new HashMap<>();
		ReadingMaterializationHandler handler = this.handlerRows.find(table);
		if (handler != null) {
			this.handlerRows.read(handler, table, owner, List.copyOf(find(table, owner, last.keySet()).keySet()),
					(key, image) -> compared.put(key, Likeness.of(Objects.requireNonNull(last.get(key)), image)),
					(key) -> compared.put(key, Likeness.SAME));
			return compared;
		}
		RowImages images = new RowImages(table, table.wire(), Set.of());
		List<Asked> rows = new ArrayList<>(last.size());
		last.forEach((key, image) -> rows.add(new Asked(key, image, images.converted(image), false)));
		attempt(rows, (part) -> query(table, owner, images, part, (row, references, current, same) -> {
			Set<String> others = new HashSet<>(row.values.keySet());
			others.removeAll(same);
			compared.put(row.key, new Likeness(others));
		}));
		return compared;
	}

	/**
	 * Finds rows that are not the user's, but another one's or the application's.
	 * @param table their table
	 * @param owner the user
	 * @param keys their keys
	 * @return the keys of those that exist
	 */
	public Set<UUID> findOthers(SyncedTable table, Owner owner, Collection<UUID> keys) {
		String sql = "SELECT k.pk FROM unnest(?::uuid[]) AS k(pk) CROSS JOIN " + OwnerSql.USER
				+ " CROSS JOIN LATERAL (SELECT 1 FROM " + BusinessSql.relation(table) + " AS t WHERE t."
				+ BusinessSql.quote(table.keyColumn()) + " = k.pk AND " + OwnerSql.isNotMine(table, "t")
				+ " LIMIT 1) AS t";
		Set<UUID> others = new HashSet<>();
		for (List<UUID> chunk : Chunks.of(keys)) {
			this.jdbc.query(sql, Parameters.of((parameters) -> {
				parameters.uuids(chunk, (pk) -> pk);
				OwnerSql.bind(parameters, owner);
			}), (resultSet) -> {
				others.add(resultSet.getObject(1, UUID.class));
			});
		}
		return others;
	}

	/**
	 * Finds the rows of a user in the order of their keys.
	 * @param table a table with an owner column
	 * @param owner the user
	 * @param after the key before the first, null for the start
	 * @param limit the most rows
	 * @return their keys, those included that the table's handler does not show
	 */
	public List<UUID> findKeys(SyncedTable table, Owner owner, @Nullable UUID after, int limit) {
		String key = "t." + BusinessSql.quote(table.keyColumn());
		String sql = "SELECT " + key + " FROM " + BusinessSql.relation(table) + " AS t CROSS JOIN " + OwnerSql.USER
				+ " WHERE t." + BusinessSql.quote(String.valueOf(table.ownerColumn())) + " = "
				+ OwnerSql.userAsOwner(table) + ((after != null) ? " AND " + key + " > ?" : "") + " ORDER BY " + key
				+ " LIMIT ?";
		List<UUID> keys = new ArrayList<>();
		this.jdbc.query(sql, Parameters.of((parameters) -> {
			OwnerSql.bind(parameters, owner);
			if (after != null) {
				parameters.uuid(after);
			}
			parameters.integer(limit);
		}), (resultSet) -> {
			keys.add(resultSet.getObject(1, UUID.class));
		});
		return keys;
	}

	private static boolean isEqual(Payload one, Payload other) {
		return one.equals(other) || JsonText.contentDigest(one.text()).equals(JsonText.contentDigest(other.text()));
	}

	/**
	 * What a device wrote need not be a value of its column any more, whose type may have
	 * changed: then the row is taken as it is.
	 */
	private void attempt(List<Asked> rows, Consumer<List<Asked>> query) {
		this.jdbc.execute(SAVEPOINT);
		try {
			query.accept(rows);
			this.jdbc.execute(RELEASE);
			return;
		}
		catch (DataAccessException ex) {
			if (SqlStates.isTransient(ex) || rows.stream().allMatch((row) -> row.values.isEmpty())) {
				throw ex;
			}
			this.jdbc.execute(UNDO);
		}
		if (rows.size() == 1) {
			Asked row = rows.get(0);
			attempt(List.of(new Asked(row.key, row.last, Map.of(), row.written)), query);
			return;
		}
		int half = rows.size() / 2;
		attempt(rows.subList(0, half), query);
		attempt(rows.subList(half, rows.size()), query);
	}

	private void query(SyncedTable table, Owner owner, RowImages images, List<Asked> rows, Answer answer) {
		List<Column> columns = images.columns();
		this.jdbc.query(sql(table, columns), Parameters.of((parameters) -> {
			parameters.uuids(rows, Asked::key);
			for (Column column : columns) {
				parameters.texts(rows, (row) -> row.value(column))
					.booleans(rows, (row) -> row.values.containsKey(column.name()));
			}
			OwnerSql.bind(parameters, owner);
		}), (resultSet) -> {
			Asked row = rows.get(resultSet.getInt(1) - 1);
			int index = 2 + table.references().size();
			Map<String, @Nullable String> current = new HashMap<>();
			Set<String> same = new HashSet<>();
			for (Column column : columns) {
				current.put(column.name(), resultSet.getString(index++));
				if (resultSet.getBoolean(index++)) {
					same.add(column.name());
				}
			}
			answer.take(row, references(table, resultSet, 2), current, same);
		});
	}

	private static String sql(SyncedTable table, List<Column> columns) {
		StringBuilder arrays = new StringBuilder("?::uuid[]");
		StringBuilder names = new StringBuilder("pk");
		StringJoiner values = new StringJoiner(", ");
		for (ForeignKey foreignKey : table.references()) {
			values.add("t." + BusinessSql.quote(foreignKey.column()));
		}
		for (int i = 0; i < columns.size(); i++) {
			arrays.append(", ?::text[], ?::boolean[]");
			names.append(", v").append(i).append(", h").append(i);
			Column column = columns.get(i);
			String now = "t." + BusinessSql.quote(column.name());
			values.add(RowImages.text(now, column));
			values.add("CASE WHEN k.h" + i + " THEN " + equal(column, now, "k.v" + i) + " ELSE false END");
		}
		return "SELECT k.ord, t.* FROM unnest(" + arrays + ") WITH ORDINALITY AS k(" + names + ", ord) CROSS JOIN "
				+ OwnerSql.USER + " CROSS JOIN LATERAL (SELECT " + values + " FROM " + BusinessSql.relation(table)
				+ " AS t WHERE t." + BusinessSql.quote(table.keyColumn()) + " = k.pk AND " + OwnerSql.isMine(table, "t")
				+ " LIMIT 1) AS t";
	}

	/** Texts that a type takes for equal may differ, and some types know no equality. */
	private static String equal(Column column, String now, String then) {
		String type = "::" + column.type().sqlName();
		return switch (column.type().kind()) {
			case UUID, BOOLEAN, TIMESTAMP, TIMESTAMP_WITH_TIME_ZONE, DATE, TIME, TIME_WITH_TIME_ZONE, INTEGER, NUMERIC,
					FLOAT ->
				now + type + " IS NOT DISTINCT FROM " + then + type;
			default -> RowImages.text(now, column) + " COLLATE \"C\" IS NOT DISTINCT FROM "
					+ RowImages.text(then, column) + " COLLATE \"C\"";
		};
	}

	/**
	 * A row that exists.
	 *
	 * @param references the rows that it refers to
	 * @param bytes about the length of its after-image
	 */
	public record Found(List<RowKey> references, long bytes) {

		static final Found NOTHING = new Found(List.of(), 0);

		public Found {
			references = List.copyOf(references);
		}

	}

	/**
	 * A row as it is now.
	 *
	 * @param references the rows that it refers to
	 * @param changed its after-image, null if that is the last one
	 */
	public record Image(List<RowKey> references, @Nullable Payload changed) {
	}

	/**
	 * How like a row and an after-image are.
	 *
	 * @param others the columns that have other values than the image, or the members of
	 * what a handler reads
	 */
	public record Likeness(Set<String> others) {

		static final Likeness SAME = new Likeness(Set.of());

		public Likeness {
			others = Set.copyOf(others);
		}

		/** Compares the members that both have: a handler need not keep all of them. */
		static Likeness of(Payload image, Payload read) {
			Map<String, String> before = digests(image);
			Set<String> others = new HashSet<>();
			digests(read).forEach((member, digest) -> {
				if (before.containsKey(member) && !digest.equals(before.get(member))) {
					others.add(member);
				}
			});
			return new Likeness(others);
		}

		private static Map<String, String> digests(Payload payload) {
			Map<String, String> digests = new HashMap<>();
			JsonText.withMembers(payload.text(), (member) -> true, (member, json) -> {
				digests.put(member, JsonText.contentDigest(json));
				return json;
			}, Map::of);
			return digests;
		}

	}

	/** Receives a row that exists. */
	private interface Answer {

		/**
		 * Takes a row.
		 * @param row the row
		 * @param references the rows that it refers to
		 * @param current its values as texts, by column
		 * @param same the columns that have the values asked for
		 */
		void take(Asked row, List<RowKey> references, Map<String, @Nullable String> current, Set<String> same);

	}

	/**
	 * A row to be read.
	 *
	 * @param key its key
	 * @param last its last after-image
	 * @param values what that has converted to
	 * @param written whether the application has written it
	 */
	private record Asked(UUID key, @Nullable Payload last, Map<String, Optional<String>> values, boolean written) {

		@Nullable String value(Column column) {
			return this.values.getOrDefault(column.name(), Optional.empty()).orElse(null);
		}

	}

}
