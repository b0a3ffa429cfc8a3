/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.sample;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import io.oversync.internal.compact.Retention;
import io.oversync.internal.service.SyncEngine;
import io.oversync.protocol.SyncException;
import io.oversync.sample.SampleApplication;
import io.oversync.test.ApplicationServer;
import io.oversync.test.FreePort;
import io.oversync.verification.chaos.SecondNode;
import io.oversync.verification.device.WireEntry;
import io.oversync.verification.server.KillableServer;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.TransactionException;

/**
 * A node of the sample within this process, on the database of another one.
 */
public final class SampleNode implements SecondNode, AutoCloseable {

	/** Entries of any age may be garbage. */
	private static final Retention RETENTION = new Retention(Duration.ZERO, Duration.ofDays(180));

	private static final Duration TOMBSTONES = Duration.ofDays(5);

	/** As before, and tombstones that are older than a few days expire. */
	private static final Retention EXPIRING = new Retention(RETENTION.changes(), RETENTION.devices(), true, TOMBSTONES);

	/**
	 * Not as long as devices count, so that the last upload of one that was forgotten
	 * stays.
	 */
	private static final String AGE = """
			update sync.change c set ts = c.ts - interval '6 days'
			from sync.stream s
			where c.stream_id = s.stream_id and s.user_id = ?""";

	private static final String EXPIRED_ROWS = """
			select coalesce(max(s.expired_rows), 0) from sync.stream s where s.user_id = ?""";

	private static final String RETAINED = """
			select coalesce(max(s.retained_since), 0) from sync.stream s where s.user_id = ?""";

	private static final String EXPIRE = """
			update sync.device v
			set first_seen_at = v.first_seen_at - interval '1 year', last_seen_at = v.last_seen_at - interval '1 year'
			from sync.stream s
			where v.stream_id = s.stream_id and s.user_id = ? and v.source_id = ?""";

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	private final String jdbcUrl;

	private final List<String> options;

	private final JdbcTemplate jdbc;

	private final RemovedEntries removed;

	private final @Nullable ApplicationServer other;

	private volatile @Nullable ApplicationServer server;

	private SampleNode(String jdbcUrl, List<String> options, @Nullable ApplicationServer other) {
		this.other = other;
		this.jdbcUrl = jdbcUrl;
		this.options = new ArrayList<>(options);
		// an application.yaml in the working directory is not for it
		this.options.addAll(List.of("--server.port=" + FreePort.find(), "--server.shutdown=immediate",
				"--logging.level.root=off", "--spring.config.location=classpath:/"));
		this.jdbc = new JdbcTemplate(new DriverManagerDataSource(jdbcUrl));
		this.removed = RemovedEntries.in(jdbcUrl);
	}

	/**
	 * Starts another node of a server. From now on its database keeps what compactions
	 * remove.
	 * @param server the server
	 * @return the running node
	 */
	public static SampleNode beside(KillableServer server) {
		return start(new SampleNode(server.jdbcUrl(), server.options(), null));
	}

	/**
	 * Starts another node of a server in this process, whose notes of devices are written
	 * before a compaction. From now on its database keeps what compactions remove.
	 * @param server the server
	 * @param options its options of Spring Boot
	 * @return the running node
	 */
	public static SampleNode beside(ApplicationServer server, String... options) {
		return start(new SampleNode(server.jdbcUrl(), List.of(options), server));
	}

	private static SampleNode start(SampleNode node) {
		node.start();
		return node;
	}

	@Override
	public synchronized void start() {
		this.server = ApplicationServer.startOn(this.jdbcUrl, SampleApplication.class,
				this.options.toArray(String[]::new));
	}

	@Override
	public synchronized void stop() {
		ApplicationServer running = this.server;
		this.server = null;
		if (running != null) {
			running.close();
		}
	}

	@Override
	public String address() {
		return this.options.stream()
			.filter((option) -> option.startsWith("--server.port="))
			.map((option) -> "http://localhost:" + option.substring(option.indexOf('=') + 1))
			.findFirst()
			.orElseThrow();
	}

	@Override
	public void compact(String user) {
		repeat((engine) -> {
			flushOther();
			engine.compaction(RETENTION).compact(user);
		});
	}

	@Override
	public void expireTombstones(String user) {
		repeat((engine) -> {
			flushOther();
			this.jdbc.update(AGE, user);
			engine.compaction(EXPIRING).compact(user);
		});
	}

	@Override
	public long retainedSince(String user) {
		return read(RETAINED, user);
	}

	@Override
	public long expiredRows(String user) {
		return read(EXPIRED_ROWS, user);
	}

	private long read(String query, String user) {
		AtomicLong result = new AtomicLong();
		repeat((engine) -> {
			Long value = this.jdbc.queryForObject(query, Long.class, user);
			result.set((value != null) ? value : 0);
		});
		return result.get();
	}

	@Override
	public boolean knowsCursors() {
		return this.other != null;
	}

	@Override
	public List<WireEntry> removed(String user) {
		return this.removed.of(user);
	}

	@Override
	public void revoke(String user, String device) {
		repeat((engine) -> engine.devices().revoke(user, device));
	}

	@Override
	public void permit(String user, String device) {
		repeat((engine) -> engine.devices().restore(user, device));
	}

	@Override
	public void forget(String user, String device) {
		repeat((engine) -> engine.devices().forget(user, device));
	}

	@Override
	public void expire(String user, String device) {
		repeat((engine) -> {
			// what was noted before would be written later
			flushOther();
			engine.flushDevices(Duration.ZERO);
			this.jdbc.update(EXPIRE, user, device);
		});
	}

	private void flushOther() {
		if (this.other != null) {
			this.other.bean(SyncEngine.class).flushDevices(Duration.ZERO);
		}
	}

	private void repeat(Operation operation) {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		while (!isDone(operation)) {
			if (System.nanoTime() > deadline) {
				throw new IllegalStateException("The node at " + address() + " did not do what it was asked to");
			}
			LockSupport.parkNanos(PAUSE_NANOS);
		}
	}

	/** Fails while a connection is cut, or the node is stopped. */
	private boolean isDone(Operation operation) {
		ApplicationServer running = this.server;
		if (running == null) {
			return false;
		}
		try {
			operation.run(running.bean(SyncEngine.class));
			return true;
		}
		catch (SyncException | DataAccessException | TransactionException | IllegalStateException ex) {
			return false;
		}
	}

	@Override
	public void close() {
		stop();
	}

	/** An operation of an operator. */
	private interface Operation {

		void run(SyncEngine engine);

	}

}
