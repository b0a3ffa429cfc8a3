/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.List;

import io.oversync.internal.materialize.Rematerializer.Batch;
import io.oversync.internal.materialize.Rematerializer;
import io.oversync.service.Rematerialization.Request;
import io.oversync.service.Rematerialization.Result;

/**
 * One run through the rows of a table.
 */
final class RematerializationRun {

	private static final int USERS_AT_ONCE = 1000;

	/** Chains of rows that refer to each other across batches need several. */
	private static final int MAX_SWEEPS = 10;

	private final CurrentEngine engine;

	private final Request request;

	private long users;

	private long written;

	private long failed;

	RematerializationRun(CurrentEngine engine, Request request) {
		this.engine = engine;
		this.request = request;
	}

	Result run() {
		String userId = this.request.userId();
		if (userId != null) {
			// also says whether the table can be written
			findUsers("");
			write(userId);
			return result();
		}
		List<String> page = findUsers("");
		while (!page.isEmpty()) {
			page.forEach(this::write);
			page = findUsers(page.get(page.size() - 1));
		}
		return result();
	}

	private Result result() {
		return new Result(this.users, this.written, this.failed);
	}

	private List<String> findUsers(String after) {
		return this.engine.call((current) -> current.rematerializer()
			.findUsers(this.request.table(), this.request.failedOnly(), after, USERS_AT_ONCE));
	}

	private void write(String userId) {
		this.users++;
		if (!this.request.failedOnly()) {
			this.written += sweep(userId, false).written;
		}
		// what failed, deletes included; a row may have failed for want of a later one
		Sweep sweep = sweep(userId, true);
		this.written += sweep.written;
		for (int i = 1; i < MAX_SWEEPS && sweep.written > 0 && sweep.failed > 0; i++) {
			sweep = sweep(userId, true);
			this.written += sweep.written;
		}
		this.failed += sweep.failed;
	}

	private Sweep sweep(String userId, boolean failedOnly) {
		long sum = 0;
		long sumOfFailures = 0;
		long after = 0;
		while (after != Rematerializer.END) {
			long place = after;
			Batch batch = this.engine
				.call((current) -> current.rematerializer().write(this.request.table(), userId, failedOnly, place));
			sum += batch.written();
			sumOfFailures += batch.failed();
			after = batch.next();
		}
		return new Sweep(sum, sumOfFailures);
	}

	private record Sweep(long written, long failed) {
	}

}
