package io.oversync.download;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.UUID;
import java.util.function.Consumer;

import javax.sql.DataSource;

import io.oversync.catalog.TableCatalog;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.Payload;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import io.oversync.store.ChangeStore;
import io.oversync.store.Parameters;
import io.oversync.store.StatementBatch;
import io.oversync.store.Stream;
import io.oversync.store.StreamStore;
import io.oversync.store.Transactions;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

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
			SELECT c.server_id, c.table_id, c.op, c.pk, c.payload, c.version, c.source_no, c.source_change_id, c.ts
			FROM sync.change c
			WHERE c.stream_id = ? AND c.server_id > ? AND c.server_id <= ? AND c.source_no <> ?%s
			ORDER BY c.server_id
			LIMIT ?""";

	private static final String ALL = PAGE.formatted("");

	private static final String OF_SCHEMA = PAGE.formatted("""

			AND c.table_id = ANY (ARRAY(SELECT s.table_id FROM sync.synced_table s WHERE s.schema_name = ?))""");

	/** No source has this number. */
	private static final long NO_SOURCE = -1;

	private final JdbcTemplate jdbc;

	private final TableCatalog catalog;

	private final StreamStore streams;

	private final Transactions transactions;

	/**
	 * Creates the service.
	 * @param dataSource the application's database
	 * @param catalog the registered tables
	 * @param streams the users' streams
	 * @param transactions runs each download
	 */
	public DownloadService(DataSource dataSource, TableCatalog catalog, StreamStore streams,
			Transactions transactions) {
		this.jdbc = new JdbcTemplate(dataSource);
		this.catalog = catalog;
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
		if (request.until() == 0) {
			// most devices ask in vain: that much can be said without a transaction
			Bounds bounds = this.transactions.peek(() -> Bounds.of(this.streams.read(actor), request));
			if (bounds.isEmpty()) {
				return bounds.end();
			}
		}
		return this.transactions.read(() -> {
			Stream stream = this.streams.read(actor);
			Bounds bounds = Bounds.of(stream, request);
			return (stream == null || bounds.isEmpty()) ? bounds.end() : read(stream, bounds, request, sink);
		});
	}

	private DownloadWindow read(Stream stream, Bounds bounds, DownloadRequest request,
			Consumer<DownloadedChange> sink) {
		Page page = new Page(request.limit(), new Names(this.jdbc, this.catalog), sink);
		StatementBatch batch = this.streams.batch();
		batch.addScan((request.schema() != null) ? OF_SCHEMA : ALL, FetchSize.FIRST,
				(parameters) -> bind(parameters, stream, bounds, request), page::accept);
		batch.execute();
		return page.hasMore ? new DownloadWindow(true, page.last, bounds.until) : bounds.end();
	}

	private static void bind(Parameters parameters, Stream stream, Bounds bounds, DownloadRequest request)
			throws SQLException {
		Long self = request.includeSelf() ? null : stream.sourceNo();
		parameters.number(stream.id())
			.number(bounds.after)
			.number(bounds.until)
			.number((self != null) ? self : NO_SOURCE);
		if (request.schema() != null) {
			parameters.text(request.schema());
		}
		// one more than asked for tells whether there are more
		parameters.integer(request.limit() + 1);
	}

	/**
	 * What a page may contain: the changes behind one and up to another.
	 *
	 * @param after before the first
	 * @param until the last
	 */
	private record Bounds(long after, long until) {

		static Bounds of(@Nullable Stream stream, DownloadRequest request) {
			long head = (stream != null) ? stream.head() : 0;
			return new Bounds(request.after(), (request.until() > 0) ? Math.min(request.until(), head) : head);
		}

		boolean isEmpty() {
			return this.after >= this.until;
		}

		DownloadWindow end() {
			return new DownloadWindow(false, Math.max(this.after, this.until), this.until);
		}

	}

	/** Counts what was passed on. */
	private static final class Page {

		private final int limit;

		private final Names names;

		private final Consumer<DownloadedChange> sink;

		private final FetchSize fetchSize = new FetchSize();

		private int size;

		private long last;

		private boolean hasMore;

		Page(int limit, Names names, Consumer<DownloadedChange> sink) {
			this.limit = limit;
			this.names = names;
			this.sink = sink;
		}

		void accept(ResultSet resultSet) throws SQLException {
			if (this.size == this.limit) {
				this.hasMore = true;
				return;
			}
			this.size++;
			this.last = resultSet.getLong("server_id");
			byte[] payload = resultSet.getBytes("payload");
			if (this.fetchSize.endsBlock((payload != null) ? payload.length : 0)) {
				resultSet.setFetchSize(this.fetchSize.next());
			}
			this.sink.accept(change(resultSet, payload));
		}

		private DownloadedChange change(ResultSet resultSet, byte @Nullable [] payload) throws SQLException {
			return new DownloadedChange(this.last, this.names.table(resultSet.getInt("table_id")),
					ChangeStore.operation(resultSet.getString("op")), resultSet.getObject("pk", UUID.class),
					(payload != null) ? new Payload(Payload.Kind.OBJECT, payload) : null, resultSet.getLong("version"),
					this.names.source(resultSet.getLong("source_no")), resultSet.getLong("source_change_id"),
					resultSet.getObject("ts", OffsetDateTime.class).toInstant());
		}

	}

}
