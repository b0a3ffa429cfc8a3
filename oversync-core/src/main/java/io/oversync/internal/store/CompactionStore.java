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
	 * be garbage.
	 */
	private static final String DUE = """
			SELECT s.stream_id, s.user_id
			FROM sync.stream s
			LEFT JOIN sync.compaction p ON p.stream_id = s.stream_id
			WHERE s.stream_id > ? AND s.head_server_id - coalesce(p.horizon, 0) >= greatest(?, coalesce(p.kept, 0))
			  AND (p.stream_id IS NULL OR p.started_at <= now() - ? * interval '1 millisecond')
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

	/** A device without a cursor has nothing yet. */
	private static final String LIMIT = """
			SELECT s.head_server_id, coalesce((
			         SELECT min(v.acknowledged) FROM sync.device v
			         WHERE v.stream_id = s.stream_id AND v.revoked_at IS NULL AND v.acknowledged > 0
			           AND v.last_seen_at >= now() - ? * interval '1 millisecond'), s.head_server_id) AS acknowledged,
			       coalesce((SELECT p.horizon FROM sync.compaction p WHERE p.stream_id = s.stream_id), 0) AS horizon
			FROM sync.stream s
			WHERE s.stream_id = ?""";

	private static final String MICROS = "(extract(epoch FROM c.ts) * 1000000)::bigint";

	private static final String ENTRIES = """
			SELECT c.server_id, c.table_id, c.pk, c.op, c.source_no, %s AS micros,
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
			SELECT d.source_no
			FROM sync.source d
			LEFT JOIN sync.device v ON v.stream_id = d.stream_id AND v.source_id = d.source_id
			WHERE d.stream_id = ? AND d.source_id <> ? AND v.revoked_at IS NULL
			  AND (v.last_seen_at >= now() - ? * interval '1 millisecond' OR EXISTS (
			    SELECT FROM sync.change c
			    WHERE c.stream_id = d.stream_id AND c.source_no = d.source_no AND c.source_change_id > 0
			      AND c.ts >= now() - ? * interval '1 millisecond'))""";

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
	 * @param most the most streams
	 * @return users by their streams, ascending
	 */
	public List<DueStream> findDue(long after, long least, Duration interval, int most) {
		return this.jdbc.query(DUE, (row, number) -> new DueStream(row.getLong(1), row.getString(2)), after, least,
				interval.toMillis(), most);
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
				ChangeStore.operation(row.getString("op")).isUpsert(), row.getInt("source_no"), row.getLong("micros"),
				row.getBoolean("young"));
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
	 * @return the numbers of their sources
	 */
	public Set<Integer> findSenders(long streamId, Duration devices) {
		return new HashSet<>(this.jdbc.queryForList(SENDERS, Integer.class, streamId, SyncActor.SERVER_SOURCE,
				devices.toMillis(), devices.toMillis()));
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
		List<Integer> removed = new ArrayList<>(1);
		this.jdbc.query(REMOVE,
				Parameters.of((values) -> values.number(streamId)
					.longs(serverIds, (id) -> id)
					.number(streamId)
					.number(streamId)
					.number(streamId)),
				(row) -> {
					removed.add(row.getInt(1));
				});
		return removed.get(0);
	}

	/** An upload has the stream. */
	public static final int LOCKED = -1;

	/** The claim ended before the compaction did. */
	public static final int CLAIM_LOST = -2;

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
	 * @param micros its time
	 * @param young whether it is too young to be removed
	 */
	public record Entry(long serverId, @Nullable RowKey row, boolean upsert, int sourceNo, long micros, boolean young) {
	}

}
