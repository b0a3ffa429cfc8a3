/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import javax.sql.DataSource;

import io.oversync.internal.catalog.RowKey;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads the prefixes of streams and removes their garbage.
 */
public final class CompactionStore {

	/**
	 * As many entries came since the last compaction as it left: half of the prefix may
	 * be garbage. A stream with deleted rows is looked at from time to time if their
	 * tombstones expire.
	 */
	private static final String DUE = """
			SELECT s.stream_id, s.user_id
			FROM sync.stream s
			LEFT JOIN sync.compaction p ON p.stream_id = s.stream_id
			WHERE s.stream_id > ?
			  AND (p.stream_id IS NULL OR p.started_at <= now() - ? * interval '1 millisecond')
			  AND (s.head_server_id - coalesce(p.horizon, 0) >= greatest(?, coalesce(p.kept, 0))
			    OR ((p.stream_id IS NULL OR p.started_at <= now() - ?::bigint * interval '1 millisecond') AND EXISTS (
			      SELECT FROM sync.row_version r
			      JOIN sync.change c ON c.stream_id = r.stream_id AND c.server_id = r.server_id
			      WHERE r.stream_id = s.stream_id AND r.deleted
			        AND c.ts < now() - ?::bigint * interval '1 millisecond')))
			ORDER BY s.stream_id
			LIMIT ?""";

	private static final String CLAIM = """
			INSERT INTO sync.compaction AS p (stream_id, owner, leased_until)
			VALUES (?, ?, clock_timestamp() + ? * interval '1 millisecond')
			ON CONFLICT (stream_id) DO UPDATE
			SET owner = excluded.owner, leased_until = excluded.leased_until, started_at = now()
			WHERE p.leased_until IS NULL OR p.leased_until < clock_timestamp()""";

	private static final String EXTEND = """
			UPDATE sync.compaction SET leased_until = clock_timestamp() + ? * interval '1 millisecond'
			WHERE stream_id = ? AND owner = ? AND leased_until >= clock_timestamp()""";

	private static final String FINISH = """
			UPDATE sync.compaction SET owner = NULL, leased_until = NULL, horizon = greatest(horizon, ?), kept = ?
			WHERE stream_id = ? AND owner = ?""";

	private static final String RELEASE = """
			UPDATE sync.compaction SET owner = NULL, leased_until = NULL WHERE stream_id = ? AND owner = ?""";

	/**
	 * A device without a cursor has nothing yet. One that has to begin again, since
	 * tombstones behind its cursor have expired, needs nothing behind that either.
	 */
	private static final String COUNTS = """
			v.stream_id = s.stream_id AND v.revoked_at IS NULL AND v.acknowledged > 0
			           AND (v.acknowledged >= s.retained_since
			             OR (v.begun_since = s.retained_since AND v.begun_expired = s.expired_rows))
			           AND v.last_seen_at >= now() - ? * interval '1 millisecond'""";

	private static final String LIMIT = """
			SELECT s.head_server_id, coalesce((
			         SELECT min(v.acknowledged) FROM sync.device v
			         WHERE %s), s.head_server_id) AS acknowledged,
			       coalesce((SELECT p.horizon FROM sync.compaction p WHERE p.stream_id = s.stream_id), 0) AS horizon
			FROM sync.stream s
			WHERE s.stream_id = ?""".formatted(COUNTS);

	/**
	 * A device that asked from 0 a short time ago may be in the middle of its first
	 * download.
	 */
	private static final String EXPIRY_HORIZON = """
			SELECT CASE WHEN EXISTS (
			         SELECT FROM sync.device v
			         WHERE v.stream_id = s.stream_id AND v.revoked_at IS NULL AND v.acknowledged = 0
			           AND (v.cursor_schema IS NOT NULL OR v.begun_schema IS NOT NULL)
			           AND v.last_seen_at >= now() - interval '1 hour') THEN 0
			       ELSE coalesce((
			         SELECT min(v.acknowledged) FROM sync.device v
			         WHERE %s), s.head_server_id) END
			FROM sync.stream s
			WHERE s.stream_id = ?""".formatted(COUNTS);

	/** Versions as high as this are not counted ones. */
	private static final String EXPIRABLE = """
			r.deleted AND r.version < 1000000
			  AND NOT EXISTS (
			    SELECT FROM sync.restore e WHERE e.stream_id = r.stream_id AND e.table_id = r.table_id AND e.pk = r.pk)
			  AND NOT EXISTS (
			    SELECT FROM sync.materialize_failures f
			    JOIN sync.synced_table t ON t.schema_name = f.schema_name AND t.table_name = f.table_name
			    WHERE f.stream_id = r.stream_id AND t.table_id = r.table_id AND f.pk_uuid = r.pk)""";

	private static final String EXPIRED = """
			SELECT r.table_id, r.pk
			FROM sync.row_version r
			JOIN sync.change c ON c.stream_id = r.stream_id AND c.server_id = r.server_id
			WHERE r.stream_id = ? AND r.server_id < ? AND c.ts < now() - ? * interval '1 millisecond' AND %s"""
		.formatted(EXPIRABLE);

	private static final String FORGET_ROWS = """
			WITH gone AS (
			  DELETE FROM sync.row_version r
			  USING unnest(?::integer[], ?::uuid[], ?::bigint[]) AS n(table_id, pk, server_id)
			  WHERE r.stream_id = ? AND r.table_id = n.table_id AND r.pk = n.pk AND r.server_id = n.server_id AND %s
			  RETURNING r.version),
			noted AS (
			  UPDATE sync.stream s
			  SET retained_since = greatest(s.retained_since, ?),
			      expired_rows = s.expired_rows + (SELECT count(*) FROM gone),
			      expired_version = greatest(s.expired_version, (SELECT max(g.version) FROM gone g))
			  WHERE s.stream_id = ?)
			SELECT count(*) FROM gone""".formatted(EXPIRABLE);

	private static final String MICROS = "(extract(epoch FROM c.ts) * 1000000)::bigint";

	private static final String ENTRIES = """
			SELECT c.server_id, c.table_id, c.pk, c.op, c.source_no, c.source_change_id, %s AS micros,
			       c.ts > now() - ? * interval '1 millisecond' AS young
			FROM sync.change c
			WHERE c.stream_id = ? AND c.server_id > ? AND c.server_id <= ?
			ORDER BY c.server_id
			LIMIT ?""".formatted(MICROS);

	private static final String REFERRED = """
			SELECT r.image_server_id FROM sync.row_version r
			WHERE r.stream_id = ? AND r.deleted AND r.image_server_id <= ?
			UNION ALL
			SELECT r.server_id FROM sync.restore r WHERE r.stream_id = ? AND NOT r.acknowledged AND r.server_id <= ?""";

	/** A device that is not known may be one that was not written yet. */
	private static final String SENDERS = """
			SELECT d.source_no, d.resent_change_id
			FROM sync.source d
			LEFT JOIN sync.device v ON v.stream_id = d.stream_id AND v.source_id = d.source_id
			WHERE d.stream_id = ? AND d.source_id <> ? AND v.revoked_at IS NULL
			  AND (v.last_seen_at >= now() - ? * interval '1 millisecond' OR EXISTS (
			    SELECT FROM sync.change c
			    WHERE c.stream_id = d.stream_id AND c.source_no = d.source_no AND c.source_change_id > 0
			      AND c.ts >= now() - ? * interval '1 millisecond'))""";

	/**
	 * Devices that have uploaded and received nothing: they have the rows that they sent.
	 */
	private static final String SENDERS_ONLY = """
			SELECT d.source_no
			FROM sync.source d
			JOIN sync.device v ON v.stream_id = d.stream_id AND v.source_id = d.source_id
			WHERE d.stream_id = ? AND v.revoked_at IS NULL AND v.acknowledged = 0
			  AND v.last_seen_at >= now() - ? * interval '1 millisecond'""";

	/** So often in the life of a tombstone a stream is looked at. */
	private static final int LOOKS = 10;

	private static final String READ_COMMITTED = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED";

	/** An upload comes first. */
	private static final String TRY_LOCK = """
			SELECT s.stream_id FROM sync.stream s WHERE s.stream_id = ? FOR UPDATE SKIP LOCKED""";

	// What something refers to is garbage under no circumstances, whatever was computed.
	// OFFSET 0: a look-up by key for each, whatever the statistics say
	private static final String REMOVE = """
			WITH removed AS (
			  DELETE FROM sync.change c
			  WHERE c.stream_id = ? AND c.server_id = ANY (?)
			    AND NOT EXISTS (
			      SELECT FROM sync.row_version r
			      WHERE r.stream_id = ? AND r.table_id = c.table_id AND r.pk = c.pk
			        AND (r.server_id = c.server_id OR r.image_server_id = c.server_id)
			      OFFSET 0)
			    AND NOT EXISTS (
			      SELECT FROM sync.restore r
			      WHERE r.stream_id = ? AND r.server_id = c.server_id AND NOT r.acknowledged
			      OFFSET 0)
			  RETURNING c.source_no, c.source_change_id),
			noted AS (
			  UPDATE sync.source d SET removed_change_id = m.highest
			  FROM (SELECT source_no, max(source_change_id) AS highest FROM removed GROUP BY source_no) m
			  WHERE d.stream_id = ? AND d.source_no = m.source_no AND d.removed_change_id < m.highest)
			SELECT count(*) FROM removed""";

	private final JdbcTemplate jdbc;

	private final TableIds ids;

	/**
	 * Creates the store.
	 * @param dataSource the application's database
	 * @param ids the ids of the registered tables
	 */
	public CompactionStore(DataSource dataSource, TableIds ids) {
		this.jdbc = new JdbcTemplate(dataSource);
		this.ids = ids;
	}

	/**
	 * Finds streams of which half may be garbage.
	 * @param after the stream after which to look
	 * @param least the fewest entries since the last compaction
	 * @param interval the shortest time since it began
	 * @param tombstones the age after which a tombstone expires, null for never
	 * @param most the most streams
	 * @return users by their streams, ascending
	 */
	public List<DueStream> findDue(long after, long least, Duration interval, @Nullable Duration tombstones, int most) {
		Long age = (tombstones != null) ? tombstones.toMillis() : null;
		Long pause = (age != null) ? Math.max(interval.toMillis(), age / LOOKS) : null;
		return this.jdbc.query(DUE, (row, number) -> new DueStream(row.getLong(1), row.getString(2)), after,
				interval.toMillis(), least, pause, age, most);
	}

	/**
	 * Claims a stream for one compaction.
	 * @param streamId the stream
	 * @param owner of the claim
	 * @param lease how long it lasts unless it is extended
	 * @return false if another has it
	 */
	public boolean claim(long streamId, UUID owner, Duration lease) {
		return this.jdbc.update(CLAIM, streamId, owner, lease.toMillis()) > 0;
	}

	/**
	 * Ends a compaction that went to its end.
	 * @param streamId the stream
	 * @param owner of the claim
	 * @param horizon up to where it was compacted
	 * @param kept the entries that were left up to there
	 */
	public void finish(long streamId, UUID owner, long horizon, long kept) {
		this.jdbc.update(FINISH, horizon, kept, streamId, owner);
	}

	/**
	 * Ends a claim.
	 * @param streamId the stream
	 * @param owner of the claim
	 */
	public void release(long streamId, UUID owner) {
		this.jdbc.update(RELEASE, streamId, owner);
	}

	/**
	 * Reads how far a stream may be compacted.
	 * @param streamId the stream
	 * @param devices the time after which a device no longer counts
	 * @return null if the stream does not exist
	 */
	public @Nullable Limit limit(long streamId, Duration devices) {
		List<Limit> limits = this.jdbc.query(LIMIT, (row, number) -> new Limit(row.getLong("head_server_id"),
				row.getLong("acknowledged"), row.getLong("horizon")), devices.toMillis(), streamId);
		return limits.isEmpty() ? null : limits.get(0);
	}

	/**
	 * Reads entries, without their payloads.
	 * @param streamId the stream
	 * @param after the position after which to read
	 * @param until the last position
	 * @param age an entry is young until then
	 * @param most the most entries
	 * @return the entries, ascending
	 */
	public List<Entry> entries(long streamId, long after, long until, Duration age, int most) {
		return this.jdbc.query(ENTRIES, (row, number) -> entry(row), age.toMillis(), streamId, after, until, most);
	}

	private Entry entry(ResultSet row) throws SQLException {
		TableName table = this.ids.nameOf(row.getInt("table_id"));
		UUID pk = row.getObject("pk", UUID.class);
		return new Entry(row.getLong("server_id"), (table != null) ? new RowKey(table, pk) : null,
				ChangeStore.operation(row.getString("op")).isUpsert(), row.getInt("source_no"),
				row.getLong("source_change_id"), row.getLong("micros"), row.getBoolean("young"));
	}

	/**
	 * Finds the entries that something else refers to than the state of a live row.
	 * @param streamId the stream
	 * @param until the last position
	 * @return their positions
	 */
	public Set<Long> findReferred(long streamId, long until) {
		return new HashSet<>(this.jdbc.queryForList(REFERRED, Long.class, streamId, until, streamId, until));
	}

	/**
	 * Finds the devices that may send their last upload again.
	 * @param streamId the stream
	 * @param devices the time after which a device no longer counts
	 * @param unknown the time for devices that are not known
	 * @return by the numbers of their sources: the lowest number of a change that the
	 * last upload has sent again, 0 for none
	 */
	public Map<Integer, Long> findSenders(long streamId, Duration devices, Duration unknown) {
		Map<Integer, Long> senders = new HashMap<>();
		this.jdbc.query(SENDERS, (row) -> {
			senders.put(row.getInt("source_no"), row.getLong("resent_change_id"));
		}, streamId, SyncActor.SERVER_SOURCE, devices.toMillis(), unknown.toMillis());
		return senders;
	}

	/**
	 * Finds the devices that have uploaded and received nothing so far.
	 * @param streamId the stream
	 * @param age the time after which a device that was not seen no longer counts
	 * @return the numbers of their sources
	 */
	public Set<Integer> findSendersOnly(long streamId, Duration age) {
		return new HashSet<>(this.jdbc.queryForList(SENDERS_ONLY, Integer.class, streamId, age.toMillis()));
	}

	/**
	 * Reads up to where all devices that count have a stream.
	 * @param streamId the stream
	 * @param age the time after which a device that was not seen no longer counts
	 * @param cursors whether devices count at all
	 * @return a position, 0 for none
	 */
	public long expiryHorizon(long streamId, Duration age, boolean cursors) {
		if (!cursors) {
			return Long.MAX_VALUE;
		}
		return this.jdbc.queryForList(EXPIRY_HORIZON, Long.class, age.toMillis(), streamId)
			.stream()
			.findFirst()
			.orElse(0L);
	}

	/**
	 * Finds the deleted rows whose tombstones have expired and that nothing refers to.
	 * @param streamId the stream
	 * @param until the position below which their deletes are
	 * @param age the age after which a tombstone expires
	 * @return the rows of registered tables
	 */
	public Set<RowKey> findExpired(long streamId, long until, Duration age) {
		Set<RowKey> rows = new HashSet<>();
		this.jdbc.query(EXPIRED, (row) -> {
			TableName table = this.ids.nameOf(row.getInt("table_id"));
			if (table != null) {
				rows.add(new RowKey(table, row.getObject("pk", UUID.class)));
			}
		}, streamId, until, age.toMillis());
		return rows;
	}

	/**
	 * Removes deleted rows altogether, all or none, unless an upload has the stream
	 * locked.
	 * @param streamId the stream
	 * @param owner of the claim
	 * @param lease how long it lasts from now on
	 * @param rows the rows with their deletes
	 * @param serverIds all entries of these rows
	 * @param end the first cursor that does not miss these deletes
	 * @return how many rows were removed; {@link #LOCKED} or {@link #CLAIM_LOST} if none
	 * @throws RowsInUseException if a row has changed, or something refers to it; ends
	 * the transaction
	 */
	public int expire(long streamId, UUID owner, Duration lease, List<Tombstone> rows, Collection<Long> serverIds,
			long end) {
		this.jdbc.execute(READ_COMMITTED);
		if (this.jdbc.queryForList(TRY_LOCK, Long.class, streamId).isEmpty()) {
			return LOCKED;
		}
		if (this.jdbc.update(EXTEND, lease.toMillis(), streamId, owner) == 0) {
			return CLAIM_LOST;
		}
		int gone = count(FORGET_ROWS,
				(values) -> values.integers(rows, (row) -> this.ids.idOf(row.row.table()))
					.uuids(rows, (row) -> row.row.pk())
					.longs(rows, Tombstone::serverId)
					.number(streamId)
					.number(end)
					.number(streamId));
		int removed = (gone == rows.size()) ? removeEntries(streamId, serverIds) : 0;
		if (removed != serverIds.size()) {
			throw new RowsInUseException();
		}
		return gone;
	}

	private int count(String sql, Parameters.Binding binding) {
		List<Integer> count = new ArrayList<>(1);
		this.jdbc.query(sql, Parameters.of(binding), (row) -> {
			count.add(row.getInt(1));
		});
		return count.get(0);
	}

	/**
	 * Removes entries of a stream, unless an upload has it locked. What something refers
	 * to is left.
	 * @param streamId the stream
	 * @param owner of the claim
	 * @param lease how long it lasts from now on
	 * @param serverIds the entries
	 * @return how many were removed; {@link #LOCKED} or {@link #CLAIM_LOST} if none
	 */
	public int remove(long streamId, UUID owner, Duration lease, Collection<Long> serverIds) {
		this.jdbc.execute(READ_COMMITTED);
		if (this.jdbc.queryForList(TRY_LOCK, Long.class, streamId).isEmpty()) {
			return LOCKED;
		}
		if (this.jdbc.update(EXTEND, lease.toMillis(), streamId, owner) == 0) {
			return CLAIM_LOST;
		}
		return removeEntries(streamId, serverIds);
	}

	private int removeEntries(long streamId, Collection<Long> serverIds) {
		return count(REMOVE,
				(values) -> values.number(streamId)
					.longs(serverIds, (id) -> id)
					.number(streamId)
					.number(streamId)
					.number(streamId));
	}

	/** An upload has the stream. */
	public static final int LOCKED = -1;

	/** The claim ended before the compaction did. */
	public static final int CLAIM_LOST = -2;

	/** A row has changed meanwhile, or something refers to it: none is removed. */
	public static final class RowsInUseException extends RuntimeException {

	}

	/**
	 * A deleted row.
	 *
	 * @param row the row
	 * @param serverId its delete
	 */
	public record Tombstone(RowKey row, long serverId) {
	}

	/**
	 * A stream that may be compacted.
	 *
	 * @param streamId the stream
	 * @param userId its user
	 */
	public record DueStream(long streamId, String userId) {
	}

	/**
	 * How far a stream may be compacted.
	 *
	 * @param head its head
	 * @param acknowledged up to where all devices have it
	 * @param horizon up to where it was compacted
	 */
	public record Limit(long head, long acknowledged, long horizon) {
	}

	/**
	 * An entry without its payload.
	 *
	 * @param serverId its position
	 * @param row the row, null if its table is not registered
	 * @param upsert whether it has a payload
	 * @param sourceNo its source
	 * @param sourceChangeId the number that the source has given it
	 * @param micros its time
	 * @param young whether it is too young to be removed
	 */
	public record Entry(long serverId, @Nullable RowKey row, boolean upsert, int sourceNo, long sourceChangeId,
			long micros, boolean young) {
	}

}
