package io.oversync.store;

import java.util.function.Supplier;

import io.oversync.protocol.Deadline;
import io.oversync.protocol.SyncException;

/**
 * The database for one request that does not lock its user's stream. Each piece of work
 * waits for the user's turn ({@link UserGate}) before it takes a connection, and keeps
 * its turn no longer than the connection.
 */
public final class UserReads {

	private final Transactions transactions;

	private final UserGate gate;

	private final String userId;

	private final Deadline deadline;

	/**
	 * Creates it.
	 * @param transactions the database
	 * @param gate whose turn it is
	 * @param userId the user's one id
	 * @param deadline of the request
	 */
	public UserReads(Transactions transactions, UserGate gate, String userId, Deadline deadline) {
		this.transactions = transactions;
		this.gate = gate;
		this.userId = userId;
		this.deadline = deadline;
	}

	/**
	 * Returns when the request must have been answered.
	 * @return the deadline
	 */
	public Deadline deadline() {
		return this.deadline;
	}

	/**
	 * Reads as {@link Transactions#peek} does.
	 * @param <T> the result type
	 * @param work the work
	 * @return its result
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} for transient trouble
	 */
	public <T> T peek(Supplier<T> work) {
		return this.gate.shared(this.userId, this.deadline, () -> this.transactions.peek(this.deadline, work));
	}

	/**
	 * Reads as {@link Transactions#read} does.
	 * @param <T> the result type
	 * @param work the work
	 * @return its result
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} for transient trouble
	 */
	public <T> T read(Supplier<T> work) {
		return this.gate.shared(this.userId, this.deadline, () -> this.transactions.read(this.deadline, work));
	}

	/**
	 * Writes as {@link Transactions#write} does, what needs no lock of the stream.
	 * @param <T> the result type
	 * @param work the work; nothing of a failed attempt stays
	 * @return its result
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} when no attempt got through,
	 * or when it is not known whether one did
	 */
	public <T> T write(Supplier<T> work) {
		return this.gate.shared(this.userId, this.deadline, () -> this.transactions.write(this.deadline, work));
	}

}
