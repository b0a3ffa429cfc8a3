/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import javax.sql.DataSource;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.stream.Owner;
import io.oversync.protocol.TableName;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The queue of rows that the application itself has written ({@code sync.captured_row}):
 * keys without values, which triggers put in. A key is in it as often as its row was
 * written. What is taken is gone with the commit, so rows must be read after that, by
 * statements of their own: what is written in between is in the queue again.
 */
public final class CapturedRowStore {

	/** A condition on a stream {@code s}: whether rows of its user wait. */
	static final String WAIT = "EXISTS (SELECT 1 FROM sync.captured_row q WHERE q.owner = s.user_id)";

	/** Those that have waited longest, as many as hold a number of keys. */
	private static final String TAKE = """
			WITH taken AS (
			  DELETE FROM sync.captured_row q
			  WHERE q.owner = ? AND q.capture_id <= (
			    SELECT max(s.capture_id) FROM (
			      SELECT n.capture_id, sum(cardinality(n.pks)) OVER (ORDER BY n.capture_id) - cardinality(n.pks) AS before
			      FROM (SELECT c.capture_id, c.pks FROM sync.captured_row c WHERE c.owner = ? ORDER BY c.capture_id LIMIT ?) n) s
			    WHERE s.before < ?)
			  RETURNING q.table_id, q.pks, q.captured_in > '0' AS written)
			SELECT t.table_id, k.pk, bool_or(t.written) FROM taken t CROSS JOIN LATERAL unnest(t.pks) AS k(pk)
			GROUP BY t.table_id, k.pk""";

	/**
	 * No user's: a table was emptied by a transaction that could not see all of its rows.
	 */
	private static final String HAS_UNSEEN = "SELECT EXISTS (SELECT 1 FROM sync.captured_row q WHERE q.owner = '')";

	private static final String TAKE_UNSEEN = """
			DELETE FROM sync.captured_row q WHERE q.owner = '' RETURNING q.table_id""";

	/** Leaves the other keys of a row of the queue where they are. */
	private static final String TAKE_ROWS = """
			WITH wanted AS (
			  SELECT k.table_id, array_agg(k.pk) AS pks FROM unnest(?::int[], ?::uuid[]) AS k(table_id, pk) GROUP BY k.table_id),
			taken AS (
			  UPDATE sync.captured_row q
			  SET pks = ARRAY(SELECT r.pk FROM unnest(q.pks) AS r(pk) WHERE r.pk <> ALL (w.pks))
			  FROM wanted w
			  WHERE q.owner = ? AND q.table_id = w.table_id AND q.pks && w.pks
			  RETURNING q.table_id, w.pks AS wanted, (SELECT c.pks FROM sync.captured_row c
			    WHERE c.owner = q.owner AND c.capture_id = q.capture_id) AS before)
			SELECT DISTINCT t.table_id, k.pk FROM taken t CROSS JOIN LATERAL unnest(t.before) AS k(pk)
			WHERE k.pk = ANY (t.wanted)""";

	private static final String DROP_EMPTY = """
			DELETE FROM sync.captured_row q WHERE q.owner = ? AND cardinality(q.pks) = 0""";

	/** Of one table, whose key and owner columns have to be named. */
	private static final String FIND = """
			SELECT DISTINCT k.pk
			FROM sync.captured_row q
			CROSS JOIN LATERAL unnest(q.pks) AS k(pk)
			WHERE q.owner = ? AND q.table_id = ? AND %s (
			  SELECT 1 FROM %%1$s AS b WHERE b.%%2$s = k.pk AND b.%%3$s = ?::text::%%4$s OFFSET 0)
			LIMIT ?""";

	private static final String GONE = FIND.formatted("NOT EXISTS");

	private static final String PRESENT = FIND.formatted("EXISTS");

	private static final String ARE_WAITING = """
			SELECT EXISTS (
			  SELECT 1 FROM sync.captured_row q
			  WHERE q.owner = ? AND q.captured_in <> pg_current_xact_id() AND EXISTS (
			    SELECT 1 FROM unnest(?::int[], ?::uuid[]) AS k(table_id, pk)
			    WHERE k.table_id = q.table_id AND k.pk = ANY (q.pks)))""";

	/** Of one table that refers to another. */
	private static final String ARE_REFERRING = """
			SELECT EXISTS (
			  SELECT 1 FROM sync.captured_row q
			  CROSS JOIN LATERAL unnest(q.pks) AS k(pk)
			  JOIN %1$s AS b ON b.%2$s = k.pk
			  WHERE q.owner = ? AND q.table_id = ? AND q.captured_in <> pg_current_xact_id()
			    AND b.%3$s = ANY (?::uuid[]))""";

	/**
	 * All rows of a user that a table has, or that the stream takes it to have; not those
	 * of which the table has less than the stream.
	 */
	private static final String PUT_ALL = """
			INSERT INTO sync.captured_row (owner, table_id, pks, captured_in)
			SELECT ?, ?, array_agg(p.pk), '0'
			FROM (
			  SELECT a.pk, row_number() OVER () / %5$d AS part
			  FROM (SELECT b.%2$s AS pk FROM %1$s AS b WHERE b.%3$s = ?::text::%4$s
			        UNION
			        SELECT r.pk FROM sync.row_version r WHERE r.stream_id = ? AND r.table_id = ? AND NOT r.deleted) a
			  WHERE NOT EXISTS (
			    SELECT 1 FROM sync.materialize_failures f
			    WHERE f.stream_id = ? AND f.schema_name = ? AND f.table_name = ? AND f.pk_uuid = a.pk)) p
			GROUP BY p.part""";

	private static final String PUT_BACK = """
			INSERT INTO sync.captured_row (owner, table_id, pks)
			SELECT ?, k.table_id, array_agg(k.pk) FROM unnest(?::int[], ?::uuid[]) AS k(table_id, pk) GROUP BY k.table_id""";

	private static final String OWNERS = """
			WITH RECURSIVE owners AS (
			  (SELECT q.owner FROM sync.captured_row q WHERE q.owner > ? ORDER BY q.owner LIMIT 1)
			  UNION ALL
			  SELECT n.owner FROM owners o CROSS JOIN LATERAL (
			    SELECT q.owner FROM sync.captured_row q WHERE q.owner > o.owner ORDER BY q.owner LIMIT 1) n)
			SELECT o.owner FROM owners o LIMIT ?""";

	private static final String FORGET = "DELETE FROM sync.captured_row q WHERE q.owner = ?";

	private static final String GENERATIONS = """
			SELECT t.table_id, t.capture_generation FROM sync.synced_table t WHERE t.table_id = ANY (?)""";

	private final JdbcTemplate jdbc;

	private final TableIds ids;

	/**
	 * Creates the store.
	 * @param dataSource the application's database
	 * @param ids the ids of the registered tables
	 */
	public CapturedRowStore(DataSource dataSource, TableIds ids) {
		this.jdbc = new JdbcTemplate(dataSource);
		this.ids = ids;
	}

	/**
	 * Takes the rows that have waited longest.
	 * @param userId the user
	 * @param most how many keys to take, give or take those of one statement
	 * @return the rows, and whether each was written; others are only to be compared
	 */
	public Map<RowKey, Boolean> take(String userId, int most) {
		Map<RowKey, Boolean> rows = new LinkedHashMap<>();
		this.jdbc.query(TAKE, Parameters.of((values) -> values.text(userId).text(userId).integer(most).integer(most)),
				(resultSet) -> {
					TableName table = this.ids.nameOf(resultSet.getInt(1));
					if (table != null) {
						rows.put(new RowKey(table, resultSet.getObject(2, UUID.class)), resultSet.getBoolean(3));
					}
				});
		return rows;
	}

	/**
	 * Takes certain rows, as far as they wait.
	 * @param userId the user
	 * @param wanted the rows
	 * @return those of them that waited
	 */
	public Set<RowKey> take(String userId, Collection<RowKey> wanted) {
		Set<RowKey> rows = new LinkedHashSet<>();
		for (List<RowKey> chunk : Chunks.of(wanted)) {
			this.jdbc.query(TAKE_ROWS,
					Parameters
						.of((values) -> values.integers(chunk, this.ids::idOf).uuids(chunk, RowKey::pk).text(userId)),
					(resultSet) -> {
						add(rows, resultSet.getInt(1), resultSet.getObject(2, UUID.class));
					});
		}
		if (!rows.isEmpty()) {
			this.jdbc.update(DROP_EMPTY, userId);
		}
		return rows;
	}

	/**
	 * Takes the rows of a table that wait and are not in the table any more.
	 * @param userId the user
	 * @param table the table
	 * @return the rows
	 */
	public Set<RowKey> takeGone(String userId, SyncedTable table) {
		return take(userId, find(GONE, userId, table, Integer.MAX_VALUE));
	}

	/**
	 * Finds rows of a table that wait and are in the table.
	 * @param userId the user
	 * @param table the table
	 * @param most the most rows
	 * @return the rows
	 */
	public Set<RowKey> findPresent(String userId, SyncedTable table, int most) {
		return find(PRESENT, userId, table, most);
	}

	private Set<RowKey> find(String sql, String userId, SyncedTable table, int most) {
		Set<RowKey> rows = new LinkedHashSet<>();
		this.jdbc.query(of(sql, table),
				Parameters.of((values) -> values.text(userId).integer(table.id()).text(userId).integer(most)),
				(resultSet) -> {
					rows.add(new RowKey(table.name(), resultSet.getObject(1, UUID.class)));
				});
		return rows;
	}

	/** Of tables that are no longer registered, no row is wanted. */
	private void add(Set<RowKey> rows, int tableId, UUID pk) {
		TableName table = this.ids.nameOf(tableId);
		if (table != null) {
			rows.add(new RowKey(table, pk));
		}
	}

	/**
	 * Puts rows that were taken in the queue again, behind all others.
	 * @param userId the user
	 * @param rows the rows
	 */
	public void putBack(String userId, Collection<RowKey> rows) {
		List<RowKey> all = List.copyOf(rows);
		for (int from = 0; from < all.size(); from += CapturedRows.MOST_KEYS) {
			List<RowKey> part = all.subList(from, Math.min(all.size(), from + CapturedRows.MOST_KEYS));
			this.jdbc.update(PUT_BACK, Parameters
				.of((values) -> values.text(userId).integers(part, this.ids::idOf).uuids(part, RowKey::pk)));
		}
	}

	/**
	 * Returns whether any of some rows waits that another transaction has written. What
	 * triggers wrote in this one waits as well.
	 * @param userId the user
	 * @param rows the rows
	 * @return whether the application has written one of them
	 */
	public boolean areWaiting(String userId, Collection<RowKey> rows) {
		for (List<RowKey> chunk : Chunks.of(rows)) {
			Boolean waiting = this.jdbc.query(ARE_WAITING,
					Parameters
						.of((values) -> values.text(userId).integers(chunk, this.ids::idOf).uuids(chunk, RowKey::pk)),
					(resultSet) -> resultSet.next() && resultSet.getBoolean(1));
			if (Boolean.TRUE.equals(waiting)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Returns whether any row that waits refers to one of some rows.
	 * @param userId the user
	 * @param table the table of the rows that wait
	 * @param column its column that refers to the other table
	 * @param parents keys of rows of that one
	 * @return whether the application has written such a row
	 */
	public boolean areReferring(String userId, SyncedTable table, String column, Collection<UUID> parents) {
		String sql = ARE_REFERRING.formatted(relation(table), quote(table.keyColumn()), quote(column));
		for (List<UUID> chunk : Chunks.of(parents)) {
			Boolean referring = this.jdbc.query(sql,
					Parameters.of((values) -> values.text(userId).integer(table.id()).uuids(chunk, (parent) -> parent)),
					(resultSet) -> resultSet.next() && resultSet.getBoolean(1));
			if (Boolean.TRUE.equals(referring)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Puts all rows of a user in the queue, so that each is compared with the stream.
	 * @param owner the user
	 * @param table the table
	 */
	public void putAll(Owner owner, SyncedTable table) {
		this.jdbc.update(of(PUT_ALL, table),
				Parameters.of((values) -> values.text(owner.userId())
					.integer(table.id())
					.text(owner.userId())
					.number(owner.streamId())
					.integer(table.id())
					.number(owner.streamId())
					.text(table.name().schema())
					.text(table.name().table())));
	}

	/**
	 * Returns whether tables were emptied by transactions that could not see all rows.
	 * @return whether {@link #beginAgainWhereUnseen()} has something to do
	 */
	public boolean hasUnseen() {
		return Boolean.TRUE.equals(this.jdbc.queryForObject(HAS_UNSEEN, Boolean.class));
	}

	/**
	 * Begins the capture of tables again that were emptied by transactions which could
	 * not see all of their rows.
	 */
	public void beginAgainWhereUnseen() {
		Set<Integer> tables = Set.copyOf(this.jdbc.queryForList(TAKE_UNSEEN, Integer.class));
		tables.forEach((table) -> this.jdbc.update(CapturedRows.raiseGeneration(table)));
	}

	/**
	 * Finds users with rows that wait.
	 * @param after before the first user, an empty string for the start
	 * @param most the most users
	 * @return their ids in ascending order
	 */
	public List<String> findUsers(String after, int most) {
		return this.jdbc.queryForList(OWNERS, String.class, after, most);
	}

	/**
	 * Forgets the rows of a user.
	 * @param userId the user, see {@link StreamStore#keepWithoutStream}
	 * @return how many were forgotten
	 */
	public int forget(String userId) {
		return this.jdbc.update(FORGET, userId);
	}

	/**
	 * Reads how often the capture of tables began.
	 * @param tables the tables
	 * @return the number of each
	 */
	public Map<TableName, Integer> generations(Collection<SyncedTable> tables) {
		Map<TableName, Integer> generations = new HashMap<>();
		this.jdbc.query(GENERATIONS, Parameters.of((values) -> values.integers(tables, SyncedTable::id)),
				(resultSet) -> {
					TableName table = this.ids.nameOf(resultSet.getInt(1));
					if (table != null) {
						generations.put(table, resultSet.getInt(2));
					}
				});
		return generations;
	}

	private static String of(String sql, SyncedTable table) {
		String owner = table.ownerColumn();
		if (owner == null) {
			throw new IllegalArgumentException("Table " + table.name() + " has no owner column");
		}
		return sql.formatted(relation(table), quote(table.keyColumn()), quote(owner), table.ownerType(),
				CapturedRows.MOST_KEYS);
	}

	private static String relation(SyncedTable table) {
		return quote(table.relation().schema()) + "." + quote(table.relation().name());
	}

	private static String quote(String identifier) {
		return '"' + identifier.replace("\"", "\"\"") + '"';
	}

}
