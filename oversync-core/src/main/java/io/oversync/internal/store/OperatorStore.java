/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import javax.sql.DataSource;

import io.oversync.protocol.Operation;
import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What operators look at: users, entries of streams, failures of all users. Each query
 * reads a bounded number of rows by an index and takes no lock.
 */
public final class OperatorStore {

	/** The most devices or failures of one user that are counted. */
	public static final int MOST_COUNTED = 1000;

	private static final String TIMEOUT = "SELECT set_config('statement_timeout', ?, true)";

	private static final String USERS = """
			SELECT s.stream_id, s.user_id, s.head_server_id
			FROM sync.stream s
			WHERE s.user_id >= ? AND s.user_id <> ?
			ORDER BY s.user_id
			LIMIT ?""";

	private static final String STREAM = "SELECT s.stream_id, s.head_server_id FROM sync.stream s WHERE s.user_id = ?";

	private static final String COUNTS = """
			SELECT k.stream_id, d.devices, d.last_seen_at, f.failures
			FROM unnest(?::bigint[]) AS k(stream_id)
			CROSS JOIN LATERAL (
			  SELECT count(*) AS devices, max(n.last_seen_at) AS last_seen_at
			  FROM (SELECT v.last_seen_at FROM sync.device v WHERE v.stream_id = k.stream_id LIMIT ?) n) d
			CROSS JOIN LATERAL (
			  SELECT count(*) AS failures
			  FROM (SELECT 1 FROM sync.materialize_failures m WHERE m.stream_id = k.stream_id LIMIT ?) n) f""";

	/** The primary key. */
	private static final String DEVICES_AFTER = """
			FROM sync.device v
			WHERE (v.stream_id, v.source_id) > (?, ?) AND v.stream_id <= ?
			ORDER BY v.stream_id, v.source_id
			LIMIT ?""";

	private static final String LAST_DEVICE = """
			SELECT n.stream_id, n.source_id, n.number
			FROM (SELECT v.stream_id, v.source_id,
			             row_number() OVER (ORDER BY v.stream_id, v.source_id) AS number
			      %s) n
			ORDER BY n.stream_id DESC, n.source_id DESC
			LIMIT 1""".formatted(DEVICES_AFTER);

	private static final String DEVICES = """
			SELECT n.stream_id, s.user_id, n.source_id, n.name, n.first_seen_at, n.last_seen_at, n.acknowledged,
			       n.revoked_at, greatest(0, s.head_server_id - n.acknowledged) AS lag
			FROM (SELECT v.* %s) n
			JOIN sync.stream s ON s.stream_id = n.stream_id
			WHERE starts_with(s.user_id, ?) AND (n.source_id ILIKE ? OR n.name ILIKE ?)
			ORDER BY n.stream_id, n.source_id
			LIMIT ?""".formatted(DEVICES_AFTER);

	private static final String COMPACTED = """
			SELECT c.started_at, c.horizon, c.kept FROM sync.compaction c WHERE c.stream_id = ?""";

	private static final String NAMES = """
			t.schema_name, t.table_name, n.source_id
			FROM (%s) c
			JOIN sync.synced_table t ON t.table_id = c.table_id
			LEFT JOIN sync.source n ON n.stream_id = c.stream_id AND n.source_no = c.source_no
			ORDER BY c.server_id DESC""";

	private static final String COLUMNS = """
			c.stream_id, c.server_id, c.op::text AS op, c.table_id, c.pk, c.version, c.ts, c.source_no, c.source_change_id
			""";

	private static final String ENTRIES = "SELECT c.*, " + NAMES.formatted("SELECT " + COLUMNS + """
			, NULL::text AS payload, coalesce(pg_column_size(c.payload), 0) AS payload_bytes
			FROM sync.change c
			WHERE c.stream_id = ? AND c.server_id < ?
			ORDER BY c.server_id DESC
			LIMIT ?""");

	// a large payload is not even decompressed
	private static final String VERSIONS = "SELECT c.*, " + NAMES.formatted("SELECT " + COLUMNS + """
			, CASE WHEN pg_column_size(c.payload) <= ? AND octet_length(c.payload::text) <= ? THEN c.payload::text END
			  AS payload,
			  CASE WHEN pg_column_size(c.payload) <= ? THEN octet_length(c.payload::text)
			    ELSE coalesce(pg_column_size(c.payload), 0) END AS payload_bytes
			FROM sync.change c
			WHERE c.stream_id = ? AND c.server_id <= ? AND c.server_id > ?
			  AND c.table_id = (SELECT t.table_id FROM sync.synced_table t WHERE t.schema_name = ? AND t.table_name = ?)
			  AND c.pk = ?
			ORDER BY c.server_id DESC
			LIMIT ?""");

	private static final String ENTRY_ROW = """
			SELECT t.schema_name, t.table_name, c.pk
			FROM sync.change c
			JOIN sync.synced_table t ON t.table_id = c.table_id
			WHERE c.stream_id = ? AND c.server_id = ?""";

	private static final String LATEST = """
			SELECT r.server_id
			FROM sync.row_version r
			WHERE r.stream_id = ? AND r.pk = ?
			  AND r.table_id = (SELECT t.table_id FROM sync.synced_table t WHERE t.schema_name = ? AND t.table_name = ?)""";

	private static final String FAILURE_COLUMNS = """
			SELECT f.stream_id, f.id, f.user_id, f.schema_name, f.table_name, f.pk_uuid, f.attempted_version, f.op,
			       left(f.error, 2000) AS error, f.first_seen, f.retry_count
			FROM sync.materialize_failures f
			""";

	private static final String FAILURES = FAILURE_COLUMNS
			+ "WHERE (f.stream_id, f.id) > (?, ?) ORDER BY f.stream_id, f.id LIMIT ?";

	private static final String FAILURES_OF_STREAM = FAILURE_COLUMNS
			+ "WHERE f.stream_id = ? AND f.id > ? ORDER BY f.stream_id, f.id LIMIT ?";

	private static final String EPOCHS = """
			SELECT e.epoch_no, e.name, e.restored_at, e.since FROM sync.epoch e ORDER BY e.epoch_no DESC LIMIT ?""";

	private final JdbcTemplate jdbc;

	/**
	 * Creates the store.
	 * @param dataSource the application's database
	 */
	public OperatorStore(DataSource dataSource) {
		this.jdbc = new JdbcTemplate(dataSource);
	}

	/**
	 * Limits the time of each statement until the transaction ends.
	 * @param longest after which PostgreSQL cancels a statement
	 */
	public void limitStatements(Duration longest) {
		this.jdbc.queryForObject(TIMEOUT, String.class, Long.toString(longest.toMillis()));
	}

	/**
	 * Reads users in the order of the index.
	 * @param from the first id, or the one before it
	 * @param after an id that is left out, empty for none
	 * @param limit the most users
	 * @return the users
	 */
	public List<UserStream> users(String from, String after, int limit) {
		return this.jdbc.query(USERS, (row, number) -> new UserStream(row.getLong("stream_id"),
				row.getString("user_id"), row.getLong("head_server_id")), from, after, limit);
	}

	/**
	 * Finds a user.
	 * @param userId the user
	 * @return the user's stream, null for a user without one
	 */
	public @Nullable UserStream find(String userId) {
		List<UserStream> found = this.jdbc.query(STREAM,
				(row, number) -> new UserStream(row.getLong("stream_id"), userId, row.getLong("head_server_id")),
				userId);
		return found.isEmpty() ? null : found.get(0);
	}

	/**
	 * Counts what some users have.
	 * @param streamIds their streams
	 * @return the counts by stream
	 */
	public Map<Long, Counts> counts(Collection<Long> streamIds) {
		Map<Long, Counts> counts = new HashMap<>();
		this.jdbc.query(COUNTS, Parameters
			.of((parameters) -> parameters.longs(streamIds, (id) -> id).integer(MOST_COUNTED).integer(MOST_COUNTED)),
				(row) -> {
					counts.put(row.getLong("stream_id"),
							new Counts(row.getInt("devices"), instant(row, "last_seen_at"), row.getInt("failures")));
				});
		return counts;
	}

	/**
	 * Finds the end of the devices that a search looks at.
	 * @param range the devices in question
	 * @param most the most devices
	 * @return the last of them and their number, null without any
	 */
	public @Nullable DeviceEnd lastDevice(DeviceRange range, int most) {
		List<DeviceEnd> found = this.jdbc.query(LAST_DEVICE,
				(row, number) -> new DeviceEnd(new DevicePlace(row.getLong("stream_id"), row.getString("source_id")),
						row.getInt("number")),
				range.after().streamId(), range.after().sourceId(), range.lastStream(), most);
		return found.isEmpty() ? null : found.get(0);
	}

	/**
	 * Finds devices, in the order of the primary key.
	 * @param range the devices in question
	 * @param scanned how many of these are looked at
	 * @param userPrefix the beginning of the user's id
	 * @param text a part of the device's id or name, in upper or lower case
	 * @param limit the most devices
	 * @return the devices
	 */
	public List<DeviceRow> devices(DeviceRange range, int scanned, String userPrefix, String text, int limit) {
		String pattern = "%" + escaped(text) + "%";
		return this.jdbc.query(DEVICES, (row, number) -> device(row), range.after().streamId(),
				range.after().sourceId(), range.lastStream(), scanned, userPrefix, pattern, pattern, limit);
	}

	/** The characters that mean something in a pattern stand for themselves. */
	private static String escaped(String text) {
		return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
	}

	private static DeviceRow device(ResultSet row) throws SQLException {
		return new DeviceRow(new DevicePlace(row.getLong("stream_id"), row.getString("source_id")),
				row.getString("user_id"), row.getString("name"), require(instant(row, "first_seen_at")),
				require(instant(row, "last_seen_at")), row.getLong("acknowledged"), row.getLong("lag"),
				instant(row, "revoked_at"));
	}

	/**
	 * Reads up to where a stream was compacted.
	 * @param streamId the stream
	 * @return its last compaction, null for none
	 */
	public @Nullable CompactedStream compacted(long streamId) {
		List<CompactedStream> found = this.jdbc.query(COMPACTED,
				(row, number) -> new CompactedStream(require(instant(row, "started_at")), row.getLong("horizon"),
						row.getLong("kept")),
				streamId);
		return found.isEmpty() ? null : found.get(0);
	}

	/**
	 * Reads entries of a stream, the last first, without payloads.
	 * @param streamId the stream
	 * @param before only entries before this one
	 * @param limit the most entries
	 * @return the entries
	 */
	public List<EntryRow> entries(long streamId, long before, int limit) {
		return this.jdbc.query(ENTRIES, (row, number) -> entry(row), streamId, before, limit);
	}

	/**
	 * Finds the row that an entry is about.
	 * @param streamId the stream
	 * @param serverId the entry
	 * @return the row, null without such an entry
	 */
	public @Nullable EntryKey key(long streamId, long serverId) {
		List<EntryKey> found = this.jdbc.query(ENTRY_ROW,
				(row, number) -> new EntryKey(table(row), row.getObject("pk", UUID.class)), streamId, serverId);
		return found.isEmpty() ? null : found.get(0);
	}

	/**
	 * Finds the last entry of a row.
	 * @param streamId the stream
	 * @param key the row
	 * @return its server_id, null for a row that the stream does not have
	 */
	public @Nullable Long latest(long streamId, EntryKey key) {
		List<Long> found = this.jdbc.queryForList(LATEST, Long.class, streamId, key.pk(), key.table().schema(),
				key.table().table());
		return found.isEmpty() ? null : found.get(0);
	}

	/**
	 * Reads entries of one row with their payloads, the last first.
	 * @param streamId the stream
	 * @param key the row
	 * @param range the entries that are looked at
	 * @param largest the most bytes of a payload that is read
	 * @param limit the most entries
	 * @return the entries
	 */
	public List<EntryRow> versions(long streamId, EntryKey key, EntryRange range, int largest, int limit) {
		return this.jdbc.query(VERSIONS, (row, number) -> entry(row), largest, largest, largest, streamId, range.last(),
				range.after(), key.table().schema(), key.table().table(), key.pk(), limit);
	}

	private static EntryRow entry(ResultSet row) throws SQLException {
		Operation op = switch (row.getString("op")) {
			case "I" -> Operation.INSERT;
			case "U" -> Operation.UPDATE;
			default -> Operation.DELETE;
		};
		return new EntryRow(row.getLong("server_id"), op, table(row), row.getObject("pk", UUID.class),
				row.getLong("version"), require(instant(row, "ts")), row.getString("source_id"),
				row.getLong("source_change_id"), row.getLong("payload_bytes"), row.getString("payload"));
	}

	/**
	 * Reads failures of all users, in the order of the index.
	 * @param streamId the stream of the failure before the first
	 * @param id the failure before the first
	 * @param limit the most failures
	 * @return the failures
	 */
	public List<OpenFailure> failures(long streamId, long id, int limit) {
		return this.jdbc.query(FAILURES, (row, number) -> failure(row), streamId, id, limit);
	}

	/**
	 * Reads failures of one user.
	 * @param streamId the user's stream
	 * @param id the failure before the first, 0 for none
	 * @param limit the most failures
	 * @return the failures, in the order of their ids
	 */
	public List<OpenFailure> failuresOf(long streamId, long id, int limit) {
		return this.jdbc.query(FAILURES_OF_STREAM, (row, number) -> failure(row), streamId, id, limit);
	}

	private static OpenFailure failure(ResultSet row) throws SQLException {
		return new OpenFailure(row.getLong("stream_id"), row.getLong("id"), row.getString("user_id"), table(row),
				row.getObject("pk_uuid", UUID.class), row.getLong("attempted_version"), row.getString("op"),
				row.getString("error"), require(instant(row, "first_seen")), row.getInt("retry_count"));
	}

	/**
	 * Reads the names of the database's history.
	 * @param limit the most epochs
	 * @return the epochs, the last first
	 */
	public List<EpochRow> epochs(int limit) {
		return this.jdbc.query(EPOCHS, (row, number) -> new EpochRow(row.getInt("epoch_no"), row.getString("name"),
				row.getString("restored_at"), require(instant(row, "since"))), limit);
	}

	private static TableName table(ResultSet row) throws SQLException {
		return new TableName(row.getString("schema_name"), row.getString("table_name"));
	}

	private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
		OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
		return (time != null) ? time.toInstant() : null;
	}

	private static Instant require(@Nullable Instant time) {
		if (time == null) {
			throw new IllegalStateException("A column that is never null is null");
		}
		return time;
	}

	/**
	 * A user with a stream.
	 *
	 * @param streamId the id of the stream
	 * @param userId the user
	 * @param head the last server_id
	 */
	public record UserStream(long streamId, String userId, long head) {
	}

	/**
	 * What a user has.
	 *
	 * @param devices the number of devices, up to {@value #MOST_COUNTED}
	 * @param lastSeen the time of a device's last request, null without devices
	 * @param failures the number of open failures, up to {@value #MOST_COUNTED}
	 */
	public record Counts(int devices, @Nullable Instant lastSeen, int failures) {
	}

	/**
	 * The key of a device.
	 *
	 * @param streamId the stream of its user
	 * @param sourceId its id
	 */
	public record DevicePlace(long streamId, String sourceId) {
	}

	/**
	 * Devices that a search may look at.
	 *
	 * @param after the key before the first
	 * @param lastStream the last stream
	 */
	public record DeviceRange(DevicePlace after, long lastStream) {
	}

	/**
	 * Where a search ends.
	 *
	 * @param last the last device
	 * @param number the number of devices up to there
	 */
	public record DeviceEnd(DevicePlace last, int number) {
	}

	/**
	 * A device of a user.
	 *
	 * @param place its key
	 * @param userId the user
	 * @param name its name, null for none
	 * @param firstSeen the time of its first request
	 * @param lastSeen the time of its last request that was written
	 * @param acknowledged it has the stream up to this server_id
	 * @param lag the distance between that and the head of the stream
	 * @param revoked the time of its revocation, null for a device that is let in
	 */
	public record DeviceRow(DevicePlace place, String userId, @Nullable String name, Instant firstSeen,
			Instant lastSeen, long acknowledged, long lag, @Nullable Instant revoked) {
	}

	/**
	 * The last compaction of a stream.
	 *
	 * @param startedAt when it began
	 * @param horizon the server_id up to which garbage was removed
	 * @param kept the entries that were left up to there
	 */
	public record CompactedStream(Instant startedAt, long horizon, long kept) {
	}

	/**
	 * A row of a stream.
	 *
	 * @param table its table
	 * @param pk its key
	 */
	public record EntryKey(TableName table, UUID pk) {
	}

	/**
	 * Entries that are looked at.
	 *
	 * @param after the server_id before the first
	 * @param last the server_id of the last
	 */
	public record EntryRange(long after, long last) {
	}

	/**
	 * An entry of a stream.
	 *
	 * @param serverId its position
	 * @param op the operation
	 * @param table the table
	 * @param pk the key
	 * @param version the version of the row
	 * @param time when it was appended
	 * @param source the device
	 * @param sourceChangeId the device's number of the change
	 * @param payloadBytes about how large the payload is, 0 for none
	 * @param payload the after-image, null for none, for one that is too large, or where
	 * it was not asked for
	 */
	public record EntryRow(long serverId, Operation op, TableName table, UUID pk, long version, Instant time,
			@Nullable String source, long sourceChangeId, long payloadBytes, @Nullable String payload) {
	}

	/**
	 * A row that its table refused.
	 *
	 * @param streamId the stream
	 * @param id the failure
	 * @param userId the user
	 * @param table the table
	 * @param pk the key
	 * @param version the version that was being written
	 * @param op the operation
	 * @param error the reason, cut after 2000 characters
	 * @param firstSeen when the row first failed
	 * @param retries the number of retries
	 */
	public record OpenFailure(long streamId, long id, String userId, TableName table, UUID pk, long version, String op,
			String error, Instant firstSeen, int retries) {
	}

	/**
	 * A name of the database's history.
	 *
	 * @param number its place
	 * @param name the name
	 * @param restoredAt what the operator calls the restore, null for the first epoch
	 * @param since when it began
	 */
	public record EpochRow(int number, String name, @Nullable String restoredAt, Instant since) {
	}

}
