package io.oversync.download;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.UUID;
import java.util.function.Consumer;

import javax.sql.DataSource;

import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import io.oversync.protocol.TableName;
import io.oversync.store.ChangeStore;
import io.oversync.store.Stream;
import io.oversync.store.StreamStore;
import io.oversync.store.Transactions;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/**
 * Serves downloads (protocol §3): one index range scan over the user's changes, passed on
 * row by row.
 * <p>
 * The head is read first and bounds the page. Server_ids are taken under the lock of the
 * stream and the head moves in the same transaction: whatever is at or below the head is
 * committed, and nothing will appear there later.
 */
public final class DownloadService {

	private static final String PAGE = """
			SELECT c.server_id, t.schema_name, t.table_name, c.op, c.pk, c.payload::text AS payload, c.version,
			       d.source_id, c.source_change_id, c.ts
			FROM (
			  SELECT * FROM sync.change c
			  WHERE c.stream_id = ? AND c.server_id > ? AND c.server_id <= ? AND c.source_no <> ?%s
			  ORDER BY c.server_id
			  LIMIT ?) c
			JOIN sync.synced_table t ON t.table_id = c.table_id
			JOIN sync.source d ON d.source_no = c.source_no
			ORDER BY c.server_id""";

	private static final String ALL = PAGE.formatted("");

	private static final String OF_SCHEMA = PAGE.formatted("""

			AND c.table_id = ANY (ARRAY(SELECT s.table_id FROM sync.synced_table s WHERE s.schema_name = ?))""");

	// without statistics PostgreSQL takes a user's history for a handful of rows, and
	// reads and sorts all of it for each page
	private static final String IN_ORDER_OF_INDEX = "SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off";

	/** No source has this number. */
	private static final long NO_SOURCE = -1;

	/** Payloads may be large: a page is not held in memory as a whole. */
	private static final int FETCH_SIZE = 100;

	private final JdbcTemplate jdbc;

	private final StreamStore streams;

	private final Transactions transactions;

	/**
	 * Creates the service.
	 * @param dataSource the application's database
	 * @param streams the users' streams
	 * @param transactions runs each download
	 */
	public DownloadService(DataSource dataSource, StreamStore streams, Transactions transactions) {
		this.jdbc = new JdbcTemplate(dataSource);
		this.jdbc.setFetchSize(FETCH_SIZE);
		this.streams = streams;
		this.transactions = transactions;
	}

	/**
	 * Reads a page.
	 * @param actor who downloads
	 * @param request cursor, page size and filters
	 * @param sink receives the changes in ascending order of server_id
	 * @return how the page ends
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} for transient trouble
	 */
	public DownloadWindow download(SyncActor actor, DownloadRequest request, Consumer<DownloadedChange> sink) {
		return this.transactions.read(() -> {
			Stream stream = this.streams.read(actor);
			long head = (stream != null) ? stream.head() : 0;
			long until = (request.until() > 0) ? Math.min(request.until(), head) : head;
			if (stream == null || request.after() >= until) {
				return new DownloadWindow(false, Math.max(request.after(), until), until);
			}
			this.jdbc.execute(IN_ORDER_OF_INDEX);
			Page page = new Page(request.limit(), sink);
			this.jdbc.query((request.schema() != null) ? OF_SCHEMA : ALL,
					(statement) -> bind(statement, stream, request, until), (RowCallbackHandler) page::accept);
			return page.hasMore ? new DownloadWindow(true, page.last, until)
					: new DownloadWindow(false, Math.max(request.after(), until), until);
		});
	}

	private static void bind(PreparedStatement statement, Stream stream, DownloadRequest request, long until)
			throws SQLException {
		Long self = request.includeSelf() ? null : stream.sourceNo();
		int index = 1;
		statement.setLong(index++, stream.id());
		statement.setLong(index++, request.after());
		statement.setLong(index++, until);
		statement.setLong(index++, (self != null) ? self : NO_SOURCE);
		if (request.schema() != null) {
			statement.setString(index++, request.schema());
		}
		// one more than asked for tells whether there are more
		statement.setInt(index, request.limit() + 1);
	}

	/** Counts what was passed on. */
	private static final class Page {

		private final int limit;

		private final Consumer<DownloadedChange> sink;

		private int size;

		private long last;

		private boolean hasMore;

		Page(int limit, Consumer<DownloadedChange> sink) {
			this.limit = limit;
			this.sink = sink;
		}

		void accept(ResultSet resultSet) throws SQLException {
			if (this.size == this.limit) {
				this.hasMore = true;
				return;
			}
			this.size++;
			this.last = resultSet.getLong("server_id");
			this.sink.accept(change(resultSet));
		}

		private static DownloadedChange change(ResultSet resultSet) throws SQLException {
			return new DownloadedChange(resultSet.getLong("server_id"),
					new TableName(resultSet.getString("schema_name"), resultSet.getString("table_name")),
					ChangeStore.operation(resultSet.getString("op")), resultSet.getObject("pk", UUID.class),
					resultSet.getString("payload"), resultSet.getLong("version"), resultSet.getString("source_id"),
					resultSet.getLong("source_change_id"), resultSet.getObject("ts", OffsetDateTime.class).toInstant());
		}

	}

}
