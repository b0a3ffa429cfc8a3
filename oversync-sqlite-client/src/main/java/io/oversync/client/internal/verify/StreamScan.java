/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.verify;

import java.util.List;
import java.util.function.Consumer;

import io.oversync.client.NetworkException;
import io.oversync.client.ServerException;
import io.oversync.client.internal.download.PageSource;
import io.oversync.client.internal.history.PagePosition;
import io.oversync.client.internal.history.StreamWatch;
import io.oversync.client.internal.protocol.ChangesReceiver;
import io.oversync.client.internal.protocol.DownloadPage;
import io.oversync.client.internal.protocol.ReceivedChange;

/**
 * Reads the stream from its start to a position, changes of this device included. The
 * device keeps its cursor meanwhile. What breaks off goes on where it was.
 */
final class StreamScan {

	private final PageSource pages;

	private final StreamWatch watch;

	private final long until;

	private final Consumer<List<ReceivedChange>> receiver;

	private long after;

	private long count;

	StreamScan(PageSource pages, StreamWatch watch, long until, Consumer<List<ReceivedChange>> receiver) {
		this.pages = pages;
		this.watch = watch;
		this.until = until;
		this.receiver = receiver;
	}

	/** Returns the number of changes that were read. */
	long run() {
		boolean more = this.until > 0;
		while (more) {
			more = this.pages.isWhole() ? whole() : page();
		}
		this.pages.ended();
		return this.count;
	}

	private boolean page() {
		int limit = this.pages.limit();
		PagePosition position = new PagePosition(this.after);
		try {
			DownloadPage page = this.pages.peek(this.after, limit, this.until, (part) -> take(part, position));
			return end(page, position);
		}
		catch (NetworkException | ServerException ex) {
			this.pages.brokeOff(limit, position.count(), position.hasMoved(), ex);
			this.after = position.get();
			return true;
		}
	}

	private boolean whole() {
		PagePosition position = new PagePosition(this.after);
		Whole whole = new Whole(position);
		try {
			return end(this.pages.peekWhole(this.after, this.until, whole), position);
		}
		catch (NetworkException | ServerException ex) {
			this.pages.wholeBrokeOff(whole.begun, position.hasMoved(), ex);
			this.after = position.get();
			return true;
		}
	}

	private void take(List<ReceivedChange> part, PagePosition position) {
		part.forEach(position::add);
		this.count += part.size();
		this.receiver.accept(part);
	}

	private boolean end(DownloadPage page, PagePosition position) {
		requireReached(page.windowUntil());
		take(page.changes(), position);
		this.after = position.next(page).until();
		return page.hasMore();
	}

	private void requireReached(long windowUntil) {
		if (windowUntil < this.until) {
			throw this.watch.lost("its stream ends at " + windowUntil + " and had reached " + this.until);
		}
	}

	/** An answer with everything. */
	private final class Whole implements ChangesReceiver {

		private final PagePosition position;

		private boolean begun;

		Whole(PagePosition position) {
			this.position = position;
		}

		@Override
		public void begin(long restores, long windowUntil) {
			this.begun = true;
			this.position.leads(restores);
			if (windowUntil > 0) {
				requireReached(windowUntil);
			}
		}

		@Override
		public void part(List<ReceivedChange> changes) {
			take(changes, this.position);
		}

	}

}
