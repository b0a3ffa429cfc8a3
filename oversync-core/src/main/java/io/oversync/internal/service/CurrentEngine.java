/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

import io.oversync.internal.catalog.CatalogReader;
import io.oversync.internal.catalog.DefinitionsChangedException;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.store.Definitions;
import io.oversync.internal.store.SyncedTableStore;
import io.oversync.internal.store.Transactions;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.BadSqlGrammarException;

/**
 * The engine for the tables as they are now. It follows changes of their definitions
 * while the application is running:
 * <ol>
 * <li>A request finds that tables no longer match its engine and leaves nothing
 * behind.</li>
 * <li>The definitions are read again, by one request at a time. Only requests that found
 * the same change wait for that, and only briefly; all others use the previous
 * engine.</li>
 * <li>The request is repeated, once.</li>
 * </ol>
 */
final class CurrentEngine {

	private static final Log logger = LogFactory.getLog(CurrentEngine.class);

	private static final long LONGEST_WAIT_MILLIS = 2000;

	private static final Duration COMPARED_EVERY = Duration.ofSeconds(1);

	private final CatalogReader reader;

	private final Definitions definitions;

	private final Transactions transactions;

	private final EngineBuilder builder;

	private final ReentrantLock reading = new ReentrantLock();

	/** When definitions were compared for requests that were refused without them. */
	private final AtomicLong compared = new AtomicLong(System.nanoTime() - COMPARED_EVERY.toNanos());

	private volatile Engine engine;

	CurrentEngine(TableCatalog catalog, EngineBuilder builder) {
		this.reader = new CatalogReader(builder.dataSource(), new SyncedTableStore(builder.dataSource()));
		this.definitions = new Definitions(builder.dataSource());
		this.transactions = builder.transactions();
		this.builder = builder;
		this.engine = builder.build(catalog);
	}

	Engine get() {
		return this.engine;
	}

	/**
	 * Carries out a request that may write business tables.
	 * @param <T> the result type
	 * @param request the request; leaves nothing behind when it throws
	 * @return its result
	 */
	<T> T call(Function<Engine, T> request) {
		Engine used = this.engine;
		try {
			return request.apply(used);
		}
		catch (RuntimeException ex) {
			RuntimeException change = findChange(used, ex);
			if (change == null) {
				throw ex;
			}
			renew(used, change);
		}
		try {
			return request.apply(this.engine);
		}
		catch (DefinitionsChangedException ex) {
			throw unavailable(ex);
		}
	}

	/**
	 * Reads definitions again if they have changed, for a request that is about to be
	 * refused because of them. Compares them once a second at most.
	 * @param used the engine that refuses it
	 * @return whether another engine may decide otherwise
	 */
	boolean hasChanged(Engine used) {
		long now = System.nanoTime();
		long last = this.compared.get();
		if (this.engine == used && now - last >= COMPARED_EVERY.toNanos() && this.compared.compareAndSet(last, now)) {
			RuntimeException change = compare(used, new IllegalStateException("Definitions may have changed"));
			if (change != null) {
				renew(used, change);
			}
		}
		return this.engine != used;
	}

	/**
	 * Carries out a request in the transaction of the caller, and reads definitions again
	 * outside of it. Other errors are not looked into: that takes another connection
	 * while the caller holds one.
	 * @param <T> the result type
	 * @param request the request; leaves nothing behind when it throws
	 * @return its result
	 */
	<T> T callWithin(Function<Engine, T> request) {
		Engine used = this.engine;
		try {
			return request.apply(used);
		}
		catch (DefinitionsChangedException | BadSqlGrammarException ex) {
			RuntimeException change = findChange(used, ex);
			if (change == null) {
				throw ex;
			}
			if (!this.transactions.apart(() -> renew(used, change))) {
				throw unavailable(change);
			}
		}
		try {
			return request.apply(this.engine);
		}
		catch (DefinitionsChangedException ex) {
			throw unavailable(ex);
		}
	}

	/**
	 * Only the database knows whether an error comes from a changed definition: a
	 * trigger's function that names a column which does not exist fails the same way, and
	 * a key of another type need not be an error of the database at all.
	 */
	private @Nullable RuntimeException findChange(Engine used, RuntimeException failure) {
		if (failure instanceof DefinitionsChangedException) {
			return failure;
		}
		if (failure instanceof SyncException) {
			return null;
		}
		return compare(used, failure);
	}

	private @Nullable RuntimeException compare(Engine used, RuntimeException failure) {
		try {
			this.transactions.read(() -> {
				this.definitions.require(used.catalog().tables());
				return true;
			});
			return null;
		}
		catch (DefinitionsChangedException ex) {
			return ex;
		}
		catch (RuntimeException ex) {
			failure.addSuppressed(ex);
			return null;
		}
	}

	private void renew(Engine outdated, RuntimeException change) {
		if (!tryLock()) {
			throw unavailable(change);
		}
		try {
			if (this.engine == outdated) {
				this.engine = this.builder.build(readAgain(outdated.catalog()));
				logger.info(change.getMessage() + "; they were read again");
			}
		}
		catch (RuntimeException ex) {
			throw unavailable(ex);
		}
		finally {
			this.reading.unlock();
		}
	}

	/**
	 * A table that was made again has lost its triggers; others may have been disabled.
	 */
	private TableCatalog readAgain(TableCatalog last) {
		TableCatalog now = this.reader.readAgain(last);
		return this.builder.capture().follow(now) ? this.reader.readAgain(now) : now;
	}

	private boolean tryLock() {
		try {
			return this.reading.tryLock(LONGEST_WAIT_MILLIS, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private static SyncException unavailable(RuntimeException cause) {
		return new SyncException(ErrorCode.TEMPORARILY_UNAVAILABLE,
				"The server's tables are being changed; nothing was done, please try again", cause);
	}

}
