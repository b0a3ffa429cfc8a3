/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.download;

import java.util.List;
import java.util.function.Consumer;

import io.oversync.client.SyncException;
import io.oversync.client.internal.protocol.DownloadPage;
import io.oversync.client.internal.protocol.ReceivedChange;
import io.oversync.client.internal.table.LocalTables;
import io.oversync.client.internal.transport.SyncServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches pages of the synced tables, as large as rows and network allow.
 */
public final class PageSource {

	private static final Logger logger = LoggerFactory.getLogger(PageSource.class);

	private final SyncServer server;

	private final LocalTables tables;

	private final PageSize size;

	public PageSource(SyncServer server, LocalTables tables, int maxSize) {
		this.server = server;
		this.tables = tables;
		this.size = new PageSize(maxSize);
	}

	/** Returns how many changes the next page should have. */
	public int limit() {
		return this.size.current();
	}

	/**
	 * Downloads a page and learns from its size.
	 * @param own whether it shows changes of this device
	 * @param until the end of the window, 0 for a new one
	 * @param parts receives all parts of a large page but the last
	 */
	public DownloadPage get(long after, int limit, boolean own, long until, Consumer<List<ReceivedChange>> parts) {
		DownloadPage page = this.server.download(after, limit, this.tables.onlySchema(), own, until, parts);
		this.size.note(page);
		return page;
	}

	/** Asks for the page that is probably next, so that it comes while one is written. */
	public void prepare(long after, boolean own, long until) {
		this.server.downloadAhead(after, this.size.current(), this.tables.onlySchema(), own, until);
	}

	/**
	 * Learns from a page that broke off.
	 * @param limit how many changes it should have had
	 * @param arrived how many arrived
	 * @param moved whether the next page starts after some of them
	 * @throws SyncException the problem, if the next page would start at the same place
	 */
	public void brokeOff(int limit, int arrived, boolean moved, SyncException problem) {
		this.size.shrink(limit, arrived);
		if (!moved || Thread.currentThread().isInterrupted()) {
			throw problem;
		}
		logger.info("A page broke off after {} of {} changes, going on from there: {}", arrived, limit,
				problem.getMessage());
	}

}
