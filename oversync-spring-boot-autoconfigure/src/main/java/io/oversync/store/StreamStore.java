package io.oversync.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import javax.sql.DataSource;

import io.oversync.protocol.SyncActor;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementCallback;

/**
 * The users' streams and their devices.
 */
public final class StreamStore {

	// READ COMMITTED whatever the pool's default: FOR UPDATE waits for the user's other
	// writers and then reads what they committed
	private static final String LOCK = """
			SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
			SELECT set_config('lock_timeout', ?, true);
			SELECT s.stream_id, s.head_server_id, s.head_source_no, s.other_server_id, s.server_change_count,
			       (SELECT d.source_no FROM sync.source d WHERE d.stream_id = s.stream_id AND d.source_id = ?) AS source_no,
			       (SELECT d.source_no FROM sync.source d WHERE d.stream_id = s.stream_id AND d.source_id = ?) AS server_source_no,
			       EXISTS (SELECT 1 FROM sync.materialize_failures f WHERE f.user_id = s.user_id) AS has_failures
			FROM sync.stream s
			WHERE s.user_id = ?
			FOR UPDATE OF s;
			SELECT set_config('lock_timeout', ?, true)""";

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
			       NULL::bigint AS server_source_no, false AS has_failures
			FROM sync.stream s
			WHERE s.user_id = ?""";

	private final JdbcTemplate jdbc;

	/**
	 * Creates the store.
	 * @param dataSource the application's database
	 */
	public StreamStore(DataSource dataSource) {
		this.jdbc = new JdbcTemplate(dataSource);
	}

	/**
	 * Locks the user's stream until the transaction ends and makes it on first use. From
	 * here on no other writer of this user is at work, and everything that they did is
	 * visible to the statements that follow.
	 * @param actor who writes
	 * @param lockTimeout the longest wait for this lock; later ones are waited for at
	 * most half a second
	 * @return the stream
	 */
	public Stream lock(SyncActor actor, Duration lockTimeout) {
		Stream stream = tryLock(actor, lockTimeout);
		if (stream == null) {
			this.jdbc.update(CREATE, actor.userId());
			stream = tryLock(actor, lockTimeout);
		}
		if (stream == null) {
			throw new IllegalStateException("The stream of the user vanished while it was being made");
		}
		return stream;
	}

	/**
	 * Makes sure that later statements of the transaction see what was committed before
	 * them. To be called before any other; {@link #lock} does it by itself.
	 */
	public void requireReadCommitted() {
		this.jdbc.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
	}

	private @Nullable Stream tryLock(SyncActor actor, Duration lockTimeout) {
		PreparedStatementCallback<List<Stream>> lock = (statement) -> {
			statement.setString(1, lockTimeout.toMillis() + "ms");
			statement.setString(2, actor.sourceId());
			statement.setString(3, SyncActor.SERVER_SOURCE);
			statement.setString(4, actor.userId());
			statement.setString(5, Math.min(lockTimeout.toMillis(), OTHER_LOCKS.toMillis()) + "ms");
			statement.execute();
			statement.getMoreResults();
			statement.getMoreResults();
			ResultSet resultSet = statement.getResultSet();
			return resultSet.next() ? List.of(stream(resultSet)) : List.of();
		};
		return first(this.jdbc.execute(LOCK, lock));
	}

	private static @Nullable Stream first(@Nullable List<Stream> streams) {
		return (streams == null || streams.isEmpty()) ? null : streams.get(0);
	}

	/**
	 * Reads the user's stream without a lock.
	 * @param actor who asks
	 * @return the stream as last committed, or null for a user without one
	 */
	public @Nullable Stream read(SyncActor actor) {
		return first(this.jdbc.query(READ, (resultSet, row) -> stream(resultSet), actor.sourceId(), actor.userId()));
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
	 * @param stream the new values
	 */
	public void advance(Stream stream) {
		this.jdbc.update(ADVANCE, stream.head(), stream.headSourceNo(), stream.otherServerId(),
				stream.serverChangeCount(), stream.id());
	}

	private static Stream stream(ResultSet resultSet) throws SQLException {
		return new Stream(resultSet.getLong("stream_id"), resultSet.getLong("head_server_id"),
				resultSet.getObject("head_source_no", Long.class), resultSet.getLong("other_server_id"),
				resultSet.getLong("server_change_count"), resultSet.getObject("source_no", Long.class),
				resultSet.getObject("server_source_no", Long.class), resultSet.getBoolean("has_failures"));
	}

}
