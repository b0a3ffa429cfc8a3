/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import javax.sql.DataSource;

import io.oversync.internal.event.EngineListener;
import io.oversync.protocol.Deadline;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Runs work in a transaction of its own, and repeats it after transient trouble of the
 * database: serialization failures, deadlocks, lock timeouts, lost connections. It does
 * not repeat work that got no connection, since that has waited already, nor work whose
 * deadline is near.
 * <p>
 * Work that writes is refused where it could not be rolled back, whatever the
 * configuration. When the outcome of a commit is unknown (the connection was lost during
 * it), the work runs again only if that is safe; otherwise the caller learns that it is
 * unknown.
 */
public final class Transactions {

	private static final Log logger = LogFactory.getLog(Transactions.class);

	private static final int BACKOFF_MILLIS = 50;

	/** Half of a pool of the usual size. */
	private static final int CROWD = 5;

	/** With less time than this, another attempt would be pointless. */
	private static final Duration SHORTEST_ATTEMPT = Duration.ofMillis(100);

	private static final TransactionDefinition WRITING = definition(TransactionDefinition.PROPAGATION_REQUIRES_NEW,
			false);

	private static final TransactionDefinition OUTSIDE = definition(TransactionDefinition.PROPAGATION_NOT_SUPPORTED,
			true);

	private static final TransactionDefinition APART = definition(TransactionDefinition.PROPAGATION_NOT_SUPPORTED,
			false);

	private final TransactionGuard guard;

	private final CallersTransaction callers;

	private final DataSource dataSource;

	private final PlatformTransactionManager transactionManager;

	private final int maxAttempts;

	private final @Nullable Duration poolWait;

	private final EngineListener listener;

	private final AtomicInteger writing = new AtomicInteger();

	/**
	 * Creates the runner.
	 * @param transactionManager of the application's database
	 * @param maxAttempts how often work is tried, 1 or more
	 */
	public Transactions(JdbcTransactionManager transactionManager, int maxAttempts) {
		this(dataSource(transactionManager), transactionManager, maxAttempts);
	}

	/**
	 * Creates the runner.
	 * @param dataSource the application's database, exactly as the transaction manager
	 * has it
	 * @param transactionManager its transactions
	 * @param maxAttempts how often work is tried, 1 or more
	 */
	public Transactions(DataSource dataSource, PlatformTransactionManager transactionManager, int maxAttempts) {
		this(dataSource, transactionManager, maxAttempts, null);
	}

	/**
	 * Creates the runner.
	 * @param dataSource the application's database, exactly as the transaction manager
	 * has it
	 * @param transactionManager its transactions
	 * @param maxAttempts the most attempts, 1 or more
	 * @param poolWait how long its pool lets a thread wait for a connection at most, null
	 * if that is not known
	 */
	public Transactions(DataSource dataSource, PlatformTransactionManager transactionManager, int maxAttempts,
			@Nullable Duration poolWait) {
		this(dataSource, transactionManager, maxAttempts, poolWait, EngineListener.NONE);
	}

	/**
	 * Creates the runner.
	 * @param dataSource the application's database, exactly as the transaction manager
	 * has it
	 * @param transactionManager its transactions
	 * @param maxAttempts the most attempts, 1 or more
	 * @param poolWait how long its pool lets a thread wait for a connection at most, null
	 * if that is not known
	 * @param listener receives the number of attempts
	 */
	public Transactions(DataSource dataSource, PlatformTransactionManager transactionManager, int maxAttempts,
			@Nullable Duration poolWait, EngineListener listener) {
		this.listener = listener;
		this.guard = new TransactionGuard(dataSource, transactionManager);
		this.callers = new CallersTransaction(dataSource, this.guard);
		this.dataSource = dataSource;
		this.transactionManager = transactionManager;
		this.maxAttempts = maxAttempts;
		this.poolWait = poolWait;
	}

	private static DataSource dataSource(JdbcTransactionManager transactionManager) {
		DataSource dataSource = transactionManager.getDataSource();
		if (dataSource == null) {
			throw new IllegalArgumentException("The transaction manager has no DataSource");
		}
		return dataSource;
	}

	private static DefaultTransactionDefinition definition(int propagation, boolean readOnly) {
		DefaultTransactionDefinition definition = new DefaultTransactionDefinition(propagation);
		definition.setReadOnly(readOnly);
		return definition;
	}

	/**
	 * Returns whether so many transactions of this process are writing that none should
	 * hold its connection idle.
	 * @return whether five or more connections write
	 */
	public boolean isCrowded() {
		return this.writing.get() >= CROWD;
	}

	/**
	 * Writes without a deadline: for work that no request waits for.
	 * @param <T> the result type
	 * @param work the work; a failed attempt leaves nothing behind
	 * @return its result
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} when no attempt got through,
	 * or when it is not known whether one did; the message says which
	 */
	public <T> T write(Supplier<T> work) {
		return write(Deadline.NONE, work, false);
	}

	/**
	 * Writes, and tries again if that may help, but not after a commit whose outcome is
	 * unknown.
	 * @param <T> the result type
	 * @param deadline when it must be done
	 * @param work the work; nothing of a failed attempt stays
	 * @return its result
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} when no attempt got through,
	 * or when it is not known whether one did; the message says which
	 */
	public <T> T write(Deadline deadline, Supplier<T> work) {
		return write(deadline, work, false);
	}

	/**
	 * Writes, and tries again if that may help, even after a commit whose outcome is
	 * unknown.
	 * @param <T> the result type
	 * @param deadline when it must be done
	 * @param work the work; running it twice has the same effect and result as running it
	 * once
	 * @return its result
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} when no attempt got through,
	 * or when it is not known whether one did; the message says which
	 */
	public <T> T writeIdempotently(Deadline deadline, Supplier<T> work) {
		return write(deadline, work, true);
	}

	private <T> T write(Deadline deadline, Supplier<T> work, boolean idempotent) {
		int rows = Chunks.MAX_ROWS;
		boolean unknown = false;
		for (int attempt = 1;; attempt++) {
			Attempt<T> current = new Attempt<>(work, this.guard);
			try (ConnectionWait wait = ConnectionWait.until(deadline, this.poolWait)) {
				int chunk = rows;
				T result = Chunks.within(chunk, () -> execute(WRITING, () -> {
					wait.close();
					return counted(current);
				}));
				this.listener.attempted(attempt);
				return result;
			}
			catch (RuntimeException | Error thrown) {
				Throwable ex = current.failure(thrown);
				CommitOutcome outcome = current.observer.outcome(thrown);
				if (outcome == CommitOutcome.COMMITTED) {
					logger.error("A callback of the application failed after the commit; what was written is saved",
							ex);
					return current.result();
				}
				unknown |= (outcome == CommitOutcome.UNKNOWN);
				boolean repeat = (outcome == CommitOutcome.UNKNOWN) ? idempotent
						: current.mayBeRepeated(ex) && !(isCrowded() && SqlStates.isLockTimeout(ex));
				if (!repeat || attempt >= this.maxAttempts || !pause(attempt)
						|| deadline.left().compareTo(SHORTEST_ATTEMPT) < 0) {
					this.listener.attempted(attempt);
					throw unknown ? unknown(ex) : failure(ex);
				}
				rows = SqlStates.isExhaustion(ex) ? Chunks.smaller(rows) : rows;
				logger.debug("Attempt " + attempt + " failed, trying again", ex);
			}
		}
	}

	/**
	 * Writes in the transaction of the caller, once, and leaves it to the caller to
	 * commit or to try again. Work that fails leaves nothing behind.
	 * @param <T> the result type
	 * @param flush what comes before the work and stays if it fails
	 * @param work the work
	 * @return its result
	 * @throws IllegalTransactionStateException if the transaction does not fit
	 */
	public <T> T join(Runnable flush, Supplier<T> work) {
		return this.callers.run(flush, work);
	}

	/**
	 * Returns whether the caller is in a transaction, of whatever database.
	 * @return whether work of the caller would be expected to join it
	 */
	public static boolean isJoinable() {
		return TransactionSynchronizationManager.isActualTransactionActive();
	}

	/**
	 * Does work that has transactions of its own outside the transaction of the caller.
	 * @param work the work
	 * @return false if the caller's transaction cannot be left, so nothing was done
	 */
	public boolean apart(Runnable work) {
		return execute(APART, () -> {
			boolean left = TransactionSynchronizationManager.getResource(this.dataSource) == null;
			if (left) {
				work.run();
			}
			return left;
		});
	}

	private <T> T counted(Attempt<T> attempt) {
		this.writing.incrementAndGet();
		try {
			return attempt.run();
		}
		finally {
			this.writing.decrementAndGet();
		}
	}

	/**
	 * Reads with single statements outside any transaction, which saves the round trip of
	 * its end.
	 * @param <T> the result type
	 * @param deadline how long it may wait for a connection
	 * @param work the work
	 * @return its result
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} for transient trouble
	 */
	public <T> T peek(Deadline deadline, Supplier<T> work) {
		try (ConnectionWait wait = ConnectionWait.until(deadline, this.poolWait)) {
			return once(OUTSIDE, work);
		}
	}

	/**
	 * Reads without a deadline: for work that no request waits for.
	 * @param <T> the result type
	 * @param work the work
	 * @return its result
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} for transient trouble
	 */
	public <T> T read(Supplier<T> work) {
		return read(Deadline.NONE, work);
	}

	/**
	 * Reads from a read-only transaction, once: what was read may have been passed on.
	 * @param <T> the result type
	 * @param deadline how long it may wait for a connection, and take
	 * @param work the work
	 * @return its result
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} for transient trouble
	 */
	public <T> T read(Deadline deadline, Supplier<T> work) {
		try (ConnectionWait wait = ConnectionWait.until(deadline, this.poolWait)) {
			return once(reading(deadline), () -> {
				wait.close();
				return work.get();
			});
		}
	}

	private static TransactionDefinition reading(Deadline deadline) {
		DefaultTransactionDefinition definition = definition(TransactionDefinition.PROPAGATION_REQUIRES_NEW, true);
		if (deadline != Deadline.NONE) {
			definition.setTimeout(1 + (int) deadline.left().toSeconds());
		}
		return definition;
	}

	private <T> T once(TransactionDefinition definition, Supplier<T> work) {
		try {
			return execute(definition, work);
		}
		catch (RuntimeException ex) {
			throw SqlStates.isTransient(ex) ? unavailable(ex) : ex;
		}
	}

	/**
	 * Works as a {@code TransactionTemplate}, without a stack trace in the log for each
	 * lost connection: a rollback that fails for that reason, too, is part of the
	 * failure.
	 */
	private <T> T execute(TransactionDefinition definition, Supplier<T> work) {
		TransactionStatus status = this.transactionManager.getTransaction(definition);
		T result;
		try {
			result = work.get();
		}
		catch (RuntimeException | Error ex) {
			rollBack(status, ex);
			throw ex;
		}
		this.transactionManager.commit(status);
		return result;
	}

	private void rollBack(TransactionStatus status, Throwable failure) {
		try {
			this.transactionManager.rollback(status);
		}
		catch (RuntimeException | Error ex) {
			failure.addSuppressed(ex);
		}
	}

	/**
	 * Throws the reason why nothing was written.
	 * @return never
	 */
	private RuntimeException failure(Throwable cause) {
		if (TransactionGuard.isRefusal(cause)) {
			return this.guard.refusal(cause);
		}
		if (SqlStates.isTransient(cause)) {
			return unavailable(cause);
		}
		if (cause instanceof Error fatal) {
			throw fatal;
		}
		return (RuntimeException) cause;
	}

	private static SyncException unavailable(Throwable cause) {
		return new SyncException(ErrorCode.TEMPORARILY_UNAVAILABLE,
				"The server is busy; nothing was changed, please try again", cause);
	}

	private static SyncException unknown(Throwable cause) {
		return new SyncException(ErrorCode.TEMPORARILY_UNAVAILABLE,
				"It is not known whether the changes were saved; send them again unchanged, the retry settles it",
				cause);
	}

	/** Returns whether to go on. */
	private static boolean pause(int attempt) {
		try {
			Thread.sleep(ThreadLocalRandom.current().nextLong(1, (long) BACKOFF_MILLIS * attempt));
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/** One attempt at some work. */
	private static final class Attempt<T> {

		private final Supplier<T> work;

		private final TransactionGuard guard;

		private final CommitObserver observer = new CommitObserver();

		private boolean started;

		private @Nullable T result;

		private @Nullable Throwable failure;

		Attempt(Supplier<T> work, TransactionGuard guard) {
			this.work = work;
			this.guard = guard;
		}

		T run() {
			this.started = true;
			try {
				this.guard.requireTransaction();
				T written = this.work.get();
				this.guard.requireOpenConnection();
				this.result = written;
				this.observer.start();
				return written;
			}
			catch (RuntimeException | Error ex) {
				this.failure = ex;
				throw ex;
			}
		}

		/** Returns whether trying again may help. */
		boolean mayBeRepeated(Throwable failure) {
			return SqlStates.isTransient(failure) && !SqlStates.isWithoutConnection(failure, this.started);
		}

		/**
		 * Returns the failure of the work where there is one: that of a rollback, which
		 * Spring throws in its place, says less.
		 */
		Throwable failure(Throwable thrown) {
			if (this.failure == null || this.failure == thrown) {
				return thrown;
			}
			this.failure.addSuppressed(thrown);
			return this.failure;
		}

		T result() {
			if (this.result == null) {
				throw new IllegalStateException("What was committed has no result");
			}
			return this.result;
		}

	}

}
