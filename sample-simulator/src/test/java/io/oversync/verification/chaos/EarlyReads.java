/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.SyncActor;
import io.oversync.service.SyncService;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * {@link PlantedBug#ROWS_READ_BEFORE_THE_LOCK}: the statements that read rows of business
 * tables for the stream see the database as it was before the stream was locked.
 */
final class EarlyReads implements Planting {

	private static final String LOCK = "FROM sync.stream s WHERE s.stream_id = ? AND s.user_id = ? FOR UPDATE";

	private static final List<String> READS = List.of("SELECT t.* FROM unnest(", "SELECT k.ord, t.* FROM unnest(");

	private static final Set<String> ENDS = Set.of("commit", "rollback", "close");

	private final AtomicBoolean used = new AtomicBoolean();

	@Override
	public DataSource dataSource(DataSource real) {
		return new DelegatingDataSource(real) {

			@Override
			public Connection getConnection() throws SQLException {
				String url = real.unwrap(HikariDataSource.class).getJdbcUrl();
				return (Connection) Proxy.newProxyInstance(EarlyReads.class.getClassLoader(),
						new Class<?>[] { Connection.class }, new EarlyConnection(super.getConnection(), url));
			}

		};
	}

	@Override
	public void complete(SyncService service, JdbcTemplate database) {
		database.update("insert into business.users (id, owner_id, name, email) values (gen_random_uuid(), "
				+ "'planted-bug-check', 'n', 'e')");
		new StatementRewriter().requireUseIn(service);
		service.download(new SyncActor("planted-bug-check", "reader"), new DownloadRequest(0, 1, null, true, 0),
				(change) -> {
				});
		if (!this.used.get()) {
			throw new IllegalStateException("No statement reads rows for the stream");
		}
	}

	/** A connection with a second one, whose snapshot is older than the lock. */
	private final class EarlyConnection implements InvocationHandler {

		private final Connection connection;

		private final String url;

		private @Nullable Connection early;

		EarlyConnection(Connection connection, String url) {
			this.connection = connection;
			this.url = url;
		}

		@Override
		public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
			if (ENDS.contains(method.getName()) && arguments == null) {
				end();
			}
			if (method.getName().equals("prepareStatement") && arguments != null) {
				String sql = String.valueOf(arguments[0]);
				if (sql.contains(LOCK)) {
					begin();
				}
				else if (this.early != null && READS.stream().anyMatch(sql::startsWith)) {
					EarlyReads.this.used.set(true);
					return this.early.prepareStatement(sql);
				}
			}
			try {
				return method.invoke(this.connection, arguments);
			}
			catch (InvocationTargetException ex) {
				throw ex.getTargetException();
			}
		}

		private void begin() throws SQLException {
			end();
			Connection connection = DriverManager.getConnection(this.url);
			this.early = connection;
			connection.setAutoCommit(false);
			connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
			try (Statement statement = connection.createStatement()) {
				// what is committed in this time is missed
				statement.execute(
						"set local timezone = 'UTC'; set local extra_float_digits = 1; select 1; select pg_sleep(0.05)");
			}
		}

		private void end() throws SQLException {
			if (this.early != null) {
				this.early.close();
				this.early = null;
			}
		}

	}

}
