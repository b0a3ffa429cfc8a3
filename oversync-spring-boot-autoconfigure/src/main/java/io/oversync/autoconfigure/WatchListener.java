/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import javax.sql.DataSource;

import io.oversync.internal.service.SyncEngine;
import io.oversync.internal.watch.HeadReceiver;
import io.oversync.internal.watch.HeadSender;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * Tells other nodes of changes, and hears of theirs.
 */
final class WatchListener implements SmartLifecycle {

	private final @Nullable SyncEngine engine;

	private final DataSource dataSource;

	private @Nullable HeadSender sender;

	private @Nullable HeadReceiver receiver;

	/**
	 * Creates it.
	 * @param engine the engine, null where the application has one of its own
	 * @param dataSource connections that keep their sessions
	 */
	WatchListener(@Nullable SyncEngine engine, DataSource dataSource) {
		this.engine = engine;
		this.dataSource = dataSource;
	}

	@Override
	public boolean isAutoStartup() {
		return this.engine != null;
	}

	@Override
	public synchronized void start() {
		SyncEngine told = this.engine;
		if (told == null || this.sender != null) {
			return;
		}
		HeadSender started = new HeadSender(this.dataSource);
		this.sender = started;
		told.watches().publishTo(started);
		this.receiver = new HeadReceiver(this.dataSource, told.watches()::receive, told::pollWatched, started::probe);
	}

	@Override
	public synchronized void stop() {
		if (this.engine != null) {
			this.engine.watches().publishTo(null);
		}
		if (this.receiver != null) {
			this.receiver.close();
			this.receiver = null;
		}
		if (this.sender != null) {
			this.sender.close();
			this.sender = null;
		}
	}

	@Override
	public synchronized boolean isRunning() {
		return this.sender != null;
	}

	/**
	 * Returns whether this node hears of others.
	 * @return whether a connection listens
	 */
	synchronized boolean isListening() {
		return this.receiver != null && this.receiver.isListening();
	}

}
