/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.download;

import java.util.List;
import java.util.function.Function;

import io.oversync.internal.download.BlockMemory.Reservation;
import io.oversync.internal.download.BlockReader.First;
import io.oversync.internal.store.ChangeRow;
import io.oversync.internal.store.StreamHead;
import io.oversync.protocol.ChangesSink;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.SyncActor;
import org.jspecify.annotations.Nullable;

/**
 * Sends everything up to the head, block by block, as one page without a limit. Small
 * rows are read like the beginning of a page, larger ones like the rest of one. Only one
 * block is in memory at a time, and no connection is held while it is sent.
 */
final class Changes {

	private final String user;

	private final DownloadRequest request;

	private final Function<DownloadRequest, BlockReader> readers;

	private final Names names;

	private final BlockMemory memory;

	private final ChangesSink sink;

	private @Nullable StreamHead stream;

	private Bounds bounds;

	/** The last change that was sent. */
	private long last;

	private boolean full;

	/**
	 * Creates it.
	 * @param actor the downloading device
	 * @param request cursor, filters, and the most rows of a block
	 * @param readers create the reader of the page behind a cursor
	 * @param names the names of tables and sources
	 * @param memory for the blocks
	 * @param sink receives the changes
	 */
	Changes(SyncActor actor, DownloadRequest request, Function<DownloadRequest, BlockReader> readers, Names names,
			BlockMemory memory, ChangesSink sink) {
		this.user = actor.userId();
		this.request = request;
		this.readers = readers;
		this.names = names;
		this.memory = memory;
		this.sink = sink;
		this.bounds = Bounds.of(null, request);
		this.last = request.after();
	}

	/**
	 * Sends the changes.
	 * @return the end: there is more only if the sink was full
	 */
	DownloadWindow send() {
		Block.End end = sendFirst();
		StreamHead known = this.stream;
		while (known != null && end != Block.End.EXHAUSTED && !this.full) {
			this.sink.pause();
			end = (end == Block.End.FULL) ? sendSmall(known) : sendLarge(known);
		}
		return this.full ? new DownloadWindow(true, this.last, this.bounds.until()) : this.bounds.end();
	}

	/**
	 * Returns the stream, null for a user without one.
	 */
	@Nullable StreamHead stream() {
		return this.stream;
	}

	private Block.End sendFirst() {
		StreamHead known;
		try (Reservation reservation = this.memory.reserveFirst(this.user, BlockReader.firstBytes(this.request))) {
			BlockReader reader = this.readers.apply(this.request);
			First first = reader.first();
			known = first.stream();
			this.stream = known;
			this.bounds = Bounds.of(known, this.request);
			if (known == null || this.bounds.isEmpty()) {
				this.sink.begin(0, this.bounds.until());
				return Block.End.EXHAUSTED;
			}
			long restores = known.hasRestores() ? reader.countRestores(known, this.bounds.until(), this.request.after())
					: 0;
			this.sink.begin(restores, this.bounds.until());
			if (restores == 0) {
				return send(first.block(), reservation);
			}
		}
		sendRestores(known);
		// read again: it was not kept beside the restores
		return Block.End.FULL;
	}

	/**
	 * A client that stores an answer part by part could not store rows that refer to a
	 * restored one without it.
	 */
	private void sendRestores(StreamHead known) {
		BlockReader reader = this.readers.apply(this.request);
		long sent = this.request.after();
		long bytes = BlockReader.BLOCK_BYTES;
		boolean more = true;
		while (more) {
			try (Reservation reservation = this.memory.reserve(this.user, bytes)) {
				Block block = reader.restores(known, this.bounds.until(), sent, Integer.MAX_VALUE, bytes);
				reservation.shrinkTo(block.bytes());
				for (ChangeRow row : block.rows()) {
					reservation.requireKept();
					this.sink.change(this.names.change(row));
					sent = row.serverId();
				}
				more = block.end() == Block.End.CUT;
				bytes = Math.max(BlockReader.BLOCK_BYTES, block.tooLarge());
			}
		}
	}

	private Block.End sendSmall(StreamHead known) {
		DownloadRequest rest = rest();
		try (Reservation reservation = this.memory.reserve(this.user, BlockReader.firstBytes(rest))) {
			return send(this.readers.apply(rest).small(known, this.bounds.until()), reservation);
		}
	}

	private Block.End sendLarge(StreamHead known) {
		BlockReader reader = this.readers.apply(rest());
		long bytes = BlockReader.BLOCK_BYTES;
		while (true) {
			try (Reservation reservation = this.memory.reserve(this.user, bytes)) {
				Block block = reader.changes(known, this.bounds.until(), this.last, this.request.limit(), bytes);
				if (block.tooLarge() == 0) {
					return send(block, reservation);
				}
				bytes = block.tooLarge();
			}
		}
	}

	private DownloadRequest rest() {
		return new DownloadRequest(this.last, this.request.limit(), this.request.schema(), this.request.includeSelf(),
				this.bounds.until());
	}

	private Block.End send(Block block, Reservation reservation) {
		List<ChangeRow> rows = block.rows();
		reservation.shrinkTo(block.bytes());
		for (ChangeRow row : rows) {
			reservation.requireKept();
			this.full = this.sink.isFull();
			if (this.full) {
				return block.end();
			}
			this.sink.change(this.names.change(row));
			this.last = row.serverId();
		}
		return block.end();
	}

}
