/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.stream.Stream;

import jakarta.persistence.EntityManager;

import org.springframework.orm.jpa.EntityManagerHolder;
import org.springframework.util.ClassUtils;

/**
 * The marks of JPA: the persistence context, and the entity transaction's own mark, which
 * JPA cannot clear. Loaded only where JPA exists.
 */
final class JpaTransactionMarks extends TransactionMarks {

	private static final boolean HIBERNATE = ClassUtils.isPresent("org.hibernate.engine.spi.SessionImplementor",
			JpaTransactionMarks.class.getClassLoader());

	@Override
	void flush() {
		entityManagers().forEach(EntityManager::flush);
	}

	@Override
	boolean isRollbackOnly() {
		return super.isRollbackOnly() || entityManagers().anyMatch(JpaTransactionMarks::isMarked);
	}

	@Override
	void reset() {
		super.reset();
		entityManagers().forEach((entityManager) -> {
			entityManager.clear();
			if (HIBERNATE && isMarked(entityManager)) {
				HibernateMark.lift(entityManager);
			}
		});
	}

	private static boolean isMarked(EntityManager entityManager) {
		return entityManager.getTransaction().getRollbackOnly();
	}

	/** Those with a transaction of their own, as the JpaTransactionManager begins it. */
	private static Stream<EntityManager> entityManagers() {
		return resources().filter(EntityManagerHolder.class::isInstance)
			.map((holder) -> ((EntityManagerHolder) holder).getEntityManager())
			.filter(JpaTransactionMarks::isInTransaction);
	}

	private static boolean isInTransaction(EntityManager entityManager) {
		try {
			return entityManager.getTransaction().isActive();
		}
		catch (IllegalStateException ex) {
			// its transactions are JTA's
			return false;
		}
	}

}
