/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.watch;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sends heads to other nodes by {@code NOTIFY}, in transactions of its own on a
 * connection of its own: one in the transaction of an upload would make commits wait for
 * each other. Heads that come while a transaction is under way go with the next. What
 * cannot be sent is dropped: the other nodes find it by polling.
 */
public final class HeadSender implements HeadPublisher, AutoCloseable {

	private static final Log logger = LogFactory.getLog(HeadSender.class);

	/** More streams than this are left to polling. */
	private static final int MOST_STREAMS = 10_000;

	/** Below the 8,000 bytes that a notification has at most. */
	private static final int PAYLOAD_CHARS = 7_900;

	/** The time between two transactions. */
	private static final Duration PAUSE = Duration.ofMillis(2);

	private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

	private static final int SECONDS = 10;

	private final DataSource dataSource;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private Map<Long, Long> heads = new HashMap<>();

	private boolean probing;

	private boolean failing;

	private boolean closed;

	private final Thread thread;

	/**
	 * Creates and starts it.
	 * @param dataSource the database that all nodes share
	 */
	public HeadSender(DataSource dataSource) {
		this.dataSource = dataSource;
		this.thread = new Thread(this::run, "oversync-notify");
		this.thread.setDaemon(true);
		this.thread.start();
	}

	@Override
	public void moved(long streamKey, long head) {
		this.lock.lock();
		try {
			if (this.heads.size() < MOST_STREAMS || this.heads.containsKey(streamKey)) {
				this.heads.merge(streamKey, head, Math::max);
				this.changed.signal();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Sends something that tells nothing, so that receivers see that they receive. */
	public void probe() {
		this.lock.lock();
		try {
			this.probing = true;
			this.changed.signal();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void run() {
		while (!isClosed()) {
			try (Connection connection = this.dataSource.getConnection()) {
				connection.setAutoCommit(true);
				try (PreparedStatement notify = connection
					.prepareStatement("SELECT pg_notify('" + HeadReceiver.CHANNEL + "', n) FROM unnest(?) AS n")) {
					notify.setQueryTimeout(SECONDS);
					send(connection, notify);
				}
			}
			catch (SQLException | RuntimeException ex) {
				fail(ex);
			}
		}
	}

	private void send(Connection connection, PreparedStatement notify) throws SQLException {
		List<String> payloads = next();
		while (payloads != null) {
			notify.setArray(1, connection.createArrayOf("text", payloads.toArray()));
			notify.execute();
			this.failing = false;
			pause(PAUSE);
			payloads = next();
		}
	}

	private void fail(Exception ex) {
		if (isClosed()) {
			return;
		}
		if (this.failing) {
			logger.debug("Heads still cannot be sent to other nodes", ex);
		}
		else {
			logger.warn("Heads could not be sent to other nodes, which find them by polling", ex);
		}
		this.failing = true;
		pause(PAUSE_AFTER_FAILURE);
	}

	/** Waits for heads; null at the end. */
	private @Nullable List<String> next() {
		Map<Long, Long> taken;
		this.lock.lock();
		try {
			while (this.heads.isEmpty() && !this.probing && !this.closed) {
				this.changed.awaitUninterruptibly();
			}
			if (this.closed) {
				return null;
			}
			taken = this.heads;
			this.heads = new HashMap<>();
			this.probing = false;
		}
		finally {
			this.lock.unlock();
		}
		return payloads(taken);
	}

	private static List<String> payloads(Map<Long, Long> heads) {
		List<String> payloads = new ArrayList<>();
		StringBuilder payload = new StringBuilder();
		heads.forEach((stream, head) -> {
			String line = stream + " " + head + "\n";
			if (payload.length() + line.length() > PAYLOAD_CHARS) {
				payloads.add(payload.toString());
				payload.setLength(0);
			}
			payload.append(line);
		});
		payloads.add(payload.toString());
		return payloads;
	}

	private void pause(Duration time) {
		this.lock.lock();
		try {
			long left = time.toNanos();
			while (left > 0 && !this.closed) {
				left = this.changed.awaitNanos(left);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean isClosed() {
		this.lock.lock();
		try {
			return this.closed;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Ends it, and waits for that some seconds. */
	@Override
	public void close() {
		this.lock.lock();
		try {
			this.closed = true;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
		HeadReceiver.join(this.thread);
	}

}
