/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;

import javax.sql.DataSource;

import io.oversync.protocol.ExpiredDeletes;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The devices of the streams.
 */
public final class DeviceStore {

	/**
	 * Whether the device that is asking is refused; for a row {@code s} of the streams.
	 */
	static final String REVOKED = """
			EXISTS (
			         SELECT 1 FROM sync.device v
			         WHERE v.stream_id = s.stream_id AND v.source_id = ? AND v.revoked_at IS NOT NULL)""";

	/**
	 * Times are those of the database, which nodes agree on. A note that is older than
	 * what another node has written never raises the cursor: the device may have been
	 * reinstalled in between. A cursor beyond the head acknowledges nothing. A device
	 * that uses cursors for several schemas has what the lowest says, until it has used
	 * one for a week: it may have been updated. What a device has begun with nothing is
	 * over once it has come to where tombstones are kept: a lower cursor after that is
	 * one that went back. Rows are locked in one order.
	 */
	private static final String NOTE = """
			INSERT INTO sync.device AS d (stream_id, source_id, first_seen_at, last_seen_at, acknowledged, cursor_schema,
			                              cursors_mixed_at)
			SELECT s.stream_id, n.source_id, n.seen_at, n.seen_at, CASE WHEN n.after <= s.head_server_id THEN n.after ELSE 0 END,
			       n.scope, CASE WHEN n.mixed THEN clock_timestamp() END
			FROM (
			  SELECT n.source_id, clock_timestamp() - n.age * interval '1 millisecond' AS seen_at, n.after, n.scope, n.mixed
			  FROM unnest(?::text[], ?::bigint[], ?::bigint[], ?::text[], ?::boolean[]) AS n(source_id, age, after, scope, mixed)) n
			JOIN sync.stream s ON s.stream_id = ?
			ORDER BY n.source_id
			ON CONFLICT (stream_id, source_id) DO UPDATE
			SET first_seen_at = least(d.first_seen_at, excluded.first_seen_at),
			    last_seen_at = greatest(d.last_seen_at, excluded.last_seen_at),
			    acknowledged = CASE WHEN excluded.last_seen_at >= d.last_seen_at
			                        AND coalesce(d.cursor_schema, excluded.cursor_schema) = excluded.cursor_schema
			                        AND excluded.cursors_mixed_at IS NULL
			                        AND coalesce(d.cursors_mixed_at, '-infinity') < clock_timestamp() - interval '7 days'
			                   THEN excluded.acknowledged ELSE least(d.acknowledged, excluded.acknowledged) END,
			    begun_since = CASE WHEN excluded.last_seen_at >= d.last_seen_at AND excluded.cursors_mixed_at IS NULL
			                       AND excluded.cursor_schema = d.begun_schema AND excluded.acknowledged >= d.begun_since
			                  THEN 0 ELSE d.begun_since END,
			    cursor_schema = excluded.cursor_schema,
			    cursors_mixed_at = CASE WHEN d.cursor_schema <> excluded.cursor_schema THEN clock_timestamp()
			                       ELSE coalesce(excluded.cursors_mixed_at, d.cursors_mixed_at) END""";

	/**
	 * Of a device that sent no cursor but the one of an upload, which counts while there
	 * is no other: a device that counts can only hold more back.
	 */
	private static final String SEEN = """
			INSERT INTO sync.device AS d (stream_id, source_id, first_seen_at, last_seen_at, acknowledged)
			SELECT s.stream_id, n.source_id, n.seen_at, n.seen_at,
			       CASE WHEN n.uploaded <= s.head_server_id THEN n.uploaded ELSE 0 END
			FROM (
			  SELECT n.source_id, clock_timestamp() - n.age * interval '1 millisecond' AS seen_at, n.uploaded
			  FROM unnest(?::text[], ?::bigint[], ?::bigint[]) AS n(source_id, age, uploaded)) n
			JOIN sync.stream s ON s.stream_id = ?
			ORDER BY n.source_id
			ON CONFLICT (stream_id, source_id) DO UPDATE
			SET first_seen_at = least(d.first_seen_at, excluded.first_seen_at),
			    acknowledged = CASE WHEN d.acknowledged = 0 AND excluded.last_seen_at >= d.last_seen_at
			                   THEN excluded.acknowledged ELSE d.acknowledged END,
			    last_seen_at = greatest(d.last_seen_at, excluded.last_seen_at)""";

	/** What other nodes have noted before does not raise the cursor again. */
	private static final String BEGIN = """
			INSERT INTO sync.device AS d (stream_id, source_id, begun_since, begun_expired, begun_schema)
			VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (stream_id, source_id) DO UPDATE
			SET begun_since = excluded.begun_since, begun_expired = excluded.begun_expired,
			    begun_schema = excluded.begun_schema, acknowledged = 0,
			    last_seen_at = greatest(d.last_seen_at, clock_timestamp())""";

	/** A row that is locked for long holds back the notes of its user only. */
	private static final String LOCK_TIMEOUT = "SET LOCAL lock_timeout = 500";

	private static final String LIST = """
			SELECT d.source_id, d.name, d.first_seen_at, d.last_seen_at, d.acknowledged, d.revoked_at,
			       greatest(0, s.head_server_id - d.acknowledged) AS lag
			FROM sync.device d
			JOIN sync.stream s ON s.stream_id = d.stream_id
			WHERE d.stream_id = ?
			ORDER BY d.last_seen_at DESC, d.source_id
			LIMIT ?""";

	private static final String RENAME = "UPDATE sync.device SET name = ? WHERE stream_id = ? AND source_id = ?";

	private static final String REVOKE = """
			INSERT INTO sync.device AS d (stream_id, source_id, revoked_at) VALUES (?, ?, now())
			ON CONFLICT (stream_id, source_id) DO UPDATE SET revoked_at = now() WHERE d.revoked_at IS NULL""";

	private static final String RESTORE = """
			UPDATE sync.device SET revoked_at = NULL
			WHERE stream_id = ? AND source_id = ? AND revoked_at IS NOT NULL""";

	private static final String FORGET = "DELETE FROM sync.device WHERE stream_id = ? AND source_id = ?";

	private final JdbcTemplate jdbc;

	/**
	 * Creates the store.
	 * @param dataSource the application's database
	 */
	public DeviceStore(DataSource dataSource) {
		this.jdbc = new JdbcTemplate(dataSource);
	}

	/**
	 * Writes notes of devices of one stream, in a transaction of its own.
	 * @param streamId the stream
	 * @param notes at most one for each device
	 */
	public void note(long streamId, List<DeviceNote> notes) {
		List<DeviceNote> cursors = notes.stream().filter((note) -> note.after() != null).toList();
		List<DeviceNote> seen = notes.stream().filter((note) -> note.after() == null).toList();
		this.jdbc.execute(LOCK_TIMEOUT);
		if (!cursors.isEmpty()) {
			this.jdbc.update(NOTE,
					Parameters.of((values) -> values.texts(cursors, DeviceNote::sourceId)
						.longs(cursors, (note) -> note.age().toMillis())
						.longs(cursors, DeviceStore::after)
						.texts(cursors, DeviceNote::scope)
						.booleans(cursors, DeviceNote::mixed)
						.number(streamId)));
		}
		if (!seen.isEmpty()) {
			this.jdbc.update(SEEN,
					Parameters.of((values) -> values.texts(seen, DeviceNote::sourceId)
						.longs(seen, (note) -> note.age().toMillis())
						.longs(seen, DeviceNote::uploaded)
						.number(streamId)));
		}
	}

	/**
	 * Notes that a device begins with nothing.
	 * @param streamId the stream
	 * @param sourceId the device
	 * @param expired which deletes have expired
	 * @param schema what it begins to read, null for all schemas
	 */
	public void begin(long streamId, String sourceId, ExpiredDeletes expired, @Nullable String schema) {
		this.jdbc.update(BEGIN, streamId, sourceId, expired.retainedSince(), expired.rows(),
				(schema != null) ? schema : DeviceNote.ALL);
	}

	private static Long after(DeviceNote note) {
		Long after = note.after();
		return (after != null) ? after : 0L;
	}

	/**
	 * Lists the devices of a stream.
	 * @param streamId the stream
	 * @param most the most devices
	 * @return the devices, the last seen first
	 */
	public List<Device> list(long streamId, int most) {
		return this.jdbc.query(LIST, (resultSet, row) -> device(resultSet), streamId, most);
	}

	private static Device device(ResultSet resultSet) throws SQLException {
		return new Device(resultSet.getString("source_id"), resultSet.getString("name"),
				resultSet.getTimestamp("first_seen_at").toInstant(), resultSet.getTimestamp("last_seen_at").toInstant(),
				resultSet.getLong("acknowledged"), resultSet.getLong("lag"),
				instant(resultSet.getTimestamp("revoked_at")));
	}

	private static @Nullable Instant instant(@Nullable Timestamp time) {
		return (time != null) ? time.toInstant() : null;
	}

	/**
	 * Gives a device a name.
	 * @param streamId the stream
	 * @param sourceId the device
	 * @param name the name, null for none
	 * @return whether there is such a device
	 */
	public boolean rename(long streamId, String sourceId, @Nullable String name) {
		return this.jdbc.update(RENAME, name, streamId, sourceId) > 0;
	}

	/**
	 * Revokes a device, which may be unknown.
	 * @param streamId the stream
	 * @param sourceId the device
	 * @return whether it was not revoked before
	 */
	public boolean revoke(long streamId, String sourceId) {
		return this.jdbc.update(REVOKE, streamId, sourceId) > 0;
	}

	/**
	 * Lets a revoked device in again.
	 * @param streamId the stream
	 * @param sourceId the device
	 * @return whether it was revoked
	 */
	public boolean restore(long streamId, String sourceId) {
		return this.jdbc.update(RESTORE, streamId, sourceId) > 0;
	}

	/**
	 * Removes a device.
	 * @param streamId the stream
	 * @param sourceId the device
	 * @return whether there was such a device
	 */
	public boolean forget(long streamId, String sourceId) {
		return this.jdbc.update(FORGET, streamId, sourceId) > 0;
	}

	/**
	 * A device as it is stored.
	 *
	 * @param sourceId its source id
	 * @param name its name, null for none
	 * @param firstSeen the time of its first request
	 * @param lastSeen the time of its last request that was written
	 * @param acknowledged it has the stream up to this server_id
	 * @param lag the distance between that and the head of the stream
	 * @param revoked the time of its revocation, null for a device that is let in
	 */
	public record Device(String sourceId, @Nullable String name, Instant firstSeen, Instant lastSeen, long acknowledged,
			long lag, @Nullable Instant revoked) {
	}

}
