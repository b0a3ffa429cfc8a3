package io.oversync.download;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import javax.sql.DataSource;

import io.oversync.catalog.TableCatalog;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import io.oversync.store.Parameters;
import io.oversync.store.RestoreStore;
import io.oversync.store.StatementBatch;
import io.oversync.store.Stream;
import io.oversync.store.StreamStore;
import io.oversync.store.Transactions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
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

	private static final String IN_WINDOW = """

			FROM sync.change c
			WHERE c.stream_id = ? AND c.server_id > ? AND c.server_id <= ? AND c.source_no <> ?%s
			ORDER BY c.server_id
			LIMIT ?""";

	private static final String ANY_SCHEMA = "";

	private static final String ONE_SCHEMA = """

			AND c.table_id = ANY (ARRAY(SELECT s.table_id FROM sync.synced_table s WHERE s.schema_name = ?))""";

	/** No source has this number. */
	private static final int NO_SOURCE = -1;

	private static final Log logger = LogFactory.getLog(DownloadService.class);

	private final JdbcTemplate jdbc;

	private final TableCatalog catalog;

	private final StreamStore streams;

	private final RestoreStore restores;

	private final Transactions transactions;

	/**
	 * Creates the service.
	 * @param dataSource the application's database
	 * @param catalog the registered tables
	 * @param streams the users' streams
	 * @param restores rows whose delete was refused
	 * @param transactions runs each download
	 */
	public DownloadService(DataSource dataSource, TableCatalog catalog, StreamStore streams, RestoreStore restores,
			Transactions transactions) {
		this.jdbc = new JdbcTemplate(dataSource);
		this.catalog = catalog;
		this.streams = streams;
		this.restores = restores;
		this.transactions = transactions;
	}

	/**
	 * Reads a page.
	 * @param actor who downloads
	 * @param request cursor, page size and filters
	 * @param sink receives the changes in ascending order of server_id, after the
	 * restores that the page begins with
	 * @return how the page ends
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} for transient trouble
	 */
	public DownloadWindow download(SyncActor actor, DownloadRequest request, Consumer<DownloadedChange> sink) {
		if (request.until() == 0) {
			// most polls find nothing new: that takes no transaction
			Answer answer = this.transactions.peek(() -> Answer.withoutRows(this.streams.read(actor), request));
			if (answer.bounds.isEmpty()) {
				acknowledge(answer.stream, request);
				return answer.window;
			}
		}
		Answer answer = this.transactions.read(() -> {
			Answer empty = Answer.withoutRows(this.streams.read(actor), request);
			return (empty.stream == null || empty.bounds.isEmpty()) ? empty
					: empty.withWindow(read(empty.stream, empty.bounds, request, sink));
		});
		acknowledge(answer.stream, request);
		return answer.window;
	}

	private DownloadWindow read(Stream stream, Bounds bounds, DownloadRequest request,
			Consumer<DownloadedChange> sink) {
		Names names = new Names(this.jdbc, this.catalog, stream.id());
		if (stream.hasRestores()) {
			sendRestoresAhead(stream, bounds, request, new ChangeRows(names), sink);
		}
		Page page = new Page(request.limit(), new ChangeRows(names), sink);
		StatementBatch batch = this.streams.batch();
		// one more than asked for tells whether there are more
		batch.addScan("SELECT " + ChangeRows.COLUMNS + inWindow(request), FetchSize.FIRST,
				(parameters) -> bind(parameters, stream, bounds, request).integer(request.limit() + 1), page::accept);
		batch.execute();
		return page.hasMore ? new DownloadWindow(true, page.last, bounds.until) : bounds.end();
	}

	/**
	 * A page that ends before a restore begins with it: the device could not take rows
	 * that refer to the restored one.
	 */
	private void sendRestoresAhead(Stream stream, Bounds bounds, DownloadRequest request, ChangeRows rows,
			Consumer<DownloadedChange> sink) {
		Integer source = stream.sourceNo();
		Long pageEnd = findPageEnd(stream, bounds, request);
		if (source != null && pageEnd != null) {
			StatementBatch batch = this.streams.batch();
			this.restores.scan(batch, ChangeRows.COLUMNS, stream.id(), source, pageEnd, bounds.until, request.schema(),
					(resultSet) -> sink.accept(rows.read(resultSet)));
			batch.execute();
		}
	}

	/** Returns the last change of a page that others follow, null for the last page. */
	private @Nullable Long findPageEnd(Stream stream, Bounds bounds, DownloadRequest request) {
		List<Long> around = new ArrayList<>(2);
		this.jdbc.query("SELECT c.server_id" + inWindow(request) + " OFFSET ?", Parameters
			.of((parameters) -> bind(parameters, stream, bounds, request).integer(2).integer(request.limit() - 1)),
				(resultSet) -> {
					around.add(resultSet.getLong(1));
				});
		return (around.size() > 1) ? around.get(0) : null;
	}

	private static String inWindow(DownloadRequest request) {
		return IN_WINDOW.formatted((request.schema() != null) ? ONE_SCHEMA : ANY_SCHEMA);
	}

	private static Parameters bind(Parameters parameters, Stream stream, Bounds bounds, DownloadRequest request)
			throws SQLException {
		Integer self = request.includeSelf() ? null : stream.sourceNo();
		parameters.number(stream.id())
			.number(bounds.after)
			.number(bounds.until)
			.integer((self != null) ? self : NO_SOURCE);
		return (request.schema() != null) ? parameters.text(request.schema()) : parameters;
	}

	/**
	 * A device that asks for what lies behind a place has received what lies before it.
	 */
	private void acknowledge(@Nullable Stream stream, DownloadRequest request) {
		Integer source = (stream != null) ? stream.sourceNo() : null;
		if (stream == null || source == null || !stream.hasRestores() || request.after() == 0) {
			return;
		}
		try {
			this.transactions.write(() -> {
				this.restores.acknowledge(stream.id(), source, request.after());
				return true;
			});
		}
		catch (SyncException | DataAccessException ex) {
			// the page is right all the same, and the next one acknowledges again
			logger.debug("A download was not acknowledged", ex);
		}
	}

	/**
	 * The answer to a download.
	 *
	 * @param stream the stream as it was read, null for a user without one
	 * @param bounds of the page
	 * @param window how the page ends
	 */
	private record Answer(@Nullable Stream stream, Bounds bounds, DownloadWindow window) {

		static Answer withoutRows(@Nullable Stream stream, DownloadRequest request) {
			Bounds bounds = Bounds.of(stream, request);
			return new Answer(stream, bounds, bounds.end());
		}

		Answer withWindow(DownloadWindow window) {
			return new Answer(this.stream, this.bounds, window);
		}

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

		private final ChangeRows rows;

		private final Consumer<DownloadedChange> sink;

		private int size;

		private long last;

		private boolean hasMore;

		Page(int limit, ChangeRows rows, Consumer<DownloadedChange> sink) {
			this.limit = limit;
			this.rows = rows;
			this.sink = sink;
		}

		void accept(ResultSet resultSet) throws SQLException {
			if (this.size == this.limit) {
				this.hasMore = true;
				return;
			}
			this.size++;
			DownloadedChange change = this.rows.read(resultSet);
			this.last = change.serverId();
			this.sink.accept(change);
		}

	}

}
