package io.oversync.store;

import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs work in a transaction of its own, and again when it fails by transient trouble of
 * the database: serialization failures, deadlocks, lock timeouts, lost connections.
 */
public final class Transactions {

	private static final Log logger = LogFactory.getLog(Transactions.class);

	private static final int BACKOFF_MILLIS = 50;

	private final TransactionTemplate writing;

	private final TransactionTemplate reading;

	private final TransactionTemplate outside;

	private final int maxAttempts;

	/**
	 * Creates the runner.
	 * @param transactionManager of the application's database
	 * @param maxAttempts how often work is tried, 1 or more
	 */
	public Transactions(PlatformTransactionManager transactionManager, int maxAttempts) {
		this.writing = template(transactionManager, TransactionDefinition.PROPAGATION_REQUIRES_NEW, false);
		this.reading = template(transactionManager, TransactionDefinition.PROPAGATION_REQUIRES_NEW, true);
		this.outside = template(transactionManager, TransactionDefinition.PROPAGATION_NOT_SUPPORTED, true);
		this.maxAttempts = maxAttempts;
	}

	private static TransactionTemplate template(PlatformTransactionManager transactionManager, int propagation,
			boolean readOnly) {
		TransactionTemplate template = new TransactionTemplate(transactionManager);
		template.setPropagationBehavior(propagation);
		template.setReadOnly(readOnly);
		return template;
	}

	/**
	 * Writes, and tries again where that may help.
	 * @param <T> the result type
	 * @param work the work; nothing of a failed attempt stays
	 * @return its result
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} when no attempt got through
	 */
	public <T> T write(Supplier<T> work) {
		int rows = Chunks.MAX_ROWS;
		for (int attempt = 1;; attempt++) {
			try {
				return Chunks.within(rows, () -> this.writing.execute((status) -> work.get()));
			}
			catch (RuntimeException ex) {
				if (!SqlStates.isTransient(ex)) {
					throw ex;
				}
				if (attempt >= this.maxAttempts) {
					throw unavailable(ex);
				}
				rows = SqlStates.isExhaustion(ex) ? Chunks.smaller(rows) : rows;
				logger.debug("Attempt " + attempt + " failed, trying again", ex);
				pause(attempt, ex);
			}
		}
	}

	/**
	 * Reads with single statements outside any transaction: without the way there and
	 * back that its end takes.
	 * @param <T> the result type
	 * @param work the work
	 * @return its result
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} for transient trouble
	 */
	public <T> T peek(Supplier<T> work) {
		return once(this.outside, work);
	}

	/**
	 * Reads from a read-only transaction, once: what was read may have been passed on.
	 * @param <T> the result type
	 * @param work the work
	 * @return its result
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} for transient trouble
	 */
	public <T> T read(Supplier<T> work) {
		return once(this.reading, work);
	}

	private static <T> T once(TransactionTemplate template, Supplier<T> work) {
		try {
			return template.execute((status) -> work.get());
		}
		catch (RuntimeException ex) {
			throw SqlStates.isTransient(ex) ? unavailable(ex) : ex;
		}
	}

	private static SyncException unavailable(RuntimeException cause) {
		return new SyncException(ErrorCode.TEMPORARILY_UNAVAILABLE,
				"The server is busy; nothing was changed, please try again", cause);
	}

	private static void pause(int attempt, RuntimeException failure) {
		try {
			Thread.sleep(ThreadLocalRandom.current().nextLong(1, (long) BACKOFF_MILLIS * attempt));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw unavailable(failure);
		}
	}

}
