/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import java.time.Duration;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.util.ClassUtils;

/**
 * The longest wait of a thread for a connection of a pool.
 */
final class PoolWait {

	private static final boolean HIKARI = ClassUtils.isPresent("com.zaxxer.hikari.HikariDataSource",
			PoolWait.class.getClassLoader());

	private PoolWait() {
	}

	/**
	 * Returns the longest wait.
	 * @param dataSource any DataSource
	 * @return its longest wait, null if that is not known
	 */
	static @Nullable Duration of(DataSource dataSource) {
		return HIKARI ? Hikari.of(dataSource) : null;
	}

	/** Loaded only with HikariCP on the class path. */
	private static final class Hikari {

		static @Nullable Duration of(DataSource dataSource) {
			HikariDataSource pool = DataSourceUnwrapper.unwrap(dataSource, HikariConfigMXBean.class,
					HikariDataSource.class);
			return (pool != null) ? Duration.ofMillis(pool.getConnectionTimeout()) : null;
		}

	}

}
