/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration for applications in which Oversync is inactive: logs the reason
 * once.
 */
@AutoConfiguration(after = DataSourceAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "oversync.enabled", matchIfMissing = true)
public final class OversyncAbsenceAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	static class ReactiveConfiguration {

		@Bean
		AbsenceReport oversyncAbsenceReport() {
			return new AbsenceReport(
					"this is a WebFlux application, and the endpoints need Spring MVC; the schema 'sync'"
							+ " is not migrated either. Use spring-boot-starter-webmvc (spring.main.web-application-type=servlet"
							+ " where both are on the class path)");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Conditional({ OnServletOrNoWebApplication.class, OnNoDataSource.class })
	static class NoDataSourceConfiguration {

		@Bean
		AbsenceReport oversyncAbsenceReport() {
			return new AbsenceReport("there is no DataSource bean. Set spring.datasource.url to a PostgreSQL");
		}

	}

	/** Without any DataSource. */
	static class OnNoDataSource extends NoneNestedConditions {

		OnNoDataSource() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		@Conditional(OnDataSource.class)
		static class AnyDataSource {

		}

	}

	/**
	 * Logs once why the endpoints are missing.
	 *
	 * @param reason the reason and the remedy
	 */
	record AbsenceReport(String reason) implements SmartInitializingSingleton {

		@Override
		public void afterSingletonsInstantiated() {
			LogFactory.getLog(OversyncAbsenceAutoConfiguration.class)
				.warn("Oversync has no endpoints: " + this.reason
						+ ", or set oversync.enabled=false to do without sync.");
		}

	}

}
