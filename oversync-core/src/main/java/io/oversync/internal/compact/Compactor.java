/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.compact;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.compact.Compacted.End;
import io.oversync.internal.store.CompactionStore;
import io.oversync.internal.store.CompactionStore.Limit;
import io.oversync.internal.store.SyncTables;
import io.oversync.internal.store.Transactions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Removes the garbage of a stream:
 * <ol>
 * <li>The stream is claimed, so that one node at a time compacts it.</li>
 * <li>The prefix is read up to the horizon, without a lock: only a compaction changes
 * it.</li>
 * <li>{@link Compaction} finds the garbage.</li>
 * <li>The garbage is removed from the highest position to the lowest, in short
 * transactions that hold the stream as uploads do. Uploads come first.</li>
 * <li>{@link Expiry} finds deleted rows that go altogether, if tombstones expire. They
 * are removed in the same way.</li>
 * </ol>
 * Each step leaves a correct stream, so a node may be killed at any time.
 */
public final class Compactor {

	private static final Log logger = LogFactory.getLog(Compactor.class);

	private static final int REMOVED_AT_ONCE = 500;

	/** Entries of deleted rows, unless rows refer to each other. */
	private static final int EXPIRED_AT_ONCE = 100;

	private static final int REMOVED_AT_FIRST = 8;

	/** A step that takes longer is followed by smaller ones. */
	private static final Duration LONGEST = Duration.ofMillis(20);

	/**
	 * A device that was away for however long may send its last upload again. Once
	 * tombstones have expired, a row of it that was deleted meanwhile would be a new one,
	 * so the upload stays until the device is revoked or forgotten. That holds also while
	 * none expire: another node, or a later start, may have another setting.
	 */
	private static final Duration FOREVER = Duration.ofDays(365 * 1000);

	private static final Duration LEASE = Duration.ofMinutes(5);

	private static final Duration PAUSE = Duration.ofMillis(5);

	/** So often in a row a stream may be locked before its compaction is left. */
	private static final int MOST_MISSES = 2000;

	private static final long SMALLEST_MEMORY = 16L * 1024 * 1024;

	private final TableCatalog catalog;

	private final SyncTables tables;

	private final CompactionStore store;

	private final Function<SyncedTable, List<List<String>>> uniqueIndexes;

	private final Transactions transactions;

	private final long memory;

	/**
	 * Creates the compactor.
	 * @param catalog the registered tables
	 * @param tables the sync schema
	 * @param uniqueIndexes finds the columns of each unique index of a table
	 * @param transactions the database
	 */
	public Compactor(TableCatalog catalog, SyncTables tables, Function<SyncedTable, List<List<String>>> uniqueIndexes,
			Transactions transactions) {
		this(catalog, tables, uniqueIndexes, transactions,
				Math.max(SMALLEST_MEMORY, Runtime.getRuntime().maxMemory() / 8));
	}

	Compactor(TableCatalog catalog, SyncTables tables, Function<SyncedTable, List<List<String>>> uniqueIndexes,
			Transactions transactions, long memory) {
		this.catalog = catalog;
		this.tables = tables;
		this.store = tables.compactions();
		this.uniqueIndexes = uniqueIndexes;
		this.transactions = transactions;
		this.memory = memory;
	}

	/**
	 * Finds the garbage of a stream and removes none.
	 * @param streamId the stream
	 * @param retention how long what is kept
	 * @return the garbage
	 */
	public Compacted preview(long streamId, Retention retention) {
		Prefix prefix = read(streamId, retention);
		List<Long> garbage = prefix.garbage();
		long expirable = rows(prefix.expiry(Set.copyOf(garbage), EXPIRED_AT_ONCE));
		return new Compacted(prefix.horizon(), prefix.size(), garbage.size(), 0, expirable, 0, End.LEFT);
	}

	/**
	 * Compacts a stream.
	 * @param streamId the stream
	 * @param retention how long what is kept
	 * @param least the least part of the prefix that has to be garbage, 0 to 1
	 * @return what came of it
	 */
	public Compacted compact(long streamId, Retention retention, double least) {
		UUID owner = UUID.randomUUID();
		if (!this.transactions.write(() -> this.store.claim(streamId, owner, LEASE))) {
			return Compacted.nothing(End.BUSY);
		}
		try {
			return compact(streamId, owner, retention, least);
		}
		finally {
			this.transactions.write(() -> {
				this.store.release(streamId, owner);
				return true;
			});
		}
	}

	private Compacted compact(long streamId, UUID owner, Retention retention, double least) {
		Prefix prefix = read(streamId, retention);
		List<Long> garbage = prefix.garbage();
		boolean enough = !garbage.isEmpty() && garbage.size() >= least * prefix.size();
		long removed = enough ? remove(streamId, owner, garbage) : 0;
		List<Expiry.Step> steps = (!enough || removed == garbage.size())
				? prefix.expiry(enough ? Set.copyOf(garbage) : Set.of(), EXPIRED_AT_ONCE) : List.of();
		Removal expired = expire(streamId, owner, prefix, steps);
		boolean complete = (!enough || removed == garbage.size()) && !expired.interrupted;
		if (complete) {
			this.transactions.write(() -> {
				this.store.finish(streamId, owner, prefix.horizon(), prefix.size() - removed - expired.entries);
				return true;
			});
		}
		End end = !complete ? End.INTERRUPTED : (enough || expired.rows > 0) ? End.COMPLETE : End.LEFT;
		return new Compacted(prefix.horizon(), prefix.size(), garbage.size(), removed, rows(steps), expired.rows, end);
	}

	private static long rows(List<Expiry.Step> steps) {
		return steps.stream().mapToLong((step) -> step.tombstones().size()).sum();
	}

	private Removal expire(long streamId, UUID owner, Prefix prefix, List<Expiry.Step> steps) {
		Removal removal = new Removal();
		int misses = 0;
		for (int i = 0; i < steps.size();) {
			if (Thread.currentThread().isInterrupted() || misses == MOST_MISSES) {
				removal.interrupted = true;
				return removal;
			}
			Expiry.Step step = steps.get(i);
			long start = System.nanoTime();
			// a device may have begun meanwhile, or its cursor gone back
			int count = this.transactions.read(() -> prefix.isExpirable(step)) ? expire(streamId, owner, step)
					: CompactionStore.CLAIM_LOST;
			if (count == CompactionStore.CLAIM_LOST) {
				removal.interrupted = true;
				return removal;
			}
			if (count == CompactionStore.LOCKED) {
				misses++;
			}
			else {
				misses = 0;
				i++;
				removal.rows += count;
				removal.entries += step.positions().size();
			}
			LockSupport.parkNanos(Math.max(PAUSE.toNanos(), System.nanoTime() - start));
		}
		return removal;
	}

	private Prefix read(long streamId, Retention retention) {
		CatalogConstraints constraints = this.transactions
			.read(() -> new CatalogConstraints(this.catalog, this.uniqueIndexes));
		Limit limit = this.transactions.read(() -> this.store.limit(streamId, retention.devices()));
		Prefix prefix = new Prefix(this.store, this.tables.changes().payloads(), constraints, streamId,
				this.transactions.read(() -> this.store.findSenders(streamId, FOREVER, retention.devices())));
		if (limit == null) {
			return prefix;
		}
		long until = retention.cursors() ? Math.min(limit.acknowledged(), limit.head()) : limit.head();
		boolean more = true;
		while (more) {
			more = this.transactions.read(() -> prefix.read(until, retention, this.memory));
		}
		this.transactions.read(() -> {
			prefix.readReferred();
			Duration tombstones = retention.tombstones();
			if (retention.cursors()) {
				// also while none expire, as the last uploads do
				prefix.keepSent((tombstones != null) ? tombstones : retention.devices());
			}
			if (tombstones != null) {
				prefix.readExpired(tombstones, retention.cursors());
			}
			return true;
		});
		return prefix;
	}

	private long remove(long streamId, UUID owner, List<Long> garbage) {
		long removed = 0;
		int misses = 0;
		int next = 0;
		int size = REMOVED_AT_FIRST;
		while (next < garbage.size() && misses < MOST_MISSES) {
			List<Long> some = garbage.subList(next, Math.min(next + size, garbage.size()));
			long start = System.nanoTime();
			int count = this.transactions.write(() -> this.store.remove(streamId, owner, LEASE, some));
			if (count == CompactionStore.CLAIM_LOST || Thread.currentThread().isInterrupted()) {
				return removed + Math.max(0, count);
			}
			if (count == CompactionStore.LOCKED) {
				misses++;
			}
			else {
				misses = 0;
				next += some.size();
				removed += count;
				if (count != some.size()) {
					logger.error("Of " + some.size() + " entries of stream " + streamId + " that seemed to be garbage, "
							+ (some.size() - count) + " are referred to and stay; the compaction of the stream ends");
					return removed;
				}
			}
			long held = System.nanoTime() - start;
			// large payloads take long
			size = (held > LONGEST.toNanos()) ? Math.max(1, size / 2) : Math.min(REMOVED_AT_ONCE, size * 2);
			// as long as the stream was held, others have it now
			LockSupport.parkNanos(Math.max(PAUSE.toNanos(), held));
		}
		return removed;
	}

	private int expire(long streamId, UUID owner, Expiry.Step step) {
		List<CompactionStore.Tombstone> rows = step.tombstones()
			.stream()
			.map((entry) -> new CompactionStore.Tombstone(entry.row(), entry.serverId()))
			.toList();
		try {
			return this.transactions
				.write(() -> this.store.expire(streamId, owner, LEASE, rows, step.positions(), step.end()));
		}
		catch (CompactionStore.RowsInUseException ex) {
			logger.debug("Deleted rows of stream " + streamId + " are in use again and stay");
			// what comes next was found together with them
			return CompactionStore.CLAIM_LOST;
		}
	}

	/** What went of deleted rows, mutable. */
	private static final class Removal {

		private long rows;

		private long entries;

		private boolean interrupted;

	}

}
