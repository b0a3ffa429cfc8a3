/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.materialize.BusinessWriter.Shape;
import io.oversync.internal.materialize.BusinessWriter.ValuedRow;
import io.oversync.internal.materialize.TrialSql.Kind;
import io.oversync.internal.store.Parameters;
import io.oversync.internal.stream.Owner;
import io.oversync.materialize.MaterializationException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Lets PostgreSQL find the rows that their tables refuse. It tries them in order, as many
 * at once as succeeded lately, and answers for all of them together. Attempts from here
 * would take several round trips for each refused row.
 * <p>
 * Each attempt is checked as those of {@link StepWriter} are: all constraints are
 * checked, and that no row refers to another user's.
 */
final class Trials {

	/** Slices of arrays are copied, so that the work grows with their square. */
	private static final int MAX_ROWS = 1_000;

	private static final long MAX_CHARACTERS = 4 * 1024 * 1024;

	/** Bounds the length of the program. */
	private static final int MAX_COLUMNS = 400;

	private static final String ANSWER = """
			SELECT a.v[1]::integer - 1 AS reached, a.v[2]::boolean AS conflict, a.v[3]::integer[] AS unclear,
			  a.v[4]::integer[] AS failed, a.v[5]::text[] AS states, a.v[6]::text[] AS messages,
			  set_config('oversync.rows', '', true)
			FROM (SELECT current_setting('oversync.rows')::text[] AS v) AS a""";

	private final TrialSql sql;

	private final JdbcTemplate jdbc;

	Trials(DataSource dataSource, TableCatalog catalog) {
		this.sql = new TrialSql(catalog);
		this.jdbc = new JdbcTemplate(dataSource);
	}

	/**
	 * Tries rows, in the transaction of the caller, until some are done.
	 * @param owner the owner
	 * @param steps the rows, none of them a handler's or with an error of its own
	 * @param watching whether to stop where a unique value is in the way
	 * @param millis about how long it may take
	 * @return the outcome of the first of them
	 */
	Trial run(Owner owner, List<Step> steps, boolean watching, long millis) {
		Input input = new Input();
		int count = 0;
		while (count < steps.size() && input.add(steps.get(count))) {
			count++;
		}
		this.jdbc.query(input.sql(), Parameters.of((parameters) -> input.bind(parameters, owner, watching, millis)),
				(row) -> {
				});
		this.jdbc.execute(this.sql.program(List.copyOf(input.kinds.keySet())));
		List<Trial> answer = this.jdbc.query(ANSWER, (row, number) -> trial(row, steps));
		return answer.get(0);
	}

	private static Trial trial(ResultSet row, List<Step> steps) throws SQLException {
		List<Step> unclear = new ArrayList<>();
		for (Object place : array(row.getArray("unclear"))) {
			unclear.add(steps.get((Integer) place - 1));
		}
		Map<Step, RuntimeException> failed = new LinkedHashMap<>();
		Object[] states = array(row.getArray("states"));
		Object[] messages = array(row.getArray("messages"));
		Object[] places = array(row.getArray("failed"));
		for (int i = 0; i < places.length; i++) {
			failed.put(steps.get((Integer) places[i] - 1), error((String) states[i], (String) messages[i]));
		}
		return new Trial(row.getInt("reached"), row.getBoolean("conflict"), failed, unclear);
	}

	private static Object[] array(Array array) throws SQLException {
		return (Object[]) array.getArray();
	}

	/** Returns the error as the driver would have thrown it. */
	private static RuntimeException error(String state, String message) {
		if (TrialSql.GIVEN_AWAY.equals(state)) {
			return new MaterializationException(Refusals.GIVEN_AWAY);
		}
		PSQLException error = new PSQLException(new ServerErrorMessage("C" + state + "\0M" + message + "\0\0"));
		return ReferenceGuard.translate(new UncategorizedSQLException("Row", null, error));
	}

	/**
	 * The outcome of trying rows.
	 *
	 * @param reached the number of rows that were tried
	 * @param conflict whether a unique value is in the way of the next one
	 * @param failed the rows that failed, with their errors
	 * @param unclear rows that were not written, without an error
	 */
	record Trial(int reached, boolean conflict, Map<Step, RuntimeException> failed, List<Step> unclear) {
	}

	/** The rows of one program. */
	private static final class Input {

		private final Map<Kind, List<Step>> kinds = new LinkedHashMap<>();

		private final Map<Kind, Integer> numbers = new LinkedHashMap<>();

		private final List<Integer> kindOf = new ArrayList<>();

		private final List<Integer> places = new ArrayList<>();

		private long characters;

		private int columns;

		/** Returns whether there was room for it. */
		boolean add(Step step) {
			Kind kind = kind(step);
			long size = size(step);
			boolean known = this.kinds.containsKey(kind);
			boolean room = this.places.size() < MAX_ROWS && this.characters + size <= MAX_CHARACTERS
					&& (known || this.columns + kind.columns() <= MAX_COLUMNS);
			if (!room && !this.places.isEmpty()) {
				return false;
			}
			List<Step> members = this.kinds.computeIfAbsent(kind, (key) -> new ArrayList<>());
			this.columns += known ? 0 : kind.columns() + 1;
			this.kindOf.add(this.numbers.computeIfAbsent(kind, (key) -> this.numbers.size()));
			members.add(step);
			this.places.add(members.size());
			this.characters += size;
			return true;
		}

		private static Kind kind(Step step) {
			return ValuedRow.of(step).map((row) -> {
				Shape shape = Shape.of(step.table(), row);
				return new Kind(step.table(), shape, shape.isInsertable(step.table(), row));
			}).orElseGet(() -> new Kind(step.table(), null, false));
		}

		private static long size(Step step) {
			long size = 0;
			if (step.values() != null) {
				for (String value : step.values().values()) {
					size += (value != null) ? value.length() : 0;
				}
			}
			return size;
		}

		String sql() {
			StringBuilder members = new StringBuilder("?::integer[]::text, ?::integer[]::text, ?, ?::bigint::text,"
					+ " ?::boolean::text, ?::bigint || ' ms'");
			this.kinds.keySet()
				.forEach((kind) -> members.append(", ?::uuid[]::text")
					.append(", ?::text[]::text".repeat(kind.columns())));
			return "SELECT set_config('" + TrialSql.SETTING + "', ARRAY[" + members + "]::text, true) <> ''";
		}

		void bind(Parameters parameters, Owner owner, boolean watching, long millis) throws SQLException {
			parameters.integers(this.kindOf, (number) -> number)
				.integers(this.places, (place) -> place)
				.text(owner.userId())
				.number(owner.streamId())
				.text(Boolean.toString(watching))
				.number(millis);
			for (Map.Entry<Kind, List<Step>> kind : this.kinds.entrySet()) {
				parameters.uuids(kind.getValue(), (step) -> step.row().pk());
				for (int i = 0; i < kind.getKey().columns(); i++) {
					int column = i;
					parameters.texts(kind.getValue(),
							(step) -> (step.values() != null) ? step.values().values().get(column) : null);
				}
			}
		}

	}

}
