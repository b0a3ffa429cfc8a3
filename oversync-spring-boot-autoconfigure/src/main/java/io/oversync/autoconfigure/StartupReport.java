/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import java.sql.DatabaseMetaData;
import java.util.List;
import java.util.stream.Collectors;

import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.store.SchemaMigrator;
import io.oversync.internal.store.SchemaMode;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;

/**
 * Logs in one line which tables are synced, where and how.
 */
final class StartupReport implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(OversyncAutoConfiguration.class);

	private static final int MOST_TABLES = 20;

	private final SyncDatabase database;

	private final SyncTransactionManager transactionManager;

	private final TableCatalog catalog;

	private final CaptureChoice captured;

	private final OversyncProperties properties;

	private final BeanFactory beans;

	StartupReport(SyncDatabase database, SyncTransactionManager transactionManager, TableCatalog catalog,
			CaptureChoice captured, OversyncProperties properties, BeanFactory beans) {
		this.database = database;
		this.transactionManager = transactionManager;
		this.catalog = catalog;
		this.captured = captured;
		this.properties = properties;
		this.beans = beans;
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (logger.isInfoEnabled()) {
			logger.info(
					("Oversync: %s; %s; schema 'sync' %s; DataSource '%s' (%s), transactions of %s; what the application"
							+ " itself writes to these tables: %s")
						.formatted(tables(), endpoints(), schemaVersion(), this.database.beanName(), url(),
								this.transactionManager.description(), this.captured.describe(this.catalog)));
		}
	}

	private String tables() {
		List<String> names = this.catalog.tables().stream().map((table) -> table.name().toString()).toList();
		String list = names.stream().limit(MOST_TABLES).collect(Collectors.joining(", "));
		String more = (names.size() > MOST_TABLES) ? " and " + (names.size() - MOST_TABLES) + " more" : "";
		return names.isEmpty() ? "no tables" : "%d tables (%s%s)".formatted(names.size(), list, more);
	}

	private String endpoints() {
		if (!this.beans.containsBean(OversyncWebMvcAutoConfiguration.ENDPOINTS)) {
			return "no endpoints (not a web application with Spring MVC)";
		}
		return "endpoints %s/** and %s/materialize-failures".formatted(this.properties.basePath(),
				this.properties.adminPath());
	}

	private String schemaVersion() {
		return (this.properties.schema().mode() == SchemaMode.NONE) ? "not looked at"
				: SchemaMigrator.versionOf(this.database.dataSource());
	}

	private String url() {
		try {
			return withoutCredentials(
					JdbcUtils.extractDatabaseMetaData(this.database.dataSource(), DatabaseMetaData::getURL));
		}
		catch (MetaDataAccessException ex) {
			return "unknown URL";
		}
	}

	/**
	 * Reduces a JDBC URL to the location of the database.
	 * @param url such as {@code jdbc:postgresql://host/app?user=me&password=secret}
	 * @return without parameters and user info
	 */
	static String withoutCredentials(String url) {
		return url.replaceFirst("[?;].*", "").replaceFirst("//[^/]*@", "//");
	}

}
