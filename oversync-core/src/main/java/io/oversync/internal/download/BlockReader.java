/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.download;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import io.oversync.internal.store.KeyedQueries;
import io.oversync.internal.store.Parameters;
import io.oversync.internal.store.StreamStore;
import io.oversync.internal.store.UserReads;
import io.oversync.protocol.Deadline;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads the blocks of one page: each in one round trip, on a connection that is returned
 * with the block.
 * <p>
 * Every round trip reads the stream first. A pool may lead to several servers, of which
 * some lag behind: rows are only taken from one that has the whole window.
 */
final class BlockReader {

	/** How large a block of several rows gets. */
	static final int BLOCK_BYTES = 1024 * 1024;

	/** PostgreSQL keeps what is larger apart from the row, or compressed. */
	private static final int INLINE_BYTES = 2048;

	/** No source has this number. */
	private static final int NO_SOURCE = -1;

	private final JdbcTemplate jdbc;

	private final StreamStore streams;

	private final UserReads reads;

	private final SyncActor actor;

	private final DownloadRequest request;

	private final Names names;

	private final PageSql sql;

	BlockReader(JdbcTemplate jdbc, StreamStore streams, UserReads reads, SyncActor actor, DownloadRequest request,
			Names names) {
		this.jdbc = jdbc;
		this.streams = streams;
		this.reads = reads;
		this.actor = actor;
		this.request = request;
		this.names = names;
		this.sql = PageSql.of(request.schema() != null);
	}

	/**
	 * Returns how much memory the first block of a page takes at most.
	 */
	static long firstBytes(DownloadRequest request) {
		return (request.limit() + 1L) * (ChangeRow.OVERHEAD_BYTES + largestOfFirst(request));
	}

	private static int largestOfFirst(DownloadRequest request) {
		return Math.max(INLINE_BYTES, BLOCK_BYTES / request.limit());
	}

	/**
	 * Reads the stream and the page up to its first row that is not small.
	 */
	First first() {
		return this.reads.peek((deadline) -> {
			First likely = first(this.streams.likelyId(this.actor.userId()), deadline);
			if (likely.stream() != null) {
				return likely;
			}
			Long other = this.streams.findId(this.actor.userId());
			return (other != null) ? first(other, deadline) : likely;
		});
	}

	private First first(long streamId, Deadline deadline) {
		StreamReceiver stream = new StreamReceiver();
		List<ChangeRow> rows = new ArrayList<>();
		this.sql.first()
			.execute(this.jdbc, deadline, (parameters) -> bindFirst(bindStream(parameters, streamId), streamId),
					stream::accept, (resultSet) -> rows.add(ChangeRow.read(resultSet)));
		Block block = Block.first(rows, Bounds.of(stream.head, this.request).until(), this.request.limit());
		this.names.complete(streamId, block.rows());
		return new First(stream.head, block);
	}

	private void bindFirst(Parameters parameters, long streamId) throws SQLException {
		int largest = largestOfFirst(this.request);
		long until = (this.request.until() > 0) ? this.request.until() : Long.MAX_VALUE;
		parameters.integer(largest)
			.integer(largest)
			.number(streamId)
			.text(this.actor.userId())
			.number(this.request.after())
			.number(until)
			.number(streamId)
			.text(this.request.includeSelf() ? null : this.actor.sourceId());
		bindSchema(parameters);
		// one more than asked for tells whether there are more
		parameters.integer(this.request.limit() + 1);
	}

	/**
	 * Reads ordinary entries of the page.
	 * @param stream the stream as it was read first
	 * @param until the last change of the window
	 * @param after the cursor
	 * @param most the most rows
	 * @param bytes the most bytes
	 * @return the block
	 */
	Block changes(StreamHead stream, long until, long after, int most, long bytes) {
		return block(this.sql.changes(), stream, excludedSource(stream), until, after, most, bytes);
	}

	/**
	 * Reads restores that the source has not received.
	 */
	Block restores(StreamHead stream, long until, long after, int most, long bytes) {
		return block(this.sql.restores(), stream, (stream.sourceNo() != null) ? stream.sourceNo() : NO_SOURCE, until,
				after, most, bytes);
	}

	private Block block(KeyedQueries queries, StreamHead stream, int sourceNo, long until, long after, int most,
			long bytes) {
		return this.reads.peek((deadline) -> {
			StreamReceiver current = new StreamReceiver();
			BlockReceiver received = new BlockReceiver();
			queries.execute(this.jdbc, deadline, (parameters) -> {
				bindStream(parameters, stream.id());
				bindRows(parameters, stream, sourceNo, until).number(after);
				bindRows(parameters, stream, sourceNo, until).integer(most).number(bytes).integer(most).number(bytes);
				bindRows(parameters, stream, sourceNo, until).number(after);
			}, current::accept, received::accept);
			current.require(stream, until);
			this.names.complete(stream.id(), received.rows);
			return received.block(most);
		});
	}

	/**
	 * Finds the last change of the page.
	 * @return its server_id if others follow it in the window, else null
	 */
	@Nullable Long pageEnd(StreamHead stream, long until) {
		return this.reads.peek((deadline) -> {
			StreamReceiver current = new StreamReceiver();
			List<Long> around = new ArrayList<>(2);
			this.sql.pageEnd().execute(this.jdbc, deadline, (parameters) -> {
				bindStream(parameters, stream.id());
				bindRows(parameters, stream, excludedSource(stream), until).number(this.request.after())
					.integer(this.request.limit() - 1);
			}, current::accept, (resultSet) -> around.add(resultSet.getLong(1)));
			current.require(stream, until);
			return (around.size() > 1) ? around.get(0) : null;
		});
	}

	private int excludedSource(StreamHead stream) {
		return (stream.sourceNo() != null && !this.request.includeSelf()) ? stream.sourceNo() : NO_SOURCE;
	}

	private Parameters bindRows(Parameters parameters, StreamHead stream, int sourceNo, long until)
			throws SQLException {
		return bindSchema(parameters.number(stream.id()).integer(sourceNo).number(until));
	}

	private Parameters bindSchema(Parameters parameters) throws SQLException {
		return (this.request.schema() != null) ? parameters.text(this.request.schema()) : parameters;
	}

	private Parameters bindStream(Parameters parameters, long streamId) throws SQLException {
		return parameters.number(streamId)
			.text(this.actor.sourceId())
			.number(streamId)
			.number(streamId)
			.number(this.request.after())
			.number(streamId)
			.text(this.actor.userId());
	}

	/**
	 * The beginning of a page.
	 *
	 * @param stream the stream, null for a user without one
	 * @param block the first rows
	 */
	record First(@Nullable StreamHead stream, Block block) {
	}

	/** Receives the stream, once for each of some of its sources. */
	private final class StreamReceiver {

		private @Nullable StreamHead head;

		void accept(ResultSet resultSet) throws SQLException {
			this.head = new StreamHead(resultSet.getLong("stream_id"), resultSet.getLong("head_server_id"),
					resultSet.getObject("own_source_no", Integer.class), resultSet.getBoolean("has_restores"));
			String sourceId = resultSet.getString("source_id");
			if (sourceId != null) {
				BlockReader.this.names.addSource(resultSet.getInt("source_no"), sourceId);
			}
		}

		void require(StreamHead expected, long until) {
			if (this.head == null || this.head.id() != expected.id() || this.head.head() < until) {
				throw new SyncException(ErrorCode.TEMPORARILY_UNAVAILABLE,
						"A database server that answered is not up to date; please try again");
			}
		}

	}

	/** Receives the rows of a block, or one without a row. */
	private static final class BlockReceiver {

		private final List<ChangeRow> rows = new ArrayList<>();

		private boolean followed;

		private long firstBytes;

		void accept(ResultSet resultSet) throws SQLException {
			this.followed = resultSet.getBoolean("followed");
			this.firstBytes = resultSet.getLong("first_bytes");
			if (resultSet.getLong("size") > 0) {
				this.rows.add(ChangeRow.read(resultSet));
			}
		}

		Block block(int most) {
			if (!this.followed) {
				return new Block(this.rows, Block.End.EXHAUSTED, 0);
			}
			if (this.rows.size() == most) {
				return new Block(this.rows, Block.End.FULL, 0);
			}
			return new Block(this.rows, Block.End.CUT, this.rows.isEmpty() ? this.firstBytes : 0);
		}

	}

}
