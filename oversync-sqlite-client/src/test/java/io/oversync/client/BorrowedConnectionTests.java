/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A connection of a pool goes back as it came.
 */
class BorrowedConnectionTests {

	private static final String DDL = "CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT);";

	@TempDir
	private Path folder;

	@Test
	void whatTheClientSetsIsSetBack() throws SQLException {
		ModelServer server = new ModelServer();
		try (TestDevice phone = new TestDevice(this.folder, server, "ann/phone", DDL, "note");
				Connection pooled = DriverManager.getConnection("jdbc:sqlite:" + phone.file())) {
			try (Statement statement = pooled.createStatement()) {
				statement.execute("PRAGMA foreign_keys = ON");
				statement.execute("PRAGMA busy_timeout = 1234");
			}
			List<String> before = settings(pooled);
			phone.with((builder) -> builder.dataSource(pool(pooled))).open();
			assertThat(settings(pooled)).isNotEqualTo(before);
			phone.execute("INSERT INTO note VALUES ('00000000-0000-0000-0000-00000000000a', 'title')");
			phone.client().sync();
			phone.client().close();
			assertThat(settings(pooled)).isEqualTo(before);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "PRAGMA count_changes = ON", "PRAGMA query_only = ON" })
	void settingsThatAPoolHasLeftOnDoNoHarm(String setting) throws SQLException {
		ModelServer server = new ModelServer();
		try (TestDevice phone = new TestDevice(this.folder, server, "ann/phone", DDL, "note");
				Connection pooled = DriverManager.getConnection("jdbc:sqlite:" + phone.file())) {
			try (Statement statement = pooled.createStatement()) {
				statement.execute(setting);
			}
			List<String> before = settings(pooled);
			phone.with((builder) -> builder.dataSource(pool(pooled))).open();
			phone.execute("INSERT INTO note VALUES ('00000000-0000-0000-0000-00000000000a', 'title')");
			assertThat(phone.client().sync().upload().applied()).isEqualTo(1);
			phone.client().close();
			assertThat(settings(pooled)).isEqualTo(before);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "TABLE NOTE (id TEXT PRIMARY KEY, title TEXT)", "VIEW note AS SELECT 1 AS id" })
	void aTemporaryTableThatHidesASyncedOneIsRefused(String hiding) throws SQLException {
		ModelServer server = new ModelServer();
		try (TestDevice phone = new TestDevice(this.folder, server, "ann/phone", DDL, "note");
				Connection pooled = DriverManager.getConnection("jdbc:sqlite:" + phone.file())) {
			try (Statement statement = pooled.createStatement()) {
				statement.execute("CREATE TEMPORARY " + hiding);
			}
			assertThatExceptionOfType(SyncSetupException.class)
				.isThrownBy(() -> phone.with((builder) -> builder.dataSource(pool(pooled))).open())
				.withMessageContaining("temporary");
		}
	}

	private static List<String> settings(Connection connection) throws SQLException {
		List<String> settings = new ArrayList<>();
		for (String name : List.of("foreign_keys", "busy_timeout", "wal_autocheckpoint", "cache_size", "synchronous",
				"count_changes", "query_only")) {
			try (Statement statement = connection.createStatement();
					ResultSet setting = statement.executeQuery("PRAGMA " + name)) {
				settings.add(name + " = " + setting.getString(1));
			}
		}
		return settings;
	}

	/** A pool of one connection, which is not closed. */
	private static DataSource pool(Connection connection) {
		Connection borrowed = (Connection) Proxy.newProxyInstance(Connection.class.getClassLoader(),
				new Class<?>[] { Connection.class }, (proxy, method, arguments) -> {
					try {
						return method.getName().equals("close") ? null : method.invoke(connection, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
		return (DataSource) Proxy.newProxyInstance(DataSource.class.getClassLoader(),
				new Class<?>[] { DataSource.class }, (proxy, method, arguments) -> borrowed);
	}

}
