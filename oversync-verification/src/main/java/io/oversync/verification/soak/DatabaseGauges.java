/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.soak;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Reads gauges of the server's PostgreSQL through a connection of its own, which it does
 * not count.
 */
final class DatabaseGauges implements GaugeSource {

	private static final double MEGABYTE = 1 << 20;

	private static final String QUERY = """
			select count(*) as connections,
			  count(*) filter (where state = 'active') as active,
			  count(*) filter (where state = 'idle') as idle,
			  count(*) filter (where state like 'idle in transaction%') as in_transaction,
			  pg_database_size(current_database()) as size,
			  (select coalesce(sum(n_dead_tup), 0) from pg_stat_user_tables where schemaname = 'sync') as dead
			from pg_stat_activity
			where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()""";

	private final JdbcTemplate jdbc;

	DatabaseGauges(String jdbcUrl) {
		this.jdbc = new JdbcTemplate(new DriverManagerDataSource(jdbcUrl));
	}

	@Override
	public Map<Gauge, Double> read() {
		return Objects.requireNonNull(this.jdbc.queryForObject(QUERY, (row, number) -> values(row)));
	}

	private static Map<Gauge, Double> values(ResultSet row) throws SQLException {
		Map<Gauge, Double> values = new EnumMap<>(Gauge.class);
		values.put(Gauge.CONNECTIONS, row.getDouble("connections"));
		values.put(Gauge.CONNECTIONS_ACTIVE, row.getDouble("active"));
		values.put(Gauge.CONNECTIONS_IDLE, row.getDouble("idle"));
		values.put(Gauge.CONNECTIONS_IN_TRANSACTION, row.getDouble("in_transaction"));
		values.put(Gauge.DATABASE_SIZE, row.getDouble("size") / MEGABYTE);
		values.put(Gauge.DEAD_TUPLES, row.getDouble("dead"));
		return values;
	}

}
