/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.download;

import java.util.List;
import java.util.function.Consumer;

import io.oversync.internal.download.BlockMemory.Reservation;
import io.oversync.internal.download.BlockReader.First;
import io.oversync.internal.store.ChangeRow;
import io.oversync.internal.store.StreamHead;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.SyncActor;
import org.jspecify.annotations.Nullable;

/**
 * Sends one page, block by block. Only one block is in memory at a time, and no
 * connection is held while it is sent.
 */
final class Page {

	private final String user;

	private final DownloadRequest request;

	private final BlockReader reader;

	private final Names names;

	private final BlockMemory memory;

	private final Consumer<DownloadedChange> sink;

	private @Nullable StreamHead stream;

	private Bounds bounds;

	/** The last row that was sent or left out. */
	private long last;

	/** The number of rows that may still be sent. */
	private int left;

	Page(SyncActor actor, DownloadRequest request, BlockReader reader, Names names, BlockMemory memory,
			Consumer<DownloadedChange> sink) {
		this.user = actor.userId();
		this.request = request;
		this.reader = reader;
		this.names = names;
		this.memory = memory;
		this.sink = sink;
		this.bounds = Bounds.of(null, request);
	}

	DownloadWindow send() {
		begin(this.request.after(), this.request.limit());
		Block.End end = sendFirst();
		StreamHead known = this.stream;
		if (end == Block.End.CUT && known != null) {
			end = sendBlocks((most, bytes) -> this.reader.changes(known, this.bounds.until(), this.last, most, bytes));
		}
		return (end == Block.End.FULL) ? new DownloadWindow(true, this.last, this.bounds.until()) : this.bounds.end();
	}

	/**
	 * Returns the stream, null for a user without one.
	 */
	@Nullable StreamHead stream() {
		return this.stream;
	}

	private void begin(long after, int most) {
		this.last = after;
		this.left = most;
	}

	private Block.End sendFirst() {
		Long pageEnd;
		StreamHead known;
		try (Reservation reservation = this.memory.reserveFirst(this.user, BlockReader.firstBytes(this.request))) {
			First first = this.reader.first();
			known = first.stream();
			this.stream = known;
			this.bounds = Bounds.of(known, this.request);
			if (known == null || this.bounds.isEmpty()) {
				return Block.End.EXHAUSTED;
			}
			pageEnd = known.hasRestores() ? endOf(first.block(), known) : null;
			if (pageEnd == null) {
				reservation.shrinkTo(first.block().bytes());
				send(first.block(), reservation);
				return first.block().end();
			}
		}
		sendRestores(known, pageEnd);
		// read again: it was not kept beside the restores
		begin(this.request.after(), this.request.limit());
		return Block.End.CUT;
	}

	/** Returns the last change of a page that others follow, null for the last page. */
	private @Nullable Long endOf(Block first, StreamHead known) {
		return switch (first.end()) {
			case CUT -> this.reader.pageEnd(known, this.bounds.until());
			case FULL -> first.rows().get(first.rows().size() - 1).serverId();
			case EXHAUSTED -> null;
		};
	}

	/**
	 * A page that ends before a restore begins with it: without it, the device could not
	 * store rows that refer to the restored one.
	 */
	private void sendRestores(StreamHead known, long pageEnd) {
		begin(pageEnd, Integer.MAX_VALUE);
		sendBlocks((most, bytes) -> this.reader.restores(known, this.bounds.until(), this.last, most, bytes));
	}

	private Block.End sendBlocks(Blocks blocks) {
		long bytes = BlockReader.BLOCK_BYTES;
		while (true) {
			try (Reservation reservation = this.memory.reserve(this.user, bytes)) {
				Block block = blocks.read(this.left, bytes);
				reservation.shrinkTo(block.bytes());
				send(block, reservation);
				if (block.end() != Block.End.CUT) {
					return block.end();
				}
				bytes = Math.max(BlockReader.BLOCK_BYTES, block.tooLarge());
			}
		}
	}

	private void send(Block block, Reservation reservation) {
		List<ChangeRow> rows = block.rows();
		for (ChangeRow row : rows) {
			reservation.requireKept();
			this.sink.accept(this.names.change(row));
		}
		if (!rows.isEmpty()) {
			this.last = rows.get(rows.size() - 1).serverId();
			this.left -= rows.size();
		}
	}

	/** Reads the rows behind the last. */
	private interface Blocks {

		Block read(int most, long bytes);

	}

}
