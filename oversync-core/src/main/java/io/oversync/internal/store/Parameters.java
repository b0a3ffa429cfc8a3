/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Collection;
import java.util.UUID;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.postgresql.util.PGobject;

import org.springframework.jdbc.core.PreparedStatementSetter;

/**
 * Binds the parameters of a statement, from left to right. Arrays are for {@code unnest}:
 * one parameter a column, whatever the number of rows.
 */
public final class Parameters {

	private final PreparedStatement statement;

	private int index;

	Parameters(PreparedStatement statement) {
		this.statement = statement;
	}

	/**
	 * Binds a whole statement.
	 * @param binding binds all of its parameters
	 * @return for use with a {@code JdbcTemplate}
	 */
	public static PreparedStatementSetter of(Binding binding) {
		return (statement) -> binding.bind(new Parameters(statement));
	}

	/**
	 * Binds a {@code text} or null. The driver is told the type: for a parameter without
	 * one (with {@code stringtype=unspecified}) it asks PostgreSQL, and then ends the
	 * round trip before the statement, and with it a transaction that is implicit.
	 * @param value the value
	 * @return this
	 * @throws SQLException if binding fails
	 */
	public Parameters text(@Nullable String value) throws SQLException {
		PGobject text = new PGobject();
		text.setType("text");
		text.setValue(value);
		this.statement.setObject(++this.index, text);
		return this;
	}

	/**
	 * Binds a {@code bigint}.
	 * @param value the value
	 * @return this
	 * @throws SQLException if binding fails
	 */
	public Parameters number(long value) throws SQLException {
		this.statement.setLong(++this.index, value);
		return this;
	}

	/**
	 * Binds a key.
	 * @param value the key
	 * @return this
	 * @throws SQLException if binding fails
	 */
	public Parameters uuid(UUID value) throws SQLException {
		this.statement.setObject(++this.index, value);
		return this;
	}

	/**
	 * Binds an {@code integer}.
	 * @param value the value
	 * @return this
	 * @throws SQLException if binding fails
	 */
	public Parameters integer(int value) throws SQLException {
		this.statement.setInt(++this.index, value);
		return this;
	}

	/**
	 * Binds an {@code integer} or null.
	 * @param value the value
	 * @return this
	 * @throws SQLException if binding fails
	 */
	public Parameters integerOrNull(@Nullable Integer value) throws SQLException {
		this.statement.setObject(++this.index, value, Types.INTEGER);
		return this;
	}

	/**
	 * Binds a {@code bigint[]}.
	 * @param <T> the type of the rows
	 * @param rows the rows
	 * @param column the value of each
	 * @return this
	 * @throws SQLException if binding fails
	 */
	public <T> Parameters longs(Collection<T> rows, Function<T, Long> column) throws SQLException {
		return array("int8", rows, new Long[rows.size()], column);
	}

	/**
	 * Binds an {@code integer[]}.
	 * @param <T> the type of the rows
	 * @param rows the rows
	 * @param column the value of each
	 * @return this
	 * @throws SQLException if binding fails
	 */
	public <T> Parameters integers(Collection<T> rows, Function<T, Integer> column) throws SQLException {
		return array("int4", rows, new Integer[rows.size()], column);
	}

	/**
	 * Binds a {@code uuid[]}.
	 * @param <T> the type of the rows
	 * @param rows the rows
	 * @param column the value of each
	 * @return this
	 * @throws SQLException if binding fails
	 */
	public <T> Parameters uuids(Collection<T> rows, Function<T, UUID> column) throws SQLException {
		return array("uuid", rows, new UUID[rows.size()], column);
	}

	/**
	 * Binds a {@code boolean[]}.
	 * @param <T> the type of the rows
	 * @param rows the rows
	 * @param column the value of each
	 * @return this
	 * @throws SQLException if binding fails
	 */
	public <T> Parameters booleans(Collection<T> rows, Function<T, Boolean> column) throws SQLException {
		return array("bool", rows, new Boolean[rows.size()], column);
	}

	/**
	 * Binds a {@code text[]}.
	 * @param <T> the type of the rows
	 * @param rows the rows
	 * @param column the value of each, which may be null
	 * @return this
	 * @throws SQLException if binding fails
	 */
	public <T> Parameters texts(Collection<T> rows, Function<T, @Nullable String> column) throws SQLException {
		return array("text", rows, new String[rows.size()], column);
	}

	private <T, V> Parameters array(String type, Collection<T> rows, @Nullable V[] values,
			Function<T, ? extends @Nullable V> column) throws SQLException {
		int i = 0;
		for (T row : rows) {
			values[i++] = column.apply(row);
		}
		this.statement.setArray(++this.index, this.statement.getConnection().createArrayOf(type, values));
		return this;
	}

	/** Binds the parameters of one statement. */
	@FunctionalInterface
	public interface Binding {

		/**
		 * Binds them.
		 * @param parameters takes them from left to right
		 * @throws SQLException if binding fails
		 */
		void bind(Parameters parameters) throws SQLException;

	}

}
