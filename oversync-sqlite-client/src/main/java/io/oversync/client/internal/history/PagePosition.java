/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.history;

import java.util.ArrayList;
import java.util.List;

import io.oversync.client.internal.protocol.DownloadPage;
import io.oversync.client.internal.protocol.ReceivedChange;
import org.jspecify.annotations.Nullable;

/**
 * The position up to which a page has arrived: where to go on if it breaks off. Rows that
 * the server restores for this device lead the page although their positions lie beyond
 * it, and must not move the cursor.
 */
public final class PagePosition {

	/** The source of restored rows, and of other changes that the server makes. */
	private static final String SERVER = "server";

	private final long start;

	/** The places of entries that no span has counted. */
	private final List<Long> places = new ArrayList<>();

	private long position;

	private long last;

	private @Nullable ReceivedChange lastChange;

	private long micros;

	private boolean leading = true;

	private boolean unordered;

	/** Entries that lead and come at their places once more, if the server says so. */
	private long ahead;

	private int arrived;

	private long spanned;

	/**
	 * Creates it.
	 * @param after the position at which the page starts
	 */
	public PagePosition(long after) {
		this.start = after;
		this.position = after;
		this.spanned = after;
	}

	/**
	 * Notes how many entries lead, and come at their places once more.
	 * @param count their number, or -1 if it is not known
	 */
	public void leads(long count) {
		if (count >= 0) {
			this.ahead = count;
			this.leading = false;
		}
	}

	/** Moves on by an entry. */
	public void add(ReceivedChange change) {
		this.arrived++;
		this.micros = Math.max(this.micros, change.micros());
		if (this.ahead > 0) {
			this.ahead--;
			return;
		}
		boolean back = change.serverId() < this.last;
		if (this.leading) {
			// of changes of the server alone it is not known whether they lead the page
			this.leading = change.sourceId().equals(SERVER) && !back;
		}
		else {
			this.unordered |= back;
		}
		this.last = change.serverId();
		this.lastChange = change;
		this.places.add(change.serverId());
		if (!this.leading && !this.unordered) {
			this.position = Math.max(this.position, this.last);
		}
	}

	/** Returns the position up to which everything was seen. */
	public long get() {
		return this.position;
	}

	/** Returns whether more was seen than before the page. */
	public boolean hasMoved() {
		return this.position > this.start;
	}

	/** Returns how many entries have come. */
	public int count() {
		return this.arrived;
	}

	/** Returns what was seen since the last span, while the page still comes. */
	public StreamSpan next() {
		return next(this.position, true);
	}

	/** Returns what was seen since the last span, with the end of the page. */
	public StreamSpan next(DownloadPage page) {
		return next(Math.max(this.start, page.nextAfter()), page.hasMore());
	}

	private StreamSpan next(long until, boolean more) {
		long count = this.places.stream().filter((place) -> place > this.start && place <= until).count();
		this.places.removeIf((place) -> place <= until);
		ReceivedChange change = this.lastChange;
		boolean inPlace = change != null && change.serverId() > this.start && change.serverId() <= until;
		StreamSpan span = new StreamSpan(this.spanned, until, count, inPlace ? change : null, this.micros, more);
		this.spanned = until;
		return span;
	}

}
