package io.oversync.autoconfigure;

import javax.sql.DataSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.boot.sql.init.dependency.DatabaseInitializationDependencyConfigurer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * Auto-configuration of the {@code sync} schema: migrated or validated before the
 * application's own migrations run.
 */
@AutoConfiguration(after = DataSourceAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "oversync.enabled", matchIfMissing = true)
@ConditionalOnBean(DataSource.class)
@EnableConfigurationProperties(OversyncProperties.class)
@Import(DatabaseInitializationDependencyConfigurer.class)
public final class OversyncSchemaAutoConfiguration {

	@Bean
	SyncSchemaInitializer oversyncSchemaInitializer(DataSource dataSource, OversyncProperties properties,
			ObjectProvider<DataSourcePoolMetadataProvider> pools) {
		return new SyncSchemaInitializer(dataSource, properties.schema().mode(), pools.orderedStream().toList());
	}

}
