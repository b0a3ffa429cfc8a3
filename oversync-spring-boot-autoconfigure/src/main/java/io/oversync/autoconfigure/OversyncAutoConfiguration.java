package io.oversync.autoconfigure;

import java.util.List;

import javax.sql.DataSource;

import io.oversync.autoconfigure.OversyncProperties.Watermark;
import io.oversync.catalog.CatalogReader;
import io.oversync.catalog.ForeignKeyDeferral;
import io.oversync.catalog.TableCatalog;
import io.oversync.catalog.TableRegistration;
import io.oversync.materialize.MaterializationHandler;
import io.oversync.service.SyncEngine;
import io.oversync.service.SyncService;
import io.oversync.service.SyncServiceFactory;
import io.oversync.store.Transactions;
import io.oversync.upload.UploadSettings;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Auto-configuration of the sync engine.
 */
@AutoConfiguration(after = OversyncSchemaAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "oversync.enabled", matchIfMissing = true)
@ConditionalOnBean(DataSource.class)
public final class OversyncAutoConfiguration {

	private static final Log logger = LogFactory.getLog(OversyncAutoConfiguration.class);

	static final String TABLE_CATALOG = "oversyncTableCatalog";

	@Bean(TABLE_CATALOG)
	@ConditionalOnMissingBean
	@DependsOnDatabaseInitialization
	TableCatalog oversyncTableCatalog(DataSource dataSource, OversyncProperties properties) {
		List<TableRegistration> registrations = properties.registrations();
		if (registrations.isEmpty()) {
			logger.warn("No tables are registered for sync. Add some: oversync.registered-tables=business.users");
		}
		new ForeignKeyDeferral(dataSource).apply(registrations, properties.foreignKeys().makeDeferrable());
		return new CatalogReader(dataSource).read(registrations);
	}

	@Bean
	@ConditionalOnMissingBean(SyncService.class)
	SyncEngine oversyncSyncService(DataSource dataSource, TableCatalog catalog, OversyncProperties properties,
			ObjectProvider<PlatformTransactionManager> transactionManager,
			ObjectProvider<MaterializationHandler> handlers) {
		OversyncProperties.Upload upload = properties.upload();
		UploadSettings settings = new UploadSettings(upload.maxChanges(), upload.watermark() == Watermark.SAFE,
				upload.lockTimeout());
		return SyncServiceFactory.create(dataSource, catalog, handlers.orderedStream().toList(),
				new Transactions(transactionManager.getIfUnique(() -> new JdbcTransactionManager(dataSource)),
						upload.maxAttempts()),
				settings);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = AfterEntityManagerFactory.TYPE)
	static class JpaConfiguration {

		@Bean
		static AfterEntityManagerFactory oversyncAfterEntityManagerFactory() {
			return new AfterEntityManagerFactory();
		}

	}

}
