/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.watch;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Receives heads from other nodes by {@code LISTEN}, on a connection of its own, which it
 * replaces when it breaks. What was sent in between is found by polling.
 */
public final class HeadReceiver implements AutoCloseable {

	/** The channel of the database that all nodes share. */
	static final String CHANNEL = "oversync_head";

	private static final Log logger = LogFactory.getLog(HeadReceiver.class);

	private static final int WAIT_MILLIS = 500;

	/** How often a silent connection is tested. */
	private static final Duration TEST_INTERVAL = Duration.ofSeconds(10);

	private static final int NETWORK_MILLIS = 30_000;

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

	private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

	private final DataSource dataSource;

	private final HeadPublisher heads;

	private final Runnable connected;

	private final Runnable probe;

	private final CountDownLatch closed = new CountDownLatch(1);

	private int failures;

	private boolean warned;

	private volatile boolean listening;

	private final Thread thread;

	/**
	 * Creates and starts it.
	 * @param dataSource the database, without a pooler that shares sessions in between
	 * @param heads receives what other nodes have sent, and this one
	 * @param connected is called when it listens, for what was missed before
	 * @param probe sends something to all nodes, this one as well
	 */
	public HeadReceiver(DataSource dataSource, HeadPublisher heads, Runnable connected, Runnable probe) {
		this.dataSource = dataSource;
		this.heads = heads;
		this.connected = connected;
		this.probe = probe;
		this.thread = new Thread(this::run, "oversync-listen");
		this.thread.setDaemon(true);
		this.thread.start();
	}

	/**
	 * Returns whether heads of other nodes arrive.
	 * @return whether a connection listens
	 */
	public boolean isListening() {
		return this.listening;
	}

	private void run() {
		while (!isClosed()) {
			try (Connection connection = this.dataSource.getConnection()) {
				connection.setAutoCommit(true);
				connection.setNetworkTimeout(Runnable::run, NETWORK_MILLIS);
				listen(connection);
			}
			catch (SQLException | RuntimeException ex) {
				fail(ex);
			}
			finally {
				this.listening = false;
			}
		}
	}

	private void listen(Connection connection) throws SQLException {
		PGConnection notified = connection.unwrap(PGConnection.class);
		execute(connection, "LISTEN " + CHANNEL);
		try {
			this.listening = true;
			pollMissed();
			this.probe.run();
			receive(connection, notified);
		}
		finally {
			if (!connection.isClosed()) {
				execute(connection, "UNLISTEN " + CHANNEL);
			}
		}
	}

	private void pollMissed() {
		try {
			this.connected.run();
		}
		catch (RuntimeException ex) {
			logger.debug("What was missed is found with the next query for news", ex);
		}
	}

	private void receive(Connection connection, PGConnection notified) throws SQLException {
		long tested = System.nanoTime();
		boolean heard = false;
		while (!isClosed()) {
			PGNotification[] received = notified.getNotifications(WAIT_MILLIS);
			if (received != null && received.length > 0) {
				heard = true;
				this.failures = 0;
				for (PGNotification notification : received) {
					read(notification.getParameter());
				}
			}
			else if (System.nanoTime() - tested > TEST_INTERVAL.toNanos()) {
				tested = System.nanoTime();
				execute(connection, "SELECT 1");
				if (!heard) {
					warn();
				}
			}
		}
	}

	private void warn() {
		if (!this.warned) {
			this.warned = true;
			logger
				.warn("This node listens but receives nothing, not even what it sends itself: LISTEN needs a session of"
						+ " its own, which a pooler such as PgBouncer gives only in session mode. Name a DataSource that"
						+ " goes around it with oversync.watch.listen-datasource. News from other nodes is found by polling.");
		}
	}

	private void read(String payload) {
		for (String line : payload.split("\n")) {
			int space = line.indexOf(' ');
			if (space > 0) {
				try {
					this.heads.moved(Long.parseLong(line.substring(0, space)),
							Long.parseLong(line.substring(space + 1)));
				}
				catch (RuntimeException ex) {
					// anyone may send to the channel
					logger.debug("A notification is not understood", ex);
				}
			}
		}
	}

	private static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private void fail(Exception ex) {
		if (isClosed()) {
			return;
		}
		if (this.failures++ > 0) {
			logger.debug("Heads of other nodes still cannot be received", ex);
		}
		else {
			logger.warn("Heads of other nodes cannot be received and are found by polling; tried again", ex);
		}
		long longest = Math.min(LONGEST_PAUSE.toMillis(), 1000L * this.failures);
		try {
			this.closed.await(ThreadLocalRandom.current().nextLong(longest / 2, longest), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	private boolean isClosed() {
		return this.closed.getCount() == 0;
	}

	/** Ends it, and waits for that some seconds. */
	@Override
	public void close() {
		this.closed.countDown();
		join(this.thread);
	}

	static void join(Thread thread) {
		try {
			thread.join(STOP_PATIENCE.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
