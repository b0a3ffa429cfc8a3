package io.oversync.client;

import io.oversync.client.protocol.DownloadedChange;

/**
 * How far the stream has been seen while a page still comes: where to go on if it breaks
 * off. Rows that the server restores for this device lead the page although their
 * positions lie beyond it, and must not move the cursor.
 */
final class PagePosition {

	/** The source of restored rows, and of other changes that the server makes. */
	private static final String SERVER = "server";

	private long position;

	private long last;

	private boolean leading = true;

	private boolean unordered;

	/**
	 * Creates it.
	 * @param after where the page starts
	 */
	PagePosition(long after) {
		this.position = after;
	}

	/** Moves on by an entry. */
	void add(DownloadedChange change) {
		boolean back = change.serverId() < this.last;
		if (this.leading) {
			// of changes of the server alone it is not known whether they lead the page
			this.leading = change.sourceId().equals(SERVER) && !back;
		}
		else {
			this.unordered |= back;
		}
		this.last = change.serverId();
		if (!this.leading && !this.unordered) {
			this.position = Math.max(this.position, this.last);
		}
	}

	/** Returns the position up to which everything was seen. */
	long get() {
		return this.position;
	}

}
