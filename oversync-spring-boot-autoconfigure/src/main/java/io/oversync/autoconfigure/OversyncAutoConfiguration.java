/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import java.util.List;

import java.time.Duration;

import javax.sql.DataSource;

import io.oversync.autoconfigure.OversyncProperties.Watermark;
import io.oversync.internal.capture.CaptureInstaller;
import io.oversync.internal.catalog.CatalogReader;
import io.oversync.internal.catalog.ForeignKeyDeferral;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.catalog.TableRegistration;
import io.oversync.internal.compact.Retention;
import io.oversync.internal.event.EngineListener;
import io.oversync.internal.event.EngineListeners;
import io.oversync.internal.log.EngineEventLog;
import io.oversync.internal.service.CurrentEpoch;
import io.oversync.internal.service.DefaultSyncService;
import io.oversync.internal.service.DueCompactions;
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

	/** How soon a device's cursor that went back is written. */
	private static final Duration TICK = Duration.ofSeconds(1);

	/** How often the worker looks for streams that are due. */
	private static final Duration COMPACTION_TICK = Duration.ofMinutes(10);

	/** The database may be put back while the application runs. */
	private static final Duration EPOCH_AGE = Duration.ofSeconds(5);

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
	@DependsOnDatabaseInitialization
	CurrentEpoch oversyncEpoch(SyncDatabase database, OversyncProperties properties) {
		CurrentEpoch epoch = new CurrentEpoch(database.dataSource());
		if (properties.restoredAt() != null) {
			epoch.begin(properties.restoredAt());
		}
		epoch.refresh();
		return epoch;
	}

	@Bean
	SyncTransactionManager oversyncTransactionManager(SyncDatabase database, ConfigurableListableBeanFactory beans) {
		return new TransactionManagerChoice(beans).choose(database);
	}

	@Bean
	EngineEventLog oversyncEngineEventLog() {
		return new EngineEventLog();
	}

	@Bean
	EngineEvents oversyncEngineEvents(ObjectProvider<EngineListener> listeners) {
		return new EngineEvents(EngineListeners.of(listeners.orderedStream().toList()));
	}

	@Bean
	@ConditionalOnMissingBean(SyncService.class)
	SyncEngine oversyncSyncService(SyncTransactionManager transactions, TableCatalog catalog,
			OversyncProperties properties, ObjectProvider<MaterializationHandler> handlers, EngineEvents events) {
		OversyncProperties.Upload upload = properties.upload();
		UploadSettings usual = new UploadSettings(upload.maxChanges(), upload.watermark() == Watermark.SAFE,
				upload.lockTimeout());
		UploadSettings settings = (upload.maxConflictSize() != null)
				? usual.withConflictBytes(upload.maxConflictSize().toBytes()) : usual;
		DataSource dataSource = transactions.dataSource();
		OversyncProperties.Concurrency concurrency = properties.concurrency();
		return new DefaultSyncService(dataSource, catalog, handlers.orderedStream().toList(),
				new Transactions(dataSource, transactions.transactionManager(), upload.maxAttempts(),
						PoolWait.of(dataSource), events.listener()),
				settings, new RequestLimits(properties.requestTimeout(), concurrency.connectionsPerUser(),
						concurrency.waitingPerUser()),
				properties.capture().mode(), events.listener());
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

	private static Retention retention(OversyncProperties properties) {
		OversyncProperties.Retention retention = properties.retention();
		return new Retention(retention.changes(), retention.devices(), true, retention.tombstones());
	}

	// null where the application has an engine of its own
	@Bean
	BackgroundWorker oversyncDeviceWorker(ObjectProvider<SyncEngine> engines, OversyncProperties properties) {
		SyncEngine engine = engines.getIfUnique();
		Duration interval = properties.devices().interval();
		return new BackgroundWorker("devices", TICK, (engine != null) ? () -> engine.flushDevices(interval) : null,
				(engine != null) ? () -> engine.flushDevices(Duration.ZERO) : null,
				"What was noted of devices could not be written; it is kept for the next attempt");
	}

	@Bean
	@ConditionalOnBooleanProperty("oversync.watch.listen")
	WatchListener oversyncWatchListener(ObjectProvider<SyncEngine> engine, SyncTransactionManager transactions,
			OversyncProperties properties, BeanFactory beans) {
		String name = properties.watch().listenDatasource();
		return new WatchListener(engine.getIfUnique(),
				(name != null) ? beans.getBean(name, DataSource.class) : transactions.dataSource());
	}

	@Bean
	BackgroundWorker oversyncCaptureWorker(ObjectProvider<SyncEngine> engines, TableCatalog catalog,
			OversyncProperties properties) {
		SyncEngine engine = catalog.isCaptured() ? engines.getIfUnique() : null;
		return new BackgroundWorker("capture", properties.capture().interval(),
				(engine != null) ? engine::absorbWaiting : null,
				"What the application has written waits until a device asks, or until the next attempt");
	}

	@Bean
	BackgroundWorker oversyncCompactionWorker(ObjectProvider<SyncEngine> engines, OversyncProperties properties) {
		SyncEngine engine = properties.retention().enabled() ? engines.getIfUnique() : null;
		DueCompactions due = (engine != null) ? engine.dueCompactions(retention(properties)) : null;
		return new BackgroundWorker("compaction", COMPACTION_TICK,
				(due != null) ? () -> due.compactDue(properties.retention().interval()) : null,
				"Some streams could not be compacted; the next attempt goes on");
	}

	@Bean
	BackgroundWorker oversyncEpochWorker(CurrentEpoch epoch) {
		return new BackgroundWorker("epoch", EPOCH_AGE, epoch::refresh,
				"It cannot be read whether the database was restored; answers carry the last epoch that was read");
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
