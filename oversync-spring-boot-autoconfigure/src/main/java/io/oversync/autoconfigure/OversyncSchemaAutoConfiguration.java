/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.boot.sql.init.dependency.DatabaseInitializationDependencyConfigurer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Import;

/**
 * Auto-configuration of the {@code sync} schema: migrated or validated before the
 * application's own migrations run.
 */
@AutoConfiguration(after = DataSourceAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "oversync.enabled", matchIfMissing = true)
@Conditional({ OnServletOrNoWebApplication.class, OnDataSource.class })
@EnableConfigurationProperties(OversyncProperties.class)
@Import(DatabaseInitializationDependencyConfigurer.class)
public final class OversyncSchemaAutoConfiguration {

	@Bean
	SyncDatabase oversyncDatabase(ConfigurableListableBeanFactory beans, OversyncProperties properties) {
		return new DataSourceChoice(beans).choose(properties.datasource());
	}

	@Bean
	SyncSchemaInitializer oversyncSchemaInitializer(SyncDatabase database, OversyncProperties properties,
			ObjectProvider<DataSourcePoolMetadataProvider> pools) {
		return new SyncSchemaInitializer(database.dataSource(), properties.schema().mode(),
				pools.orderedStream().toList());
	}

}
