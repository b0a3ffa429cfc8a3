/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.List;

import io.oversync.verification.device.StreamPage;
import io.oversync.verification.device.WireEntry;

/**
 * A page that the server sent.
 *
 * @param device the requesting device
 * @param after the cursor of the request
 * @param includeSelf whether the request included the device's own changes
 * @param page the answer
 * @param ended when it was complete, in {@link System#nanoTime}
 */
record SeenPage(String device, long after, boolean includeSelf, StreamPage page, long ended) {

	/** Returns the entries that lie behind the page, such as restored rows. */
	List<WireEntry> ahead() {
		return this.page.entries().stream().filter((entry) -> entry.serverId() > this.page.nextAfter()).toList();
	}

	/** Returns the entries that the page counts. */
	List<WireEntry> ordinary() {
		return this.page.entries().stream().filter((entry) -> entry.serverId() <= this.page.nextAfter()).toList();
	}

}
