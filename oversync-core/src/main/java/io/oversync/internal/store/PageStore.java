/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import io.oversync.protocol.Deadline;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.ExpiredDeletes;
import io.oversync.protocol.SyncActor;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads rows of a stream for one page. Every query travels behind that of the stream: a
 * pool may lead to several servers, of which some lag behind.
 */
public final class PageStore {

	private final JdbcTemplate jdbc;

	private final SyncActor actor;

	private final DownloadRequest request;

	private final PageSql sql;

	/**
	 * Creates the store of one page.
	 * @param dataSource the application's database
	 * @param actor the downloading device
	 * @param request cursor, page size and filters
	 */
	public PageStore(DataSource dataSource, SyncActor actor, DownloadRequest request) {
		this.jdbc = new JdbcTemplate(dataSource);
		this.actor = actor;
		this.request = request;
		this.sql = PageSql.of(request.schema() != null);
	}

	/**
	 * Reads the first rows, one more than the page may have.
	 * @param streamId the id that the stream may have
	 * @param largest the largest payload that is not withheld
	 * @param deadline when it must be done
	 * @return the rows; without a stream if this user has none of that id
	 */
	public Rows first(long streamId, int largest, Deadline deadline) {
		StreamReceiver stream = new StreamReceiver();
		RowReceiver rows = new RowReceiver();
		this.sql.first().execute(this.jdbc, deadline, (parameters) -> {
			bindRetained(bindStream(parameters, streamId), streamId);
			bindFirst(parameters, streamId, largest);
		}, stream::accept, rows::accept);
		return rows.behind(stream);
	}

	private void bindRetained(Parameters parameters, long streamId) throws SQLException {
		parameters.number(this.request.after())
			.text((this.request.schema() != null) ? this.request.schema() : DeviceNote.ALL)
			.number(this.request.after())
			.text(this.actor.sourceId())
			.number(streamId)
			.text(this.actor.userId());
	}

	private void bindFirst(Parameters parameters, long streamId, int largest) throws SQLException {
		long until = (this.request.until() > 0) ? this.request.until() : Long.MAX_VALUE;
		parameters.integer(largest)
			.integer(largest)
			.number(this.request.after())
			.number(until)
			.number(streamId)
			.text(this.request.includeSelf() ? null : this.actor.sourceId());
		bindSchema(parameters);
		// one more than asked for shows that there are more
		parameters.integer(this.request.limit() + 1);
	}

	/**
	 * Reads ordinary entries.
	 * @param range the entries to choose from, without those of its source
	 * @param after the cursor
	 * @param most the most rows
	 * @param bytes the most bytes
	 * @param deadline when it must be done
	 * @return the rows
	 */
	public Rows changes(Range range, long after, int most, long bytes, Deadline deadline) {
		return read(this.sql.changes(), range, after, most, bytes, deadline);
	}

	/**
	 * Reads restores that a source has not received.
	 * @param range the entries to choose from, and the source
	 * @param after the cursor
	 * @param most the most rows
	 * @param bytes the most bytes
	 * @param deadline when it must be done
	 * @return the rows
	 */
	public Rows restores(Range range, long after, int most, long bytes, Deadline deadline) {
		return read(this.sql.restores(), range, after, most, bytes, deadline);
	}

	/**
	 * Counts restores that a source has not received.
	 * @param range the entries to choose from, and the source
	 * @param after the cursor
	 * @param deadline when it must be done
	 * @return how many there are
	 */
	public long countRestores(Range range, long after, Deadline deadline) {
		List<Long> count = new ArrayList<>(1);
		this.sql.restoreCount()
			.execute(this.jdbc, deadline, (parameters) -> bindRange(parameters, range).number(after),
					(resultSet) -> count.add(resultSet.getLong(1)));
		return count.get(0);
	}

	private Rows read(KeyedQueries queries, Range range, long after, int most, long bytes, Deadline deadline) {
		StreamReceiver stream = new StreamReceiver();
		RowReceiver rows = new RowReceiver();
		queries.execute(this.jdbc, deadline, (parameters) -> {
			bindStream(parameters, range.streamId);
			bindRange(parameters, range).number(after);
			bindRange(parameters, range).integer(most).number(bytes).integer(most).number(bytes);
			bindRetained(parameters, range.streamId);
			bindRange(parameters, range).number(after);
		}, stream::accept, rows::acceptOfBlock);
		return rows.behind(stream);
	}

	/**
	 * Finds the last change of the page.
	 * @param range the entries to choose from, without those of its source
	 * @param deadline when it must be done
	 * @return the end
	 */
	public PageEnd pageEnd(Range range, Deadline deadline) {
		StreamReceiver stream = new StreamReceiver();
		List<Long> around = new ArrayList<>(2);
		this.sql.pageEnd().execute(this.jdbc, deadline, (parameters) -> {
			bindStream(parameters, range.streamId);
			bindRange(parameters, range).number(this.request.after()).integer(this.request.limit() - 1);
		}, stream::accept, (resultSet) -> around.add(resultSet.getLong(1)));
		return new PageEnd(stream.head, (around.size() > 1) ? around.get(0) : null);
	}

	private Parameters bindRange(Parameters parameters, Range range) throws SQLException {
		return bindSchema(parameters.number(range.streamId).integer(range.sourceNo).number(range.until));
	}

	private Parameters bindSchema(Parameters parameters) throws SQLException {
		return (this.request.schema() != null) ? parameters.text(this.request.schema()) : parameters;
	}

	private Parameters bindStream(Parameters parameters, long streamId) throws SQLException {
		return parameters.number(streamId)
			.text(this.actor.sourceId())
			.text(this.actor.sourceId())
			.number(streamId)
			.number(streamId)
			.number(this.request.after())
			.number(streamId)
			.text(this.actor.userId());
	}

	/**
	 * The entries that a page may have.
	 *
	 * @param streamId the stream
	 * @param sourceNo a source that is left out, or whose restores are read; -1 for none
	 * @param until the last change
	 */
	public record Range(long streamId, int sourceNo, long until) {
	}

	/**
	 * Rows that were read.
	 *
	 * @param stream the stream as it was then, null for a user without one
	 * @param sources names of some of its sources, by their numbers
	 * @param rows the rows, ascending
	 * @param followed whether more follow
	 * @param firstBytes the size of the first row that there is
	 * @param retained which deletes the stream knew, in the snapshot of the rows
	 */
	public record Rows(@Nullable StreamHead stream, Map<Integer, String> sources, List<ChangeRow> rows,
			boolean followed, long firstBytes, Retained retained) {
	}

	/**
	 * The end of a page.
	 *
	 * @param stream the stream as it was then, null for a user without one
	 * @param serverId the last change if others follow it, else null
	 */
	public record PageEnd(@Nullable StreamHead stream, @Nullable Long serverId) {
	}

	/** Receives the stream, once for each of some of its sources. */
	private static final class StreamReceiver {

		private final Map<Integer, String> sources = new HashMap<>();

		private @Nullable StreamHead head;

		void accept(ResultSet resultSet) throws SQLException {
			this.head = new StreamHead(resultSet.getLong("stream_id"), resultSet.getLong("head_server_id"),
					resultSet.getObject("own_source_no", Integer.class), resultSet.getBoolean("has_restores"),
					StreamStore.backlog(resultSet), resultSet.getBoolean("revoked"));
			String sourceId = resultSet.getString("source_id");
			if (sourceId != null) {
				this.sources.put(resultSet.getInt("source_no"), sourceId);
			}
		}

	}

	/**
	 * Receives rows, each with which deletes the stream knew; if there is none, that
	 * alone.
	 */
	private static final class RowReceiver {

		private final List<ChangeRow> rows = new ArrayList<>();

		private Retained retained = Retained.ALL;

		private boolean followed;

		private long firstBytes;

		void accept(ResultSet resultSet) throws SQLException {
			if (this.rows.isEmpty()) {
				this.retained = new Retained(
						new ExpiredDeletes(resultSet.getLong("retained_since"), resultSet.getLong("expired_rows")),
						resultSet.getBoolean("begun"));
			}
			if (resultSet.getObject("server_id") != null) {
				this.rows.add(ChangeRow.read(resultSet));
			}
		}

		/** Receives a row of a block. */
		void acceptOfBlock(ResultSet resultSet) throws SQLException {
			this.followed = resultSet.getBoolean("followed");
			this.firstBytes = resultSet.getLong("first_bytes");
			accept(resultSet);
		}

		Rows behind(StreamReceiver stream) {
			return new Rows(stream.head, stream.sources, this.rows, this.followed, this.firstBytes, this.retained);
		}

	}

}
