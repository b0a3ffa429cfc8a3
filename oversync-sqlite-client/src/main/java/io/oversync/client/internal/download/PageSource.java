/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.download;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import io.oversync.client.ServerException;
import io.oversync.client.SyncException;
import io.oversync.client.internal.protocol.ChangesReceiver;
import io.oversync.client.internal.protocol.DownloadPage;
import io.oversync.client.internal.protocol.ReceivedChange;
import io.oversync.client.internal.table.LocalTables;
import io.oversync.client.internal.transport.SyncServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the changes of the synced tables: pages, as large as rows and network allow, or
 * everything up to the head in one answer.
 */
public final class PageSource {

	private static final Logger logger = LoggerFactory.getLogger(PageSource.class);

	/** So many answers may break off. */
	private static final int MOST_BROKEN = 3;

	/**
	 * The statuses of servers without such answers; 200 for an answer of another type.
	 */
	private static final Set<Integer> UNKNOWN = Set.of(200, 404, 405, 406, 501);

	private final SyncServer server;

	private final LocalTables tables;

	private final PageSize size;

	/** Whether the server may send everything in one answer. */
	private boolean known = true;

	/** Whether that has failed, and pages are tried before it is used again. */
	private boolean avoided;

	/** The number of such answers that broke off since everything was fetched. */
	private int broken;

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
		return get(after, limit, own, until, false, parts);
	}

	/**
	 * Downloads a page with changes of this device, for which this device keeps its
	 * cursor: the server is not to take {@code after} for what this device has.
	 * @param until the end of the window, 0 for a new one
	 * @param parts receives all parts of a large page but the last
	 */
	public DownloadPage peek(long after, int limit, long until, Consumer<List<ReceivedChange>> parts) {
		return get(after, limit, true, until, true, parts);
	}

	private DownloadPage get(long after, int limit, boolean own, long until, boolean peek,
			Consumer<List<ReceivedChange>> parts) {
		DownloadPage page = this.server.download(after, limit, this.tables.onlySchema(), own, until, peek, parts);
		this.size.note(page);
		return page;
	}

	/**
	 * Returns whether everything up to the head may be fetched in one answer.
	 */
	public boolean isWhole() {
		return this.server.isStreaming() && this.known && !this.avoided;
	}

	/**
	 * Downloads everything up to the head, or as much as the server sends at a time.
	 * @param own whether it shows changes of this device
	 * @param until the end of the window, 0 for a new one
	 * @param receiver receives all parts but the last
	 */
	public DownloadPage whole(long after, boolean own, long until, ChangesReceiver receiver) {
		return this.server.changes(after, this.tables.onlySchema(), own, until, false, receiver);
	}

	/**
	 * Downloads everything up to the head with changes of this device, or as much as the
	 * server sends at a time. As {@link #peek}, it says nothing about this device.
	 * @param until the end of the window, 0 for a new one
	 * @param receiver receives all parts but the last
	 */
	public DownloadPage peekWhole(long after, long until, ChangesReceiver receiver) {
		return this.server.changes(after, this.tables.onlySchema(), true, until, true, receiver);
	}

	/**
	 * Everything was fetched: what could not be fetched in one answer may be the next
	 * time.
	 */
	public void ended() {
		this.avoided = false;
		this.broken = 0;
	}

	/**
	 * Learns from an answer with everything that broke off, or that did not come. What is
	 * left is fetched page by page if that is likely to help.
	 * @param begun whether the answer had begun
	 * @param moved whether the next request starts after some of it
	 * @throws SyncException the problem, if pages would most likely have it, too
	 */
	public void wholeBrokeOff(boolean begun, boolean moved, SyncException problem) {
		if (problem instanceof ServerException refusal) {
			this.known &= !UNKNOWN.contains(refusal.status());
			this.avoided = true;
			logger.debug("Going on page by page: {}", problem.getMessage());
			return;
		}
		if (Thread.currentThread().isInterrupted()) {
			throw problem;
		}
		this.broken++;
		this.avoided |= !moved || this.broken >= MOST_BROKEN;
		if (!begun) {
			throw problem;
		}
		logger.info("An answer broke off, going on {}: {}", this.avoided ? "page by page" : "from there",
				problem.getMessage());
	}

	/** Asks for the page that is probably next, so that it comes while one is written. */
	public void prepare(long after, boolean own, long until) {
		prepare(after, own, until, false);
	}

	/** As {@link #prepare}, for a page that is looked up. */
	public void preparePeek(long after, long until) {
		prepare(after, true, until, true);
	}

	private void prepare(long after, boolean own, long until, boolean peek) {
		if (isWhole()) {
			this.server.changesAhead(after, this.tables.onlySchema(), own, until, peek);
			return;
		}
		this.server.downloadAhead(after, this.size.current(), this.tables.onlySchema(), own, until, peek);
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
