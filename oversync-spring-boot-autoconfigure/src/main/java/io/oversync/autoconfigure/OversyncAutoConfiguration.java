package io.oversync.autoconfigure;

import java.util.List;

import javax.sql.DataSource;

import io.oversync.catalog.CatalogReader;
import io.oversync.catalog.ForeignKeyDeferral;
import io.oversync.catalog.TableCatalog;
import io.oversync.catalog.TableRegistration;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

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

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = AfterEntityManagerFactory.TYPE)
	static class JpaConfiguration {

		@Bean
		static AfterEntityManagerFactory oversyncAfterEntityManagerFactory() {
			return new AfterEntityManagerFactory();
		}

	}

}
