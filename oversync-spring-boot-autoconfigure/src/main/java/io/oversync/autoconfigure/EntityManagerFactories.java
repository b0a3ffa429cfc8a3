/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import jakarta.persistence.EntityManagerFactory;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;

/**
 * The application's {@code EntityManagerFactory}s. The bean may exist before the factory,
 * which an executor creates in the background
 * ({@code spring.data.jpa.repositories.bootstrap-mode}): then the first call waits for
 * the factory.
 */
final class EntityManagerFactories implements EntityTables {

	private final ListableBeanFactory beans;

	EntityManagerFactories(ListableBeanFactory beans) {
		this.beans = beans;
	}

	@Override
	public void await() {
		for (String name : BeanFactoryUtils.beanNamesForTypeIncludingAncestors(this.beans, EntityManagerFactory.class,
				true, false)) {
			this.beans.getBean(BeanFactoryUtils.transformedBeanName(name), EntityManagerFactory.class).getProperties();
		}
	}

}
