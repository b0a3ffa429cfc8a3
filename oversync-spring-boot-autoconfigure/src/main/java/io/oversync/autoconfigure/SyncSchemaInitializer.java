/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import java.util.List;

import javax.sql.DataSource;

import io.oversync.internal.catalog.OversyncStartupException;
import io.oversync.internal.store.SchemaMigrator;
import io.oversync.internal.store.SchemaMode;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanClassLoaderAware;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.jdbc.metadata.CompositeDataSourcePoolMetadataProvider;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadata;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.util.ClassUtils;

/**
 * Runs the {@link SchemaMigrator} while the application starts. Depends on the
 * {@link DataSource} only: a {@code JdbcClient} bean depends on this one.
 */
class SyncSchemaInitializer implements InitializingBean, BeanClassLoaderAware {

	private final DataSource dataSource;

	private final SchemaMode mode;

	private final DataSourcePoolMetadataProvider pools;

	private @Nullable ClassLoader classLoader = ClassUtils.getDefaultClassLoader();

	SyncSchemaInitializer(DataSource dataSource, SchemaMode mode, List<DataSourcePoolMetadataProvider> pools) {
		this.dataSource = dataSource;
		this.mode = mode;
		this.pools = new CompositeDataSourcePoolMetadataProvider(pools);
	}

	@Override
	public void setBeanClassLoader(ClassLoader classLoader) {
		this.classLoader = classLoader;
	}

	@Override
	public void afterPropertiesSet() {
		if (this.mode == SchemaMode.MIGRATE) {
			refusePoolOfOne();
		}
		SchemaMigrator migrator = (this.classLoader != null) ? new SchemaMigrator(this.dataSource, this.classLoader)
				: new SchemaMigrator(this.dataSource);
		migrator.migrate(this.mode);
	}

	/** Flyway would wait for its second connection until the pool gives up. */
	private void refusePoolOfOne() {
		DataSourcePoolMetadata pool = this.pools.getDataSourcePoolMetadata(this.dataSource);
		Integer max = (pool != null) ? pool.getMax() : null;
		if (max != null && max == 1) {
			throw new OversyncStartupException(
					"The application's connection pool has a maximum size of 1, but migrating the schema 'sync' takes two"
							+ " connections at once.",
					"Set spring.datasource.hikari.maximum-pool-size (or that of your pool) to 2 or more, or"
							+ " oversync.schema.mode to 'validate' or 'none'.");
		}
	}

}
