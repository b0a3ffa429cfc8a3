/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import io.oversync.internal.catalog.OversyncStartupException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.HierarchicalBeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.NamedBeanHolder;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;
import org.springframework.util.StringUtils;

/**
 * Chooses the DataSource that is synced:
 * <ol>
 * <li>the bean that {@code oversync.datasource} names;</li>
 * <li>the bean with {@link OversyncDataSource @OversyncDataSource};</li>
 * <li>the one that Spring injects by default: the only one, or the primary one.</li>
 * </ol>
 */
final class DataSourceChoice {

	static final String PROPERTY = "oversync.datasource";

	private static final String SCOPED_TARGET = "scopedTarget.";

	private static final int MOST_NAMES = 10;

	private final ConfigurableListableBeanFactory beans;

	DataSourceChoice(ConfigurableListableBeanFactory beans) {
		this.beans = beans;
	}

	/**
	 * Chooses the DataSource.
	 * @param name the value of {@code oversync.datasource}
	 * @return the database
	 * @throws OversyncStartupException if none is chosen, or one that cannot be synced
	 */
	SyncDatabase choose(@Nullable String name) {
		SyncDatabase chosen;
		if (StringUtils.hasText(name)) {
			chosen = named(name);
		}
		else {
			List<String> marked = marked(this.beans);
			chosen = marked.isEmpty() ? usual() : marked(marked);
		}
		refuseRouting(chosen);
		return chosen;
	}

	private SyncDatabase named(String name) {
		if (!this.beans.containsBean(name) || !this.beans.isTypeMatch(name, DataSource.class)) {
			throw new OversyncStartupException(
					"%s is '%s', but there is no DataSource bean of that name.".formatted(PROPERTY, name),
					"Name one of these: %s. Or remove the property and annotate the bean with @OversyncDataSource."
						.formatted(list(names())));
		}
		return get(name);
	}

	private SyncDatabase marked(List<String> names) {
		if (names.size() > 1) {
			throw new OversyncStartupException(
					"Several DataSource beans are annotated with @OversyncDataSource: %s.".formatted(list(names)),
					"Oversync works with one database. Leave the annotation on the bean with the registered tables only,"
							+ " or set %s to its name.".formatted(PROPERTY));
		}
		return get(names.get(0));
	}

	private static List<String> marked(ListableBeanFactory beans) {
		List<String> names = Arrays.stream(beans.getBeanNamesForType(DataSource.class, true, false))
			.filter((name) -> beans.findAnnotationOnBean(name, OversyncDataSource.class, false) != null)
			.map((name) -> name.startsWith(SCOPED_TARGET) ? name.substring(SCOPED_TARGET.length()) : name)
			.distinct()
			.toList();
		BeanFactory parent = (beans instanceof HierarchicalBeanFactory child) ? child.getParentBeanFactory() : null;
		return (names.isEmpty() && parent instanceof ListableBeanFactory ancestor) ? marked(ancestor) : names;
	}

	private SyncDatabase usual() {
		try {
			NamedBeanHolder<DataSource> bean = this.beans.resolveNamedBean(DataSource.class);
			return new SyncDatabase(bean.getBeanName(), bean.getBeanInstance());
		}
		catch (NoUniqueBeanDefinitionException ex) {
			Collection<String> found = ex.getBeanNamesFound();
			throw new OversyncStartupException(
					"The application has several DataSources (%s), and Oversync does not know which of them holds the"
						.formatted(list((found != null) ? found : names())) + " registered tables.",
					"Annotate its bean with @OversyncDataSource, or set %s to the bean's name. (@Primary decides as well,"
						.formatted(PROPERTY) + " for the whole application.) Without sync: oversync.enabled=false.",
					ex);
		}
	}

	private SyncDatabase get(String name) {
		return new SyncDatabase(name, this.beans.getBean(name, DataSource.class));
	}

	private List<String> names() {
		return List.of(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(this.beans, DataSource.class, true, false));
	}

	private static String list(Collection<String> names) {
		String list = names.stream().sorted().limit(MOST_NAMES).collect(Collectors.joining(", "));
		return (names.size() > MOST_NAMES) ? list + ", …" : list;
	}

	/**
	 * Each database numbers its tables by itself and would need its own migration, so
	 * that the numbers of one are wrong for the others.
	 */
	private static void refuseRouting(SyncDatabase chosen) {
		if (!isRouting(chosen.dataSource())) {
			return;
		}
		throw new OversyncStartupException(
				"The DataSource '%s' is an AbstractRoutingDataSource, which leads to several databases. Oversync works with"
					.formatted(chosen.beanName()) + " one.",
				"Make the database with the registered tables a DataSource bean of its own, and annotate it with"
						+ " @OversyncDataSource or set %s to its name. Several databases (one for each tenant) need an"
							.formatted(PROPERTY)
						+ " application each. Without sync: oversync.enabled=false.");
	}

	private static boolean isRouting(DataSource dataSource) {
		if (DataSourceUnwrapper.unwrap(dataSource, AbstractRoutingDataSource.class) != null) {
			return true;
		}
		try {
			return dataSource.isWrapperFor(AbstractRoutingDataSource.class);
		}
		catch (SQLException | RuntimeException ex) {
			// says nothing about itself
			return false;
		}
	}

}
