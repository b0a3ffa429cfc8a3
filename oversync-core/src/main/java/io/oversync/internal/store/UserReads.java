/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

import io.oversync.protocol.Deadline;
import io.oversync.protocol.SyncException;

/**
 * The database for one request that does not lock its user's stream. Each piece of work
 * waits for the user's turn ({@link UserGate}) before it takes a connection, and keeps
 * its turn no longer than the connection. Each has a deadline of its own: between them
 * the client receives the data at its own pace.
 */
public final class UserReads {

	private final Transactions transactions;

	private final UserGate gate;

	private final String userId;

	private final Duration timeout;

	/**
	 * Creates it.
	 * @param transactions the database
	 * @param gate gives the user turns
	 * @param userId the user's one id
	 * @param timeout the longest time for each piece of work, with its turn
	 */
	public UserReads(Transactions transactions, UserGate gate, String userId, Duration timeout) {
		this.transactions = transactions;
		this.gate = gate;
		this.userId = userId;
		this.timeout = timeout;
	}

	/**
	 * Reads as {@link Transactions#peek} does.
	 * @param <T> the result type
	 * @param work the work; is given its deadline
	 * @return its result
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} for transient trouble
	 */
	public <T> T peek(Function<Deadline, T> work) {
		Deadline deadline = Deadline.in(this.timeout);
		return this.gate.shared(this.userId, deadline,
				() -> this.transactions.peek(deadline, () -> work.apply(deadline)));
	}

	/**
	 * Reads as {@link Transactions#read} does.
	 * @param <T> the result type
	 * @param work the work
	 * @return its result
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} for transient trouble
	 */
	public <T> T read(Supplier<T> work) {
		Deadline deadline = Deadline.in(this.timeout);
		return this.gate.shared(this.userId, deadline, () -> this.transactions.read(deadline, work));
	}

	/**
	 * Writes as {@link Transactions#write} does, for writes that need no lock of the
	 * stream.
	 * @param <T> the result type
	 * @param work the work; receives its deadline; a failed attempt leaves nothing behind
	 * @return its result
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} when no attempt got through,
	 * or when it is not known whether one did
	 */
	public <T> T write(Function<Deadline, T> work) {
		Deadline deadline = Deadline.in(this.timeout);
		return this.gate.shared(this.userId, deadline,
				() -> this.transactions.write(deadline, () -> work.apply(deadline)));
	}

	/**
	 * Writes as {@link Transactions#write} does, what locks the user's stream.
	 * @param <T> the result type
	 * @param longest the longest time, with all attempts, if less than that of other work
	 * @param work the work; is given its deadline, and nothing of a failed attempt stays
	 * @return its result
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} when no attempt got through,
	 * or when it is not known whether one did
	 */
	public <T> T lock(Duration longest, Function<Deadline, T> work) {
		Deadline deadline = Deadline.in((longest.compareTo(this.timeout) < 0) ? longest : this.timeout);
		return this.gate.exclusive(this.userId, deadline,
				() -> this.transactions.write(deadline, () -> work.apply(deadline)));
	}

}
