/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.Arrays;
import java.util.stream.Stream;

import org.springframework.transaction.support.ResourceHolderSupport;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ClassUtils;

/**
 * The traces of a handler in the transaction besides its statements: the mark that it may
 * only be rolled back, which Spring sets when an application's own {@code @Transactional}
 * method fails within it. A rollback to a savepoint undoes the statements, so it lifts
 * the mark as well.
 */
class TransactionMarks {

	private static final String[] JPA = { "jakarta.persistence.EntityManager",
			"org.springframework.orm.jpa.EntityManagerHolder" };

	TransactionMarks() {
	}

	/**
	 * Creates the marks for the libraries that exist.
	 * @return with support for JPA where it can be in use
	 */
	static TransactionMarks create() {
		boolean jpa = Arrays.stream(JPA)
			.allMatch((type) -> ClassUtils.isPresent(type, TransactionMarks.class.getClassLoader()));
		return jpa ? new JpaTransactionMarks() : new TransactionMarks();
	}

	/** Sends pending writes of an object-relational mapper to the database. */
	void flush() {
		// what plain JDBC writes is in the database already
	}

	/**
	 * Returns whether the transaction may only be rolled back.
	 * @return whether a handler, or what it called, marked it
	 */
	boolean isRollbackOnly() {
		return resources().anyMatch(ResourceHolderSupport::isRollbackOnly);
	}

	/** Clears the rolled-back state and the mark. */
	void reset() {
		resources().forEach(ResourceHolderSupport::resetRollbackOnly);
	}

	static Stream<ResourceHolderSupport> resources() {
		return TransactionSynchronizationManager.getResourceMap()
			.values()
			.stream()
			.filter(ResourceHolderSupport.class::isInstance)
			.map(ResourceHolderSupport.class::cast);
	}

}
