package io.oversync.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Binds arrays for {@code unnest}: one parameter a column, whatever the number of rows.
 */
public final class SqlArrays {

	private SqlArrays() {
	}

	/**
	 * Binds a {@code bigint[]}.
	 * @param statement the statement
	 * @param index the parameter, from 1
	 * @param values the elements
	 * @throws SQLException as the driver says
	 */
	public static void setLongs(PreparedStatement statement, int index, Collection<Long> values) throws SQLException {
		statement.setArray(index, statement.getConnection().createArrayOf("int8", values.toArray(Long[]::new)));
	}

	/**
	 * Binds an {@code integer[]}.
	 * @param statement the statement
	 * @param index the parameter, from 1
	 * @param values the elements
	 * @throws SQLException as the driver says
	 */
	public static void setInts(PreparedStatement statement, int index, Collection<Integer> values) throws SQLException {
		statement.setArray(index, statement.getConnection().createArrayOf("int4", values.toArray(Integer[]::new)));
	}

	/**
	 * Binds a {@code uuid[]}.
	 * @param statement the statement
	 * @param index the parameter, from 1
	 * @param values the elements
	 * @throws SQLException as the driver says
	 */
	public static void setUuids(PreparedStatement statement, int index, Collection<UUID> values) throws SQLException {
		statement.setArray(index, statement.getConnection().createArrayOf("uuid", values.toArray(UUID[]::new)));
	}

	/**
	 * Binds a {@code boolean[]}.
	 * @param statement the statement
	 * @param index the parameter, from 1
	 * @param values the elements
	 * @throws SQLException as the driver says
	 */
	public static void setBooleans(PreparedStatement statement, int index, Collection<Boolean> values)
			throws SQLException {
		statement.setArray(index, statement.getConnection().createArrayOf("bool", values.toArray(Boolean[]::new)));
	}

	/**
	 * Binds a {@code text[]}.
	 * @param statement the statement
	 * @param index the parameter, from 1
	 * @param values the elements, which may be null
	 * @throws SQLException as the driver says
	 */
	public static void setTexts(PreparedStatement statement, int index, List<@Nullable String> values)
			throws SQLException {
		statement.setArray(index, statement.getConnection().createArrayOf("text", values.toArray(String[]::new)));
	}

}
