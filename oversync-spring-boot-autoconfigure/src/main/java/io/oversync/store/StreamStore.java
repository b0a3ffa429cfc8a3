package io.oversync.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import javax.sql.DataSource;

import io.oversync.protocol.Deadline;
import io.oversync.protocol.SyncActor;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The users' streams and their devices.
 */
public final class StreamStore {

	private static final String READ_COMMITTED = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED";

	private static final String AWAIT_STREAM = "SELECT set_config('lock_timeout', ?::text, true)";

	private static final String LOCK = "SELECT FROM sync.stream s WHERE s.user_id = ? FOR UPDATE";

	private static final String LOCKED = """
			SELECT s.stream_id, s.head_server_id, s.head_source_no, s.other_server_id, s.server_change_count,
			       (SELECT d.source_no FROM sync.source d WHERE d.stream_id = s.stream_id AND d.source_id = ?) AS source_no,
			       (SELECT d.source_no FROM sync.source d WHERE d.stream_id = s.stream_id AND d.source_id = ?) AS server_source_no,
			       EXISTS (SELECT 1 FROM sync.materialize_failures f WHERE f.user_id = s.user_id) AS has_failures,
			       EXISTS (SELECT 1 FROM sync.restore r WHERE r.stream_id = s.stream_id AND r.source_no = (
			         SELECT d.source_no FROM sync.source d WHERE d.stream_id = s.stream_id AND d.source_id = ?)) AS has_restores
			FROM sync.stream s
			WHERE s.user_id = ?""";

	/**
	 * While the stream is held, other locks are waited for less long than PostgreSQL's
	 * usual deadlock_timeout of a second: it is the upload that gives way to an
	 * application's transaction, and is tried again.
	 */
	private static final Duration OTHER_LOCKS = Duration.ofMillis(500);

	private static final String CREATE = "INSERT INTO sync.stream (user_id) VALUES (?) ON CONFLICT (user_id) DO NOTHING";

	// the update does nothing but make RETURNING answer for a source that was there
	private static final String SOURCE = """
			INSERT INTO sync.source AS d (stream_id, source_id) VALUES (?, ?)
			ON CONFLICT (stream_id, source_id) DO UPDATE SET source_id = d.source_id
			RETURNING d.source_no""";

	private static final String ADVANCE = """
			UPDATE sync.stream
			SET head_server_id = ?, head_source_no = ?, other_server_id = ?, server_change_count = ?
			WHERE stream_id = ?""";

	private static final String READ = """
			SELECT s.stream_id, s.head_server_id, s.head_source_no, s.other_server_id, s.server_change_count,
			       (SELECT d.source_no FROM sync.source d WHERE d.stream_id = s.stream_id AND d.source_id = ?) AS source_no,
			       NULL::bigint AS server_source_no, false AS has_failures,
			       EXISTS (SELECT 1 FROM sync.restore r WHERE r.stream_id = s.stream_id AND NOT r.acknowledged AND r.source_no = (
			         SELECT d.source_no FROM sync.source d WHERE d.stream_id = s.stream_id AND d.source_id = ?)) AS has_restores
			FROM sync.stream s
			WHERE s.user_id = ?""";

	private final JdbcTemplate jdbc;

	private final Duration lockTimeout;

	private final String awaitOthers;

	/**
	 * Creates the store.
	 * @param dataSource the application's database
	 * @param lockTimeout the longest wait for a stream; later locks of a transaction are
	 * waited for at most half a second
	 */
	public StreamStore(DataSource dataSource, Duration lockTimeout) {
		this.jdbc = new JdbcTemplate(dataSource);
		this.lockTimeout = lockTimeout;
		this.awaitOthers = awaiting(Math.min(lockTimeout.toMillis(), OTHER_LOCKS.toMillis()));
	}

	private long lockTimeout(Deadline deadline) {
		return Math.max(1, Math.min(this.lockTimeout.toMillis(), deadline.left().toMillis()));
	}

	private static String awaiting(long millis) {
		return "SET LOCAL lock_timeout = " + millis;
	}

	/**
	 * Returns a batch without statements.
	 * @return for statements of the stores on this database
	 */
	public StatementBatch batch() {
		return new StatementBatch(this.jdbc);
	}

	/**
	 * Locks the user's stream as below, without a deadline.
	 * @param batch the first of the transaction
	 * @param actor who writes
	 * @param sink receives the stream; is not called for a user without one
	 */
	public void lock(StatementBatch batch, SyncActor actor, Consumer<Stream> sink) {
		lock(batch, actor, Deadline.NONE, sink);
	}

	/**
	 * Locks the user's stream until the transaction ends, and then reads it. Fails
	 * outside a transaction. From here on no other writer of this user is at work, and
	 * everything that they did is visible to the statements that follow, those of the
	 * same batch included.
	 * @param batch the first of the transaction
	 * @param actor who writes
	 * @param deadline ends the wait for the lock, and every later statement of the
	 * transaction that takes as long as was left now
	 * @param sink receives the stream; is not called for a user without one
	 */
	public void lock(StatementBatch batch, SyncActor actor, Deadline deadline, Consumer<Stream> sink) {
		// READ COMMITTED whatever the pool's default, and a statement for the lock alone:
		// what waits for a lock reads everything but the locked row as it was before
		batch.add(READ_COMMITTED)
			.add(TransactionGuard.REQUIRE)
			.add(TransactionGuard.REQUIRED)
			.limit(deadline)
			.add(AWAIT_STREAM, (parameters) -> parameters.number(lockTimeout(deadline)))
			.add(LOCK, (parameters) -> parameters.text(actor.userId()))
			.add(this.awaitOthers)
			.add(LOCKED,
					(parameters) -> parameters.text(actor.sourceId())
						.text(SyncActor.SERVER_SOURCE)
						.text(actor.sourceId())
						.text(actor.userId()),
					(resultSet) -> sink.accept(stream(resultSet)));
	}

	/**
	 * Makes a stream for a user who may not have one.
	 * @param actor the user
	 */
	public void create(SyncActor actor) {
		this.jdbc.update(CREATE, actor.userId());
	}

	/**
	 * Makes sure that later statements of the transaction see what was committed before
	 * them. To be called before any other; {@link #lock} does it by itself.
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
		List<Stream> streams = this.jdbc.query(READ, (resultSet, row) -> stream(resultSet), actor.sourceId(),
				actor.sourceId(), actor.userId());
		return streams.isEmpty() ? null : streams.get(0);
	}

	/**
	 * Returns the number of a source of a locked stream and makes it on first use.
	 * @param streamId the stream
	 * @param sourceId the source
	 * @return its number
	 */
	public long sourceNo(long streamId, String sourceId) {
		Long number = this.jdbc.queryForObject(SOURCE, Long.class, streamId, sourceId);
		if (number == null) {
			throw new IllegalStateException("A source has no number");
		}
		return number;
	}

	/**
	 * Moves the head of a locked stream.
	 * @param batch takes the statement
	 * @param stream the new values
	 */
	public void advance(StatementBatch batch, Stream stream) {
		batch.add(ADVANCE,
				(parameters) -> parameters.number(stream.head())
					.numberOrNull(stream.headSourceNo())
					.number(stream.otherServerId())
					.number(stream.serverChangeCount())
					.number(stream.id()));
	}

	private static Stream stream(ResultSet resultSet) throws SQLException {
		return new Stream(resultSet.getLong("stream_id"), resultSet.getLong("head_server_id"),
				resultSet.getObject("head_source_no", Long.class), resultSet.getLong("other_server_id"),
				resultSet.getLong("server_change_count"), resultSet.getObject("source_no", Long.class),
				resultSet.getObject("server_source_no", Long.class), resultSet.getBoolean("has_failures"),
				resultSet.getBoolean("has_restores"));
	}

}
