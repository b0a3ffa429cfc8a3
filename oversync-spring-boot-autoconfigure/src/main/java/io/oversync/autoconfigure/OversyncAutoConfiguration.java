/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import java.util.List;

import javax.sql.DataSource;

import io.oversync.autoconfigure.OversyncProperties.Watermark;
import io.oversync.internal.capture.CaptureInstaller;
import io.oversync.internal.catalog.CatalogReader;
import io.oversync.internal.catalog.ForeignKeyDeferral;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.catalog.TableRegistration;
import io.oversync.internal.compact.Retention;
import io.oversync.internal.service.DefaultSyncService;
import io.oversync.internal.service.RequestLimits;
import io.oversync.internal.service.SyncEngine;
import io.oversync.internal.store.SyncedTableStore;
import io.oversync.internal.store.Transactions;
import io.oversync.internal.upload.UploadSettings;
import io.oversync.materialize.MaterializationHandler;
import io.oversync.service.ServerWrites;
import io.oversync.service.StreamCompaction;
import io.oversync.service.SyncDevices;
import io.oversync.service.SyncService;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/**
 * Auto-configuration of the sync engine.
 */
@AutoConfiguration(after = OversyncSchemaAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "oversync.enabled", matchIfMissing = true)
@Conditional({ OnServletOrNoWebApplication.class, OnDataSource.class })
public final class OversyncAutoConfiguration {

	private static final Log logger = LogFactory.getLog(OversyncAutoConfiguration.class);

	@Bean
	@ConditionalOnMissingBean
	@DependsOnDatabaseInitialization
	TableCatalog oversyncTableCatalog(SyncDatabase database, OversyncProperties properties, CaptureChoice captured,
			ObjectProvider<EntityTables> entityTables) {
		entityTables.ifAvailable(EntityTables::await);
		DataSource dataSource = database.dataSource();
		List<TableRegistration> registrations = properties.registrations();
		if (registrations.isEmpty()) {
			logger.warn("No tables are registered for sync. Add some: oversync.registered-tables=business.users");
		}
		new ForeignKeyDeferral(dataSource).apply(registrations, properties.foreignKeys().makeDeferrable());
		CatalogReader reader = new CatalogReader(dataSource, new SyncedTableStore(dataSource));
		List<TableRegistration> wanted = captured.select(registrations);
		TableCatalog catalog = reader.read(wanted);
		// new triggers are changes of the tables
		return new CaptureInstaller(dataSource, properties.capture().mode()).install(catalog) ? reader.read(wanted)
				: catalog;
	}

	@Bean
	CaptureChoice oversyncCaptureChoice(OversyncProperties properties,
			ObjectProvider<MaterializationHandler> handlers) {
		return new CaptureChoice(properties, handlers);
	}

	@Bean
	SyncTransactionManager oversyncTransactionManager(SyncDatabase database, ConfigurableListableBeanFactory beans) {
		return new TransactionManagerChoice(beans).choose(database);
	}

	@Bean
	@ConditionalOnMissingBean(SyncService.class)
	SyncEngine oversyncSyncService(SyncTransactionManager transactions, TableCatalog catalog,
			OversyncProperties properties, ObjectProvider<MaterializationHandler> handlers) {
		OversyncProperties.Upload upload = properties.upload();
		UploadSettings usual = new UploadSettings(upload.maxChanges(), upload.watermark() == Watermark.SAFE,
				upload.lockTimeout());
		UploadSettings settings = (upload.maxConflictSize() != null)
				? usual.withConflictBytes(upload.maxConflictSize().toBytes()) : usual;
		DataSource dataSource = transactions.dataSource();
		OversyncProperties.Concurrency concurrency = properties.concurrency();
		return new DefaultSyncService(dataSource, catalog, handlers.orderedStream().toList(),
				new Transactions(dataSource, transactions.transactionManager(), upload.maxAttempts(),
						PoolWait.of(dataSource)),
				settings, new RequestLimits(properties.requestTimeout(), concurrency.connectionsPerUser(),
						concurrency.waitingPerUser()),
				properties.capture().mode());
	}

	// lazy: an application may have wrapped the engine
	@Bean
	@Lazy
	@ConditionalOnMissingBean
	@ConditionalOnSingleCandidate(SyncEngine.class)
	ServerWrites oversyncServerWrites(SyncEngine engine, OversyncProperties properties) {
		return engine.serverWrites(properties.upload().limits());
	}

	// lazy: an application may have wrapped the engine
	@Bean
	@Lazy
	@ConditionalOnMissingBean
	@ConditionalOnSingleCandidate(SyncEngine.class)
	SyncDevices oversyncDevices(SyncEngine engine) {
		return engine.devices();
	}

	// lazy: an application may have wrapped the engine
	@Bean
	@Lazy
	@ConditionalOnMissingBean
	@ConditionalOnSingleCandidate(SyncEngine.class)
	StreamCompaction oversyncStreamCompaction(SyncEngine engine, OversyncProperties properties) {
		return engine.compaction(retention(properties));
	}

	@Bean
	CompactionWorker oversyncCompactionWorker(ObjectProvider<SyncEngine> engine, OversyncProperties properties) {
		SyncEngine compacted = properties.retention().enabled() ? engine.getIfUnique() : null;
		return new CompactionWorker((compacted != null) ? compacted.dueCompactions(retention(properties)) : null,
				properties.retention().interval());
	}

	private static Retention retention(OversyncProperties properties) {
		return new Retention(properties.retention().changes(), properties.retention().devices());
	}

	@Bean
	DeviceWorker oversyncDeviceWorker(ObjectProvider<SyncEngine> engine, OversyncProperties properties) {
		return new DeviceWorker(engine.getIfUnique(), properties.devices().interval());
	}

	@Bean
	CaptureWorker oversyncCaptureWorker(ObjectProvider<SyncEngine> engine, TableCatalog catalog,
			OversyncProperties properties) {
		return new CaptureWorker(engine.getIfUnique(), catalog.isCaptured(), properties.capture().interval());
	}

	@Bean
	StartupReport oversyncStartupReport(SyncDatabase database, SyncTransactionManager transactions,
			TableCatalog catalog, CaptureChoice captured, OversyncProperties properties, BeanFactory beans) {
		return new StartupReport(database, transactions, catalog, captured, properties, beans);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = "jakarta.persistence.EntityManagerFactory")
	static class JpaConfiguration {

		@Bean
		EntityTables oversyncEntityTables(ListableBeanFactory beans) {
			return new EntityManagerFactories(beans);
		}

	}

}
