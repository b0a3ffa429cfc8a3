/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.chaos;

import java.util.List;

import io.oversync.simulator.device.StreamEntry;
import io.oversync.simulator.device.StreamPage;

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
	List<StreamEntry> ahead() {
		return this.page.entries().stream().filter((entry) -> entry.serverId() > this.page.nextAfter()).toList();
	}

	/** Returns the entries that the page counts. */
	List<StreamEntry> ordinary() {
		return this.page.entries().stream().filter((entry) -> entry.serverId() <= this.page.nextAfter()).toList();
	}

}
