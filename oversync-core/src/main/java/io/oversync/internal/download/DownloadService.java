/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.download;

import java.time.Duration;
import java.util.function.Consumer;

import javax.sql.DataSource;

import io.oversync.internal.download.BlockReader.Beginnings;
import io.oversync.internal.store.PageStore;
import io.oversync.internal.store.StreamHead;
import io.oversync.internal.store.SyncTables;
import io.oversync.internal.store.UserReads;
import io.oversync.protocol.ChangesSink;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;

/**
 * Serves downloads (protocol §3).
 * <p>
 * The head is read first and bounds the page. Server_ids are taken under the lock of the
 * stream and the head moves in the same transaction: whatever is at or below the head is
 * committed, nothing will appear there later, and nothing there changes. So a page needs
 * no transaction:
 * <ol>
 * <li>One round trip reads the stream and the first rows. That is all it takes when
 * nothing is new, and for a page of small rows.</li>
 * <li>Larger rows follow in blocks: about a megabyte, or one row.</li>
 * <li>A block is passed on while no connection is held: a slow reader takes none from
 * others.</li>
 * </ol>
 */
public final class DownloadService {

	private static final Log logger = LogFactory.getLog(DownloadService.class);

	/** The share of the heap that blocks may take. */
	private static final int SHARE = 4;

	private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

	private final DataSource dataSource;

	private final SyncTables sync;

	private final BlockMemory memory = new BlockMemory(Runtime.getRuntime().maxMemory() / SHARE, LONGEST_WAIT,
			System::nanoTime);

	/**
	 * Creates the service.
	 * @param dataSource the application's database
	 * @param sync the sync schema
	 */
	public DownloadService(DataSource dataSource, SyncTables sync) {
		this.dataSource = dataSource;
		this.sync = sync;
	}

	/**
	 * Reads a page.
	 * @param actor who downloads
	 * @param request cursor, page size and filters
	 * @param sink receives the changes in ascending order of server_id, after the
	 * restores that the page begins with; is called while no connection is held
	 * @param reads the database, in the user's turn
	 * @param catchUp brings in what the stream lacks
	 * @return how the page ends
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} for transient trouble
	 */
	public DownloadWindow download(SyncActor actor, DownloadRequest request, Consumer<DownloadedChange> sink,
			UserReads reads, CatchUp catchUp) {
		Names names = new Names(this.sync);
		BlockReader reader = new BlockReader(new PageStore(this.dataSource, actor, request), this.sync.streams(), reads,
				actor, request, names, catchUp, new CursorCheck(request), beginnings(actor, request, reads));
		Page page = new Page(actor, request, reader, names, this.memory, sink);
		DownloadWindow window = page.send();
		acknowledge(page.stream(), request, reads);
		return window;
	}

	/**
	 * Reads everything up to the head, as it is at the start.
	 * @param actor who downloads
	 * @param request cursor and filters, and the most rows of a block
	 * @param sink receives the restores that the device lacks, then the changes in
	 * ascending order of server_id
	 * @param reads the database, in the user's turn
	 * @param catchUp brings in what the stream lacks
	 * @return how it ends
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} for transient trouble
	 */
	public DownloadWindow changes(SyncActor actor, DownloadRequest request, ChangesSink sink, UserReads reads,
			CatchUp catchUp) {
		Names names = new Names(this.sync);
		CursorCheck cursors = new CursorCheck(request);
		Beginnings beginnings = beginnings(actor, request, reads);
		Changes changes = new Changes(
				actor, request, (page) -> new BlockReader(new PageStore(this.dataSource, actor, page),
						this.sync.streams(), reads, actor, page, names, catchUp, cursors, beginnings),
				names, this.memory, sink);
		DownloadWindow window = changes.send();
		acknowledge(changes.stream(), request, reads);
		return window;
	}

	/**
	 * A device that begins with nothing may read on from any cursor, which one that was
	 * away for too long must not: the next request has to know the difference, on any
	 * node.
	 */
	private Beginnings beginnings(SyncActor actor, DownloadRequest request, UserReads reads) {
		return (stream, expired) -> {
			try {
				reads.write((deadline) -> {
					this.sync.streams().batch().limit(deadline).execute();
					this.sync.devices().begin(stream.id(), actor.sourceId(), expired, request.schema());
					return true;
				});
			}
			catch (DataAccessException ex) {
				// a database that is read only: one page may be all there is
				logger.debug("It is not noted that a device begins", ex);
			}
		};
	}

	/**
	 * A cursor acknowledges everything up to it. A cursor beyond the head acknowledges
	 * nothing: it is from before the stream was restored from a backup, or from a client
	 * that wants no changes.
	 */
	private void acknowledge(@Nullable StreamHead stream, DownloadRequest request, UserReads reads) {
		Integer source = (stream != null) ? stream.sourceNo() : null;
		if (stream == null || source == null || !stream.hasRestores() || request.peek() || request.after() == 0
				|| request.after() > stream.head()) {
			return;
		}
		try {
			reads.write((deadline) -> {
				this.sync.streams().batch().limit(deadline).execute();
				this.sync.restores().acknowledge(stream.id(), source, request.after());
				return true;
			});
		}
		catch (SyncException | DataAccessException ex) {
			// the page is right all the same, and the next one acknowledges again
			logger.debug("A download was not acknowledged", ex);
		}
	}

}
