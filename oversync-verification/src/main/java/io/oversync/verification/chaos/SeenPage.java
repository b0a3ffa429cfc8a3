/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.List;

import io.oversync.verification.device.StreamPage;
import io.oversync.verification.device.WireEntry;

/**
 * A page that the server gave away.
 *
 * @param device who asked
 * @param after after which position
 * @param includeSelf whether for the device's own changes as well
 * @param page what was answered
 * @param ended when it was there, in {@link System#nanoTime}
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
