/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

import io.oversync.test.DurablePostgres;

/**
 * A PostgreSQL with the tables of both sides, and a server on it.
 */
final class TestBed implements AutoCloseable {

	private static final String DDL = """
			create schema bench;
			create table bench.plain (
			  id uuid primary key, owner_id text not null, name text not null, amount bigint, price numeric(12,2),
			  active boolean, created_at timestamptz, body text);
			create table bench.typed (like bench.plain including all);
			create schema raw;
			create table raw.server_change_log (
			  server_id bigserial primary key, user_id text not null, schema_name text not null,
			  table_name text not null, op text not null, pk_uuid uuid not null, payload json,
			  source_id text not null, source_change_id bigint not null, server_version bigint not null,
			  ts timestamptz not null default now(),
			  unique (user_id, source_id, source_change_id), unique (user_id, server_id));
			create table raw.sync_state (
			  user_id text, schema_name text, table_name text, pk_uuid uuid, payload json not null,
			  primary key (user_id, schema_name, table_name, pk_uuid));
			create table raw.sync_row_meta (
			  user_id text, schema_name text, table_name text, pk_uuid uuid, server_version bigint not null,
			  deleted boolean not null default false, updated_at timestamptz not null default now(),
			  primary key (user_id, schema_name, table_name, pk_uuid));
			create table raw.typed (like bench.plain including all);
			""";

	private final DurablePostgres postgres;

	private final ServerProcess server;

	private final CpuSeconds.Clock cpuClock;

	private TestBed(DurablePostgres postgres, String... properties) throws IOException, SQLException {
		this.postgres = postgres;
		execute(DDL);
		this.server = ServerProcess.start(postgres.jdbcUrl(), properties);
		this.cpuClock = new CpuSeconds.Clock(this.server.handle(), postgres.postmaster());
	}

	static TestBed open() throws IOException, SQLException {
		return open(new String[0]);
	}

	/**
	 * Opens it with a server that has other properties.
	 * @param properties as {@code --name=value}
	 */
	static TestBed open(String... properties) throws IOException, SQLException {
		DurablePostgres postgres = DurablePostgres.start();
		try {
			return new TestBed(postgres, properties);
		}
		catch (IOException | SQLException | RuntimeException ex) {
			postgres.close();
			throw ex;
		}
	}

	String jdbcUrl() {
		return this.postgres.jdbcUrl();
	}

	/** Executes statements whose speed does not matter, each in its own transaction. */
	void execute(String... statements) throws SQLException {
		try (Connection connection = jdbc(); Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
	}

	/** Executes a statement with parameters whose speed does not matter. */
	static void execute(Connection connection, String sql, Object... values) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			for (int i = 0; i < values.length; i++) {
				statement.setObject(1 + i, values[i]);
			}
			statement.execute();
		}
	}

	Connection jdbc() throws SQLException {
		return DriverManager.getConnection(this.postgres.jdbcUrl());
	}

	/** Connects a device. */
	HttpDevice device(String user, String device) throws IOException {
		return new HttpDevice(http(), user, device);
	}

	HttpConnection http() throws IOException {
		return new HttpConnection(this.server.port());
	}

	int port() {
		return this.server.port();
	}

	ServerProcess.Heap heap() throws IOException {
		return this.server.heap();
	}

	CpuSeconds.Clock cpuClock() {
		return this.cpuClock;
	}

	@Override
	public void close() throws IOException {
		try (this.postgres) {
			this.server.close();
		}
	}

}
