/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import javax.sql.DataSource;

import io.oversync.test.TestDatabases;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.datasource.UserCredentialsDataSourceAdapter;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.vendor.HibernateJpaDialect;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;

import static org.assertj.core.api.Assertions.assertThat;

class TransactionManagerChoiceTests {

	private final DataSource pool = TestDatabases.dataSource("jdbc:h2:mem:business");

	private final DataSource other = TestDatabases.dataSource("jdbc:h2:mem:reporting");

	private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();

	private void register(String name, PlatformTransactionManager manager, boolean primary) {
		BeanDefinition definition = BeanDefinitionBuilder
			.genericBeanDefinition(PlatformTransactionManager.class, () -> manager)
			.getBeanDefinition();
		definition.setPrimary(primary);
		this.beans.registerBeanDefinition(name, definition);
	}

	private SyncTransactionManager choose(DataSource dataSource) {
		return new TransactionManagerChoice(this.beans).choose(new SyncDatabase("dataSource", dataSource));
	}

	@Test
	void makesOneOfItsOwnWhereThereIsNone() {
		SyncTransactionManager chosen = choose(this.pool);
		assertThat(chosen.transactionManager()).isInstanceOf(JdbcTransactionManager.class);
		assertThat(chosen.dataSource()).isSameAs(this.pool);
	}

	@Test
	void doesNotUseTheOnlyManagerWhenItIsAnothers() {
		register("reporting", new JdbcTransactionManager(this.other), true);
		register("messages", new Foreign(), false);
		SyncTransactionManager chosen = choose(this.pool);
		assertThat(chosen.description()).isEqualTo("its own manager");
		assertThat(((JdbcTransactionManager) chosen.transactionManager()).getDataSource()).isSameAs(this.pool);
	}

	@Test
	void usesTheOneOfSeveralThatFits() {
		PlatformTransactionManager ours = new DataSourceTransactionManager(this.pool);
		register("reporting", new JdbcTransactionManager(this.other), true);
		register("business", ours, false);
		assertThat(choose(this.pool).transactionManager()).isSameAs(ours);
	}

	@Test
	void usesThePrimaryOneOfSeveralThatFitAndItsOwnWhereThereIsNone() {
		PlatformTransactionManager second = new JdbcTransactionManager(this.pool);
		register("first", new JdbcTransactionManager(this.pool), false);
		register("third", new JdbcTransactionManager(this.pool), false);
		assertThat(choose(this.pool).description()).isEqualTo("its own manager");
		register("second", second, true);
		assertThat(choose(this.pool).transactionManager()).isSameAs(second);
	}

	@Test
	void usesAJpaManagerThatSharesItsConnection() {
		JpaTransactionManager jpa = new JpaTransactionManager();
		jpa.setDataSource(this.pool);
		jpa.setJpaDialect(new HibernateJpaDialect());
		this.beans.registerSingleton("jpa", jpa);
		assertThat(choose(this.pool).transactionManager()).isSameAs(jpa);
	}

	@Test
	void doesNotUseAJpaManagerThatSharesNoConnection() {
		JpaTransactionManager withoutDataSource = new JpaTransactionManager();
		withoutDataSource.setJpaDialect(new HibernateJpaDialect());
		this.beans.registerSingleton("withoutDataSource", withoutDataSource);
		JpaTransactionManager withoutDialect = new JpaTransactionManager();
		withoutDialect.setDataSource(this.pool);
		this.beans.registerSingleton("withoutDialect", withoutDialect);
		assertThat(choose(this.pool).description()).isEqualTo("its own manager");
	}

	@Test
	void looksThroughWrappersAndWorksOnWhatTheManagerHas() {
		PlatformTransactionManager ours = new JdbcTransactionManager(new LazyConnectionDataSourceProxy(this.pool));
		register("business", ours, false);
		DataSource wrapped = new TransactionAwareDataSourceProxy(new DelegatingDataSource(this.pool));
		SyncTransactionManager chosen = choose(wrapped);
		assertThat(chosen.transactionManager()).isSameAs(ours);
		assertThat(chosen.dataSource()).isSameAs(((JdbcTransactionManager) ours).getDataSource());
	}

	@Test
	void doesNotBypassAWrapperThatDoesSomething() {
		register("business", new JdbcTransactionManager(this.pool), false);
		UserCredentialsDataSourceAdapter asAnotherRole = new UserCredentialsDataSourceAdapter();
		asAnotherRole.setTargetDataSource(this.pool);
		assertThat(choose(asAnotherRole).dataSource()).isSameAs(asAnotherRole);
		DataSource ownWrapper = new DelegatingDataSource(this.pool) {
		};
		assertThat(choose(ownWrapper).dataSource()).isSameAs(ownWrapper);
	}

	@Test
	void itsOwnManagerWorksOnTheTargetOfATransactionAwareProxy() {
		assertThat(choose(new TransactionAwareDataSourceProxy(this.pool)).dataSource()).isSameAs(this.pool);
	}

	/** The manager of a message broker or a document database. */
	static class Foreign implements PlatformTransactionManager {

		@Override
		public TransactionStatus getTransaction(TransactionDefinition definition) {
			throw new IllegalStateException("Not for this database");
		}

		@Override
		public void commit(TransactionStatus status) {
			throw new IllegalStateException("Not for this database");
		}

		@Override
		public void rollback(TransactionStatus status) {
			throw new IllegalStateException("Not for this database");
		}

	}

}
