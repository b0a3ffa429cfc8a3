/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import java.util.Map;

import javax.sql.DataSource;

import io.oversync.internal.catalog.OversyncStartupException;
import io.oversync.test.TestDatabases;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class DataSourceChoiceTests {

	private static final String NO_CHOICE = "";

	private static String choose(Class<?> configuration, String name) {
		try (GenericApplicationContext context = context(configuration)) {
			SyncDatabase chosen = new DataSourceChoice(context.getDefaultListableBeanFactory()).choose(name);
			assertThat(chosen.dataSource()).isSameAs(context.getBean(chosen.beanName()));
			return chosen.beanName();
		}
	}

	private static GenericApplicationContext context(Class<?> configuration) {
		return new AnnotationConfigApplicationContext(configuration);
	}

	private static void refuse(Class<?> configuration, String name, String problem, String action) {
		assertThatExceptionOfType(OversyncStartupException.class).isThrownBy(() -> choose(configuration, name))
			.satisfies((ex) -> {
				assertThat(ex.getProblem()).contains(problem);
				assertThat(ex.getAction()).contains(action);
			});
	}

	@Test
	void takesTheOnlyOneWhateverItIsCalled() {
		assertThat(choose(One.class, NO_CHOICE)).isEqualTo("business");
	}

	@Test
	void takesThePrimaryOne() {
		assertThat(choose(WithPrimary.class, NO_CHOICE)).isEqualTo("business");
	}

	@Test
	void takesTheOneThatIsNoDefaultCandidateOnlyWhenItIsMarked() {
		assertThat(choose(WithSecondary.class, NO_CHOICE)).isEqualTo("business");
		assertThat(choose(WithMarkedSecondary.class, NO_CHOICE)).isEqualTo("reporting");
	}

	@Test
	void theMarkGoesBeforeThePrimaryOneAndThePropertyBeforeTheMark() {
		assertThat(choose(Marked.class, NO_CHOICE)).isEqualTo("business");
		assertThat(choose(Marked.class, "reporting")).isEqualTo("reporting");
	}

	@Test
	void refusesToGuess() {
		refuse(Ambiguous.class, NO_CHOICE, "several DataSources (dataSource, reporting)", "@OversyncDataSource");
		refuse(Ambiguous.class, NO_CHOICE, "registered tables", "oversync.datasource");
		refuse(TwiceMarked.class, NO_CHOICE, "business, reporting", "one database");
		refuse(One.class, "busines", "'busines'", "business");
		refuse(One.class, "text", "'text'", "business");
	}

	@Test
	void refusesDataSourcesThatLeadToSeveralDatabases() {
		refuse(Routing.class, NO_CHOICE, "AbstractRoutingDataSource", "oversync.datasource");
		refuse(Routing.class, "wrapped", "AbstractRoutingDataSource", "application each");
		assertThat(choose(Routing.class, "tenant")).isEqualTo("tenant");
	}

	@Configuration(proxyBeanMethods = false)
	static class One {

		@Bean
		DataSource business() {
			return TestDatabases.dataSource("jdbc:h2:mem:business");
		}

		@Bean
		String text() {
			return "no DataSource";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WithPrimary {

		@Bean
		@Primary
		DataSource business() {
			return TestDatabases.dataSource("jdbc:h2:mem:business");
		}

		@Bean
		DataSource reporting() {
			return TestDatabases.dataSource("jdbc:h2:mem:reporting");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WithSecondary {

		@Bean
		DataSource business() {
			return TestDatabases.dataSource("jdbc:h2:mem:business");
		}

		@Bean(defaultCandidate = false)
		DataSource reporting() {
			return TestDatabases.dataSource("jdbc:h2:mem:reporting");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WithMarkedSecondary {

		@Bean
		DataSource business() {
			return TestDatabases.dataSource("jdbc:h2:mem:business");
		}

		@Bean(defaultCandidate = false)
		@OversyncDataSource
		DataSource reporting() {
			return TestDatabases.dataSource("jdbc:h2:mem:reporting");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Marked {

		@Bean
		@OversyncDataSource
		DataSource business() {
			return TestDatabases.dataSource("jdbc:h2:mem:business");
		}

		@Bean
		@Primary
		DataSource reporting() {
			return TestDatabases.dataSource("jdbc:h2:mem:reporting");
		}

	}

	/** The name of the first one is irrelevant. */
	@Configuration(proxyBeanMethods = false)
	static class Ambiguous {

		@Bean
		DataSource dataSource() {
			return TestDatabases.dataSource("jdbc:h2:mem:business");
		}

		@Bean
		DataSource reporting() {
			return TestDatabases.dataSource("jdbc:h2:mem:reporting");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwiceMarked {

		@Bean
		@OversyncDataSource
		DataSource business() {
			return TestDatabases.dataSource("jdbc:h2:mem:business");
		}

		@Bean
		@OversyncDataSource
		DataSource reporting() {
			return TestDatabases.dataSource("jdbc:h2:mem:reporting");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Routing {

		@Bean
		DataSource tenant() {
			return TestDatabases.dataSource("jdbc:h2:mem:tenant");
		}

		@Bean
		@Primary
		DataSource routing() {
			AbstractRoutingDataSource routing = new AbstractRoutingDataSource() {

				@Override
				protected Object determineCurrentLookupKey() {
					return "tenant";
				}

			};
			routing.setTargetDataSources(Map.of("tenant", TestDatabases.dataSource("jdbc:h2:mem:tenant")));
			return routing;
		}

		@Bean
		DataSource wrapped(@Qualifier("routing") DataSource routing) {
			return new LazyConnectionDataSourceProxy(new DelegatingDataSource(routing));
		}

	}

}
