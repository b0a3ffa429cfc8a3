/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import javax.sql.DataSource;

import io.oversync.internal.store.StatementBatch.Planning;
import io.oversync.internal.stream.Backlog;
import io.oversync.internal.stream.Owner;
import io.oversync.internal.stream.Stream.Head;
import io.oversync.internal.stream.Stream.Sources;
import io.oversync.internal.stream.Stream;
import io.oversync.protocol.Deadline;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.ExpiredDeletes;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The users' streams and their devices.
 */
public final class StreamStore {

	private static final String READ_COMMITTED = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED";

	private static final String LOCK_TIMEOUT = "set_config('lock_timeout', ?::text, true)";

	private static final String FREE = "SELECT EXISTS (SELECT FROM sync.stream WHERE user_id = ? FOR UPDATE SKIP LOCKED)";

	private static final String LOCK = "SELECT FROM sync.stream s WHERE s.stream_id = ? AND s.user_id = ? FOR UPDATE";

	private static final String LOCKED = """
			SELECT s.stream_id, s.head_server_id, s.head_source_no, s.other_server_id, s.source_count, s.server_change_count,
			       (SELECT d.source_no FROM sync.source d WHERE d.stream_id = ? AND d.source_id = ?) AS source_no,
			       (SELECT d.source_no FROM sync.source d WHERE d.stream_id = ? AND d.source_id = ?) AS server_source_no,
			       (SELECT d.removed_change_id FROM sync.source d WHERE d.stream_id = ? AND d.source_id = ?) AS removed,
			       (SELECT d.resent_change_id FROM sync.source d WHERE d.stream_id = ? AND d.source_id = ?) AS resent,
			       EXISTS (SELECT 1 FROM sync.materialize_failures f WHERE f.stream_id = ?) AS has_failures,
			       EXISTS (SELECT 1 FROM sync.restore r WHERE r.stream_id = ? AND r.source_no = (
			         SELECT d.source_no FROM sync.source d WHERE d.stream_id = ? AND d.source_id = ?)) AS has_restores,
			       %s AS has_captured, %s AS revoked, s.adopted, s.expired_version, %s AS later_locks
			FROM sync.stream s
			WHERE s.stream_id = ? AND s.user_id = ?"""
		.formatted(CapturedRowStore.WAIT, DeviceStore.REVOKED, LOCK_TIMEOUT);

	/**
	 * While the stream is locked, waits for other locks are shorter than PostgreSQL's
	 * usual deadlock_timeout of a second. So the upload gives way to an application's
	 * transaction and is tried again.
	 */
	private static final Duration OTHER_LOCKS = Duration.ofMillis(500);

	/** A waiting upload holds a connection that others wait for. */
	private static final Duration OTHER_LOCKS_IN_A_CROWD = Duration.ofMillis(50);

	private static final String USERS = "SELECT user_id FROM sync.stream WHERE user_id > ? ORDER BY user_id LIMIT ?";

	private static final String FIND = "SELECT s.stream_id FROM sync.stream s WHERE s.user_id = ?";

	/** Others must not act as if there were none while it is not visible yet. */
	private static final String CREATE = """
			INSERT INTO sync.stream (stream_id, user_id)
			SELECT ?, ? FROM (SELECT pg_advisory_xact_lock(?)) AS creation
			ON CONFLICT (stream_id) DO NOTHING""";

	private static final String TRY_CREATION_LOCK = "SELECT pg_try_advisory_xact_lock(?)";

	private static final String IS_MINE = """
			SELECT EXISTS (SELECT FROM sync.stream s WHERE s.stream_id = ? AND s.user_id = ?)""";

	private static final String ADD_SOURCE = "INSERT INTO sync.source (stream_id, source_no, source_id) VALUES (?, ?, ?)";

	private static final String SOURCES = """
			SELECT source_no, source_id FROM sync.source WHERE stream_id = ? AND source_no = ANY (?)""";

	private static final String ADVANCE = """
			UPDATE sync.stream
			SET head_server_id = ?, head_source_no = ?, other_server_id = ?, source_count = ?, server_change_count = ?
			WHERE stream_id = ?""";

	private static final String READ = """
			SELECT s.stream_id, s.head_server_id, s.head_source_no, s.other_server_id, s.source_count, s.server_change_count,
			       (SELECT d.source_no FROM sync.source d WHERE d.stream_id = ? AND d.source_id = ?) AS source_no,
			       NULL::integer AS server_source_no, 0 AS removed, 0 AS resent, false AS has_failures,
			       EXISTS (SELECT 1 FROM sync.restore r WHERE r.stream_id = ? AND NOT r.acknowledged AND r.source_no = (
			         SELECT d.source_no FROM sync.source d WHERE d.stream_id = ? AND d.source_id = ?)) AS has_restores,
			       false AS has_captured, %s AS revoked, s.adopted, s.expired_version
			FROM sync.stream s
			WHERE s.stream_id = ? AND s.user_id = ?"""
		.formatted(DeviceStore.REVOKED);

	private static final String WATCHED = """
			SELECT s.user_id, s.head_server_id, %s AS has_captured, s.adopted, ARRAY(
			         SELECT v.source_id FROM sync.device v
			         WHERE v.stream_id = s.stream_id AND v.revoked_at IS NOT NULL) AS revoked
			FROM sync.stream s
			WHERE s.user_id = ANY (?)""".formatted(CapturedRowStore.WAIT);

	private static final String EXPIRED = """
			SELECT s.retained_since, s.expired_rows FROM sync.stream s WHERE s.user_id = ?""";

	private static final String NOTE_RESENT = """
			UPDATE sync.source SET resent_change_id = ? WHERE stream_id = ? AND source_no = ?""";

	private static final String SET_ADOPTED = "UPDATE sync.stream SET adopted = ? WHERE stream_id = ?";

	private final JdbcTemplate jdbc;

	private final StreamIds ids;

	private final Duration lockTimeout;

	private final BooleanSupplier crowded;

	/**
	 * Creates the store.
	 * @param dataSource the application's database
	 * @param lockTimeout the longest wait for a stream; later locks of a transaction are
	 * waited for at most half a second
	 * @param crowded whether so many transactions are writing that later locks are hardly
	 * waited for
	 * @param ids computes the ids of streams, the same ones for the life of the database
	 */
	public StreamStore(DataSource dataSource, Duration lockTimeout, BooleanSupplier crowded, StreamIds ids) {
		this.jdbc = new JdbcTemplate(dataSource);
		this.ids = ids;
		this.lockTimeout = lockTimeout;
		this.crowded = crowded;
	}

	private long lockTimeout(Deadline deadline) {
		return Math.max(1, Math.min(this.lockTimeout.toMillis(), deadline.left().toMillis()));
	}

	private long laterLockTimeout() {
		Duration longest = this.crowded.getAsBoolean() ? OTHER_LOCKS_IN_A_CROWD : OTHER_LOCKS;
		return Math.min(this.lockTimeout.toMillis(), longest.toMillis());
	}

	/**
	 * Returns a batch without statements.
	 * @return for statements of the stores on this database
	 */
	public StatementBatch batch() {
		return new StatementBatch(this.jdbc);
	}

	/**
	 * Returns the id that nearly every user's stream has, if it exists. Statements that
	 * use it before the stream was read may find rows of another user: drop their rows
	 * unless this user's stream has the id.
	 * @param userId the user
	 * @return the id to try first
	 */
	public long likelyId(String userId) {
		return this.ids.candidate(userId, 0);
	}

	/**
	 * Locks the user's stream until the transaction ends, and then reads it. Fails
	 * outside a transaction. From here on no other transaction writes to the stream, and
	 * all earlier changes are visible to the following statements, those of the same
	 * batch included.
	 * @param batch the first of the transaction
	 * @param streamId the id that the stream may have
	 * @param actor who writes
	 * @param deadline ends the wait for the lock, and every later statement of the
	 * transaction that takes longer than the time left now
	 * @param sink receives the stream; is not called if this user has none of that id
	 */
	public void lock(StatementBatch batch, long streamId, SyncActor actor, Deadline deadline, Consumer<Stream> sink) {
		// READ COMMITTED whatever the pool's default, and a statement for the lock alone:
		// a statement that waits for a lock reads everything except the locked row as
		// of its start
		// a stream that another upload makes between the two is read but not locked: drop
		// it
		AtomicBoolean held = new AtomicBoolean();
		batch.addFirst(READ_COMMITTED)
			.limit(deadline)
			.set(LOCK_TIMEOUT, (parameters) -> parameters.number(lockTimeout(deadline)));
		// planned like what comes next in the batch, which saves a change of the settings
		batch.add(Planning.IN_ORDER, TransactionGuard.REQUIRE);
		batch.add(Planning.IN_ORDER, LOCK, (parameters) -> parameters.number(streamId).text(actor.userId()),
				(row) -> held.set(true));
		batch.add(Planning.IN_ORDER, LOCKED,
				(parameters) -> parameters.number(streamId)
					.text(actor.sourceId())
					.number(streamId)
					.text(SyncActor.SERVER_SOURCE)
					.number(streamId)
					.text(actor.sourceId())
					.number(streamId)
					.text(actor.sourceId())
					.number(streamId)
					.number(streamId)
					.number(streamId)
					.text(actor.sourceId())
					.text(actor.sourceId())
					.number(laterLockTimeout())
					.number(streamId)
					.text(actor.userId()),
				(resultSet) -> {
					if (held.get()) {
						sink.accept(stream(actor, resultSet));
					}
				});
	}

	/**
	 * Locks and reads the user's stream at once, as
	 * {@link #lock(StatementBatch, long, SyncActor, Deadline, Consumer)} does, whatever
	 * its id.
	 * @param actor who writes
	 * @param deadline of the transaction
	 * @return the stream, or null for a user without one
	 */
	public @Nullable Stream lock(SyncActor actor, Deadline deadline) {
		Stream likely = lock(likelyId(actor.userId()), actor, deadline);
		if (likely != null) {
			return likely;
		}
		Long id = findId(actor.userId());
		return (id != null) ? lock(id, actor, deadline) : null;
	}

	private @Nullable Stream lock(long streamId, SyncActor actor, Deadline deadline) {
		List<Stream> locked = new ArrayList<>(1);
		StatementBatch batch = batch();
		lock(batch, streamId, actor, deadline, locked::add);
		batch.execute();
		return locked.isEmpty() ? null : locked.get(0);
	}

	/**
	 * Returns whether a user has a stream that no transaction has locked, at this moment.
	 * Needs a transaction that may write.
	 * @param userId the user
	 * @return whether {@link #lock(SyncActor, Deadline)} would not wait
	 */
	public boolean isFree(String userId) {
		return Boolean.TRUE.equals(this.jdbc.queryForObject(FREE, Boolean.class, userId));
	}

	/**
	 * Finds the id of a user's stream, whichever it is.
	 * @param userId the user
	 * @return the id, or null for a user without a stream
	 */
	public @Nullable Long findId(String userId) {
		List<Long> found = this.jdbc.queryForList(FIND, Long.class, userId);
		return found.isEmpty() ? null : found.get(0);
	}

	/**
	 * Reads which deletes of a user's stream have expired.
	 * @param userId the user
	 * @return the deletes
	 */
	public ExpiredDeletes expiredDeletes(String userId) {
		return this.jdbc.query(EXPIRED, (row, number) -> new ExpiredDeletes(row.getLong(1), row.getLong(2)), userId)
			.stream()
			.findFirst()
			.orElse(ExpiredDeletes.NONE);
	}

	/**
	 * Finds users with a stream.
	 * @param after before the first user, an empty string for the start
	 * @param limit the most users
	 * @return their ids in ascending order
	 */
	public List<String> findUsers(String after, int limit) {
		return this.jdbc.queryForList(USERS, String.class, after, limit);
	}

	/**
	 * Finds the stream of a user, and creates it if there is none.
	 * @param userId the user
	 * @return its id
	 */
	public long findOrCreate(String userId) {
		Long existing = findId(userId);
		if (existing != null) {
			return existing;
		}
		for (int i = 0; i < StreamIds.CANDIDATES; i++) {
			long id = this.ids.candidate(userId, i);
			this.jdbc.update(CREATE, id, userId, likelyId(userId));
			// or else it is another user's, or this user's since a moment ago
			if (Boolean.TRUE.equals(this.jdbc.queryForObject(IS_MINE, Boolean.class, id, userId))) {
				return id;
			}
		}
		throw new IllegalStateException("Streams of other users have all the ids that this user's stream could get");
	}

	/**
	 * Returns whether a user has no stream, and nor will have one before the transaction
	 * ends. Later statements of the transaction see all that was committed until now.
	 * @param userId the user
	 * @return false also if the stream is just being made
	 */
	public boolean keepWithoutStream(String userId) {
		requireReadCommitted();
		return Boolean.TRUE.equals(this.jdbc.queryForObject(TRY_CREATION_LOCK, Boolean.class, likelyId(userId)))
				&& findId(userId) == null;
	}

	/**
	 * Ensures that later statements of the transaction see all earlier commits. Must be
	 * called before any other; {@link #lock} does it by itself.
	 */
	public void requireReadCommitted() {
		this.jdbc.execute(READ_COMMITTED);
	}

	/**
	 * Reads the user's stream without a lock.
	 * @param actor who asks
	 * @return the stream as last committed, or null for a user without one
	 */
	public @Nullable Stream read(SyncActor actor) {
		Stream likely = read(likelyId(actor.userId()), actor);
		if (likely != null) {
			return likely;
		}
		Long id = findId(actor.userId());
		return (id != null) ? read(id, actor) : null;
	}

	private @Nullable Stream read(long streamId, SyncActor actor) {
		List<Stream> streams = this.jdbc.query(READ, (resultSet, row) -> stream(actor, resultSet), streamId,
				actor.sourceId(), streamId, streamId, actor.sourceId(), actor.sourceId(), streamId, actor.userId());
		return streams.isEmpty() ? null : streams.get(0);
	}

	/**
	 * Finds the names of sources.
	 * @param streamId the stream
	 * @param numbers their numbers
	 * @return the name of each
	 */
	public Map<Integer, String> findSources(long streamId, Collection<Integer> numbers) {
		Map<Integer, String> sources = new HashMap<>();
		this.jdbc.query(SOURCES,
				Parameters.of((values) -> values.number(streamId).integers(numbers, (number) -> number)),
				(resultSet) -> {
					sources.put(resultSet.getInt(1), resultSet.getString(2));
				});
		return sources;
	}

	/**
	 * Saves the end of a locked stream that entries were appended to, and its new
	 * sources.
	 * @param batch takes the statements
	 * @param actor the source that sees the stream
	 * @param locked the stream as it was locked
	 * @param stream the stream with the entries in it
	 */
	public void advance(StatementBatch batch, SyncActor actor, Stream locked, Stream stream) {
		addSource(batch, locked, locked.sources().own(), stream.sources().own(), actor.sourceId());
		addSource(batch, locked, locked.sources().server(), stream.sources().server(), SyncActor.SERVER_SOURCE);
		batch.add(ADVANCE,
				(parameters) -> parameters.number(stream.head().serverId())
					.integerOrNull(stream.head().sourceNo())
					.number(stream.head().otherServerId())
					.integer(stream.sources().count())
					.number(stream.sources().serverChanges())
					.number(stream.id()));
	}

	private static void addSource(StatementBatch batch, Stream stream, @Nullable Integer before,
			@Nullable Integer number, String sourceId) {
		if (before == null && number != null) {
			batch.add(ADD_SOURCE, (parameters) -> parameters.number(stream.id()).integerOrNull(number).text(sourceId));
		}
	}

	/**
	 * Notes which of its changes a source has sent again: it may do so once more, however
	 * many uploads they came in.
	 * @param stream the locked stream
	 * @param lowest the lowest source_change_id of these changes, 0 for none
	 */
	public void noteResent(Stream stream, long lowest) {
		Integer own = stream.sources().own();
		if (own != null && lowest != stream.sources().resent()) {
			this.jdbc.update(NOTE_RESENT, lowest, stream.id(), own);
		}
	}

	/**
	 * Notes which tables' existing rows are in a locked stream, or in its queue.
	 * @param streamId the stream
	 * @param marks of the tables
	 */
	public void setAdopted(long streamId, Collection<Long> marks) {
		this.jdbc.update(SET_ADOPTED, Parameters.of((values) -> values.longs(marks, (mark) -> mark).number(streamId)));
	}

	/**
	 * Reads the streams of users whose devices wait.
	 * @param userIds the users
	 * @return the stream of each user who has one
	 */
	public List<WatchedStream> findWatched(Collection<String> userIds) {
		return this.jdbc.query(WATCHED, Parameters.of((values) -> values.texts(userIds, (userId) -> userId)),
				(resultSet, row) -> new WatchedStream(resultSet.getString("user_id"),
						resultSet.getLong("head_server_id"), backlog(resultSet),
						Set.of((String[]) resultSet.getArray("revoked").getArray())));
	}

	/** Reads the columns {@code has_captured} and {@code adopted}. */
	static Backlog backlog(ResultSet resultSet) throws SQLException {
		Array adopted = resultSet.getArray("adopted");
		return new Backlog(resultSet.getBoolean("has_captured"), Set.of((Long[]) adopted.getArray()));
	}

	/**
	 * Returns the answer to a device that is refused.
	 * @return the exception to throw
	 */
	public static SyncException revoked() {
		return new SyncException(ErrorCode.AUTHENTICATION_FAILED,
				"This device was revoked; the owner of the data may restore it");
	}

	private static Stream stream(SyncActor actor, ResultSet resultSet) throws SQLException {
		if (resultSet.getBoolean("revoked")) {
			throw revoked();
		}
		Owner owner = new Owner(actor.userId(), resultSet.getLong("stream_id"));
		Head head = new Head(resultSet.getLong("head_server_id"), resultSet.getObject("head_source_no", Integer.class),
				resultSet.getLong("other_server_id"));
		Sources sources = new Sources(resultSet.getInt("source_count"), resultSet.getLong("server_change_count"),
				resultSet.getObject("source_no", Integer.class), resultSet.getObject("server_source_no", Integer.class),
				resultSet.getLong("removed"), resultSet.getLong("resent"));
		return new Stream(owner, head, sources, resultSet.getBoolean("has_failures"),
				resultSet.getBoolean("has_restores"), backlog(resultSet), resultSet.getLong("expired_version"));
	}

}
