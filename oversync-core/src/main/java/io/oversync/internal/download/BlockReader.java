/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.download;

import io.oversync.internal.store.ChangeRow;
import io.oversync.internal.store.PageStore.PageEnd;
import io.oversync.internal.store.PageStore.Range;
import io.oversync.internal.store.PageStore.Rows;
import io.oversync.internal.store.PageStore;
import io.oversync.internal.store.Retained;
import io.oversync.internal.store.StreamHead;
import io.oversync.internal.store.StreamStore;
import io.oversync.internal.store.UserReads;
import io.oversync.protocol.Deadline;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.ExpiredDeletes;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the blocks of one page: each in one round trip, on a connection that is returned
 * with the block.
 * <p>
 * Every round trip reads the stream first. A pool may lead to several servers, of which
 * some lag behind: rows are only taken from one that has the whole window.
 */
final class BlockReader {

	/** The largest block of several rows. */
	static final int BLOCK_BYTES = 1024 * 1024;

	/** PostgreSQL stores a larger payload outside the row, or compressed. */
	private static final int INLINE_BYTES = 2048;

	/** No source has this number. */
	private static final int NO_SOURCE = -1;

	private final PageStore rows;

	private final StreamStore streams;

	private final UserReads reads;

	private final SyncActor actor;

	private final DownloadRequest request;

	private final Names names;

	private final CatchUp catchUp;

	private final CursorCheck cursors;

	private final Beginnings beginnings;

	/**
	 * Creates the reader of one page.
	 * @param rows reads rows
	 * @param streams finds the stream
	 * @param reads the database, in the user's turn
	 * @param actor the downloading device
	 * @param request cursor, page size and filters
	 * @param names receives the names of tables and sources
	 * @param catchUp brings in what the stream lacks
	 * @param cursors ends an answer that would lack deletes
	 * @param beginnings notes a device that begins
	 */
	BlockReader(PageStore rows, StreamStore streams, UserReads reads, SyncActor actor, DownloadRequest request,
			Names names, CatchUp catchUp, CursorCheck cursors, Beginnings beginnings) {
		this.rows = rows;
		this.streams = streams;
		this.reads = reads;
		this.actor = actor;
		this.request = request;
		this.names = names;
		this.catchUp = catchUp;
		this.cursors = cursors;
		this.beginnings = beginnings;
	}

	/**
	 * Returns the most memory that the first block of a page takes.
	 * @param request the page
	 * @return bytes
	 */
	static long firstBytes(DownloadRequest request) {
		return (request.limit() + 1L) * (ChangeRow.OVERHEAD_BYTES + largestOfFirst(request));
	}

	private static int largestOfFirst(DownloadRequest request) {
		return Math.max(INLINE_BYTES, BLOCK_BYTES / request.limit());
	}

	/**
	 * Reads the stream and the page up to its first row that is not small.
	 * @return the beginning of the page
	 */
	First first() {
		First first = read();
		StreamHead stream = first.stream();
		boolean moved = this.catchUp.catchUp((stream != null) ? stream.backlog() : null);
		First read = moved ? read() : first;
		StreamHead known = read.stream();
		Retained retained = read.retained();
		if (known != null && this.request.after() == 0 && !this.request.peek() && retained.since() > 0
				&& !retained.begun() && !reaches(read, known, retained)) {
			// before anything is sent, since the device may ask for the next page at once
			this.beginnings.begin(known, retained.expired());
		}
		return read;
	}

	/**
	 * Returns whether the page ends where all deletes are known. The device then reads on
	 * from there, and a lower cursor is one that went back.
	 */
	private boolean reaches(First read, StreamHead stream, Retained retained) {
		return read.block().end() == Block.End.EXHAUSTED && Bounds.of(stream, this.request).until() >= retained.since();
	}

	/**
	 * Reads the page up to its first row that is not small.
	 * @param stream the stream as it was read first
	 * @param until the last change of the window
	 * @return the beginning of the page
	 */
	Block small(StreamHead stream, long until) {
		First read = this.reads.peek((deadline) -> small(stream.id(), deadline));
		require(read.stream(), stream, until);
		this.cursors.goOn(this.request.after(), read.retained());
		return read.block();
	}

	private First read() {
		return this.reads.peek((deadline) -> {
			First likely = begin(this.streams.likelyId(this.actor.userId()), deadline);
			if (likely.stream() != null) {
				return likely;
			}
			Long other = this.streams.findId(this.actor.userId());
			return (other != null) ? begin(other, deadline) : likely;
		});
	}

	private First begin(long streamId, Deadline deadline) {
		First read = small(streamId, deadline);
		if (read.stream() != null) {
			this.cursors.begin(read.retained());
		}
		return read;
	}

	private First small(long streamId, Deadline deadline) {
		Rows read = this.rows.first(streamId, largestOfFirst(this.request), deadline);
		requireAdmitted(read.stream());
		Block block = Block.first(read.rows(), Bounds.of(read.stream(), this.request).until(), this.request.limit());
		this.names.complete(streamId, read.sources(), block.rows());
		return new First(read.stream(), block, read.retained());
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
		Range range = new Range(stream.id(), excludedSource(stream), until);
		return this.reads.peek((deadline) -> {
			Rows read = this.rows.changes(range, after, most, bytes, deadline);
			Block block = block(read, stream, until, most);
			this.cursors.goOn(after, read.retained());
			return block;
		});
	}

	/**
	 * Reads restores that the source has not received.
	 * @param stream the stream as it was read first
	 * @param until the last change of the window
	 * @param after the cursor
	 * @param most the most rows
	 * @param bytes the most bytes
	 * @return the block
	 */
	Block restores(StreamHead stream, long until, long after, int most, long bytes) {
		Range range = new Range(stream.id(), (stream.sourceNo() != null) ? stream.sourceNo() : NO_SOURCE, until);
		return this.reads
			.peek((deadline) -> block(this.rows.restores(range, after, most, bytes, deadline), stream, until, most));
	}

	private Block block(Rows read, StreamHead stream, long until, int most) {
		require(read.stream(), stream, until);
		this.names.complete(stream.id(), read.sources(), read.rows());
		if (!read.followed()) {
			return new Block(read.rows(), Block.End.EXHAUSTED, 0);
		}
		if (read.rows().size() == most) {
			return new Block(read.rows(), Block.End.FULL, 0);
		}
		return new Block(read.rows(), Block.End.CUT, read.rows().isEmpty() ? read.firstBytes() : 0);
	}

	/**
	 * Counts the restores that the source has not received.
	 * @param stream the stream as it was read first
	 * @param until the last change of the window
	 * @param after the cursor
	 * @return how many there are
	 */
	long countRestores(StreamHead stream, long until, long after) {
		Range range = new Range(stream.id(), (stream.sourceNo() != null) ? stream.sourceNo() : NO_SOURCE, until);
		return this.reads.peek((deadline) -> this.rows.countRestores(range, after, deadline));
	}

	/**
	 * Finds the last change of the page.
	 * @param stream the stream as it was read first
	 * @param until the last change of the window
	 * @return its server_id if others follow it in the window, else null
	 */
	@Nullable Long pageEnd(StreamHead stream, long until) {
		return this.reads.peek((deadline) -> {
			PageEnd end = this.rows.pageEnd(new Range(stream.id(), excludedSource(stream), until), deadline);
			require(end.stream(), stream, until);
			return end.serverId();
		});
	}

	private int excludedSource(StreamHead stream) {
		return (stream.sourceNo() != null && !this.request.includeSelf()) ? stream.sourceNo() : NO_SOURCE;
	}

	private static void requireAdmitted(@Nullable StreamHead stream) {
		if (stream != null && stream.revoked()) {
			throw StreamStore.revoked();
		}
	}

	private static void require(@Nullable StreamHead read, StreamHead expected, long until) {
		requireAdmitted(read);
		if (read == null || read.id() != expected.id() || read.head() < until) {
			throw new SyncException(ErrorCode.TEMPORARILY_UNAVAILABLE,
					"A database server that answered is not up to date; please try again");
		}
	}

	/**
	 * The beginning of a page.
	 *
	 * @param stream the stream, null for a user without one
	 * @param block the first rows
	 * @param retained which deletes the stream knew
	 */
	record First(@Nullable StreamHead stream, Block block, Retained retained) {
	}

	/** Notes devices that begin with nothing although tombstones have expired. */
	interface Beginnings {

		/**
		 * Notes that the asking device begins.
		 * @param stream the stream
		 * @param expired which deletes have expired
		 */
		void begin(StreamHead stream, ExpiredDeletes expired);

	}

}
