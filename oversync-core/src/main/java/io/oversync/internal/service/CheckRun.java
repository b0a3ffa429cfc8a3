/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

import io.oversync.internal.materialize.TableComparer.Compared;
import io.oversync.service.SyncChecks.Difference;
import io.oversync.service.SyncChecks.Progress;
import io.oversync.service.SyncChecks.Request;
import io.oversync.service.SyncChecks.Result;
import io.oversync.service.SyncChecks.Row;
import org.jspecify.annotations.Nullable;

/**
 * One comparison of a table with the streams.
 */
final class CheckRun {

	private static final int USERS_AT_ONCE = 1000;

	private static final int ALL = 100;

	/** Spreads keys that are alike. */
	private static final long FACTOR = 0x9E3779B97F4A7C15L;

	private final CurrentEngine engine;

	private final Request request;

	private final Consumer<String> absorb;

	private final Consumer<Row> sink;

	private final Predicate<UUID> sample;

	private Predicate<Progress> goOn = (progress) -> true;

	private long allUsers = 1;

	private boolean stopped;

	private long users;

	private long rows;

	private long differing;

	private long failed;

	/**
	 * Creates a run.
	 * @param engine the engine
	 * @param request which rows
	 * @param absorb brings in what the application has written to rows of a user
	 * @param sink receives the rows that differ
	 */
	CheckRun(CurrentEngine engine, Request request, Consumer<String> absorb, Consumer<Row> sink) {
		this.engine = engine;
		this.request = request;
		this.absorb = absorb;
		this.sink = sink;
		this.sample = sample(request.percent(), ThreadLocalRandom.current().nextLong());
	}

	static Predicate<UUID> sample(int percent, long seed) {
		return (percent == ALL) ? (pk) -> true : (pk) -> {
			long mixed = (pk.getLeastSignificantBits() ^ Long.rotateLeft(pk.getMostSignificantBits(), 1) ^ seed)
					* FACTOR;
			return Long.remainderUnsigned(mixed >>> 16, ALL) < percent;
		};
	}

	/**
	 * Compares the rows.
	 * @param next is asked before each batch whether it is to come
	 * @param countUsers counts all users
	 * @return what came of it
	 */
	Result run(Predicate<Progress> next, LongSupplier countUsers) {
		this.goOn = next;
		String userId = this.request.userId();
		// also says whether the table can be compared
		List<String> page = findUsers("");
		if (userId != null) {
			check(userId);
		}
		else {
			// fewer than a page are all
			this.allUsers = (page.size() < USERS_AT_ONCE) ? page.size() : countUsers.getAsLong();
			while (!page.isEmpty() && !this.stopped) {
				page.forEach(this::check);
				page = this.stopped ? page : findUsers(page.get(page.size() - 1));
			}
		}
		return new Result(this.users, this.rows, this.differing, this.failed, !this.stopped);
	}

	private boolean goesOn() {
		if (!this.stopped) {
			this.stopped = !this.goOn.test(new Progress(this.users, this.allUsers, this.rows, this.differing))
					|| Thread.currentThread().isInterrupted();
		}
		return !this.stopped;
	}

	private List<String> findUsers(String after) {
		return this.engine.call((current) -> current.comparer().findUsers(this.request.table(), after, USERS_AT_ONCE));
	}

	private void check(String userId) {
		if (!goesOn()) {
			return;
		}
		this.absorb.accept(userId);
		Long place = 0L;
		while (place != null && goesOn()) {
			long after = place;
			place = took(userId, this.engine
				.call((current) -> current.comparer().compareStream(this.request.table(), userId, after, this.sample)));
		}
		UUID key = null;
		boolean more = true;
		while (more && goesOn()) {
			UUID after = key;
			key = took(userId, this.engine
				.call((current) -> current.comparer().compareTable(this.request.table(), userId, after, this.sample)));
			more = key != null;
		}
		if (!this.stopped) {
			this.users++;
		}
	}

	private <P> @Nullable P took(String userId, Compared<P> compared) {
		this.rows += compared.rows();
		this.failed += compared.failed();
		this.differing += compared.differing().size();
		compared.differing()
			.forEach((row) -> this.sink.accept(new Row(userId, this.request.table(), row.pk(),
					Difference.valueOf(row.kind().name()), row.columns())));
		return compared.next();
	}

}
