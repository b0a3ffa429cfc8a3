/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.orm.jpa.DefaultJpaDialect;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.util.ClassUtils;

/**
 * Chooses the transaction manager of uploads: the application's, so that its
 * {@code MaterializationHandler}s take part in the upload's transaction, but only if it
 * manages the synced database. With the transactions of another database, uploads would
 * be written without any.
 */
final class TransactionManagerChoice {

	private static final boolean JPA = isPresent("org.springframework.orm.jpa.JpaTransactionManager")
			&& isPresent("jakarta.persistence.EntityManagerFactory");

	private final ConfigurableListableBeanFactory beans;

	TransactionManagerChoice(ConfigurableListableBeanFactory beans) {
		this.beans = beans;
	}

	/**
	 * Chooses the transaction manager.
	 * @param database the synced database
	 * @return the application's manager for that database: the only one, or the primary
	 * one; else a new one
	 */
	SyncTransactionManager choose(SyncDatabase database) {
		Map<String, SyncTransactionManager> fitting = new LinkedHashMap<>();
		BeanFactoryUtils.beansOfTypeIncludingAncestors(this.beans, PlatformTransactionManager.class, false, true)
			.forEach((name, manager) -> {
				DataSource dataSource = dataSource(manager);
				if (dataSource != null && target(dataSource) == target(database.dataSource())) {
					fitting.put(name, new SyncTransactionManager("'" + name + "'", dataSource, manager));
				}
			});
		if (fitting.size() > 1) {
			fitting.keySet().removeIf((name) -> !isPrimary(name));
		}
		return (fitting.size() == 1) ? fitting.values().iterator().next() : own(database.dataSource());
	}

	private boolean isPrimary(String name) {
		return this.beans.containsBeanDefinition(name) && this.beans.getMergedBeanDefinition(name).isPrimary();
	}

	private static SyncTransactionManager own(DataSource dataSource) {
		JdbcTransactionManager manager = new JdbcTransactionManager(dataSource);
		DataSource managed = manager.getDataSource();
		return new SyncTransactionManager("its own manager", (managed != null) ? managed : dataSource, manager);
	}

	/**
	 * Returns the DataSource whose connections a manager shares with JDBC code.
	 * @param manager any manager
	 * @return its DataSource, or null for one that shares none
	 */
	static @Nullable DataSource dataSource(PlatformTransactionManager manager) {
		if (manager instanceof DataSourceTransactionManager jdbc) {
			return jdbc.getDataSource();
		}
		return JPA ? Jpa.dataSource(manager) : null;
	}

	/**
	 * Unwraps the wrappers that do not change connections. A wrapper that changes them
	 * (another login, an isolation level, code of the application) is a DataSource of its
	 * own and must not be bypassed.
	 */
	private static DataSource target(DataSource dataSource) {
		DataSource target = dataSource;
		while (target instanceof DelegatingDataSource wrapper && addsNothing(wrapper)
				&& wrapper.getTargetDataSource() != null) {
			target = wrapper.getTargetDataSource();
		}
		return target;
	}

	private static boolean addsNothing(DelegatingDataSource wrapper) {
		return wrapper.getClass() == DelegatingDataSource.class || wrapper instanceof TransactionAwareDataSourceProxy
				|| wrapper instanceof LazyConnectionDataSourceProxy;
	}

	private static boolean isPresent(String type) {
		return ClassUtils.isPresent(type, TransactionManagerChoice.class.getClassLoader());
	}

	/** Loaded only with JPA on the class path. */
	private static final class Jpa {

		static @Nullable DataSource dataSource(PlatformTransactionManager manager) {
			// the default dialect does not know the connection of a transaction
			if (manager instanceof JpaTransactionManager jpa
					&& jpa.getJpaDialect().getClass() != DefaultJpaDialect.class) {
				return jpa.getDataSource();
			}
			return null;
		}

	}

}
