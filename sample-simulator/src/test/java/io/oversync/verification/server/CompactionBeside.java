/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.server;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import io.oversync.internal.compact.Retention;
import io.oversync.internal.service.SyncEngine;
import io.oversync.protocol.SyncException;
import io.oversync.service.StreamCompaction;
import io.oversync.simulator.sample.RemovedEntries;
import io.oversync.test.ApplicationServer;
import io.oversync.verification.device.WireEntry;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Compacts all streams of a server again and again, up to what every device has received.
 */
public final class CompactionBeside implements AutoCloseable {

	private final StreamCompaction compaction;

	private final JdbcTemplate jdbc;

	private final RemovedEntries entries;

	private final AtomicLong removed = new AtomicLong();

	private final Thread thread = new Thread(this::compact, "compaction-beside");

	private volatile boolean closed;

	private volatile @Nullable RuntimeException failure;

	private CompactionBeside(ApplicationServer server, Retention retention) {
		this.compaction = server.bean(SyncEngine.class).compaction(retention);
		this.jdbc = new JdbcTemplate(new DriverManagerDataSource(server.jdbcUrl()));
		this.entries = RemovedEntries.in(server.jdbcUrl());
	}

	/**
	 * Starts to compact.
	 * @param server the server
	 * @return to be closed before the server is
	 */
	public static CompactionBeside start(ApplicationServer server) {
		CompactionBeside beside = new CompactionBeside(server, new Retention(Duration.ZERO, Duration.ofDays(180)));
		beside.thread.start();
		return beside;
	}

	/**
	 * Returns what was removed of a user's stream.
	 * @param user the user
	 * @return the entries, ascending
	 */
	public List<WireEntry> removed(String user) {
		return this.entries.of(user);
	}

	private void compact() {
		try {
			while (!this.closed) {
				users().forEach(this::compact);
			}
		}
		catch (RuntimeException ex) {
			this.failure = ex;
		}
	}

	private List<String> users() {
		try {
			return this.jdbc.queryForList("select user_id from sync.stream", String.class);
		}
		catch (DataAccessException ex) {
			// a connection that was killed
			return List.of();
		}
	}

	private void compact(String user) {
		try {
			this.removed.addAndGet(this.compaction.compact(user).removed());
		}
		catch (SyncException ex) {
			// such as a connection that was killed
		}
	}

	@Override
	public void close() {
		this.closed = true;
		try {
			this.thread.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		if (this.failure != null) {
			throw this.failure;
		}
		if (this.removed.get() == 0) {
			throw new IllegalStateException("Nothing was removed");
		}
	}

}
