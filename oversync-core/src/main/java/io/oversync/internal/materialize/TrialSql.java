/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;

import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.materialize.BusinessWriter.Shape;
import io.oversync.internal.store.RowOwnerStore;
import io.oversync.internal.store.SqlStates;
import org.jspecify.annotations.Nullable;

import static io.oversync.internal.materialize.BusinessSql.quote;
import static io.oversync.internal.materialize.BusinessSql.relation;

/**
 * Writes the program with which PostgreSQL tries rows one by one ({@link Trials}): an
 * anonymous block in which each attempt has a subtransaction of its own. Its statements
 * are those that write rows in bulk, with variables for parameters, so that each is
 * planned once.
 * <p>
 * The block takes its input from a setting of the transaction, an array of arrays, and
 * leaves its answer there: a block has neither parameters nor a result.
 */
final class TrialSql {

	/** Holds the input, then the answer. */
	static final String SETTING = "oversync.rows";

	/** Raised for rows that were not written without an error: why is asked in bulk. */
	static final String UNCLEAR = "OV001";

	/** Raised for a row that a trigger gave to another user. */
	static final String GIVEN_AWAY = "OV002";

	/** The members of the input before the arrays of the rows. */
	private static final int FIXED = 6;

	private static final String HEAD = """
			DECLARE
			  oversync_input text[] := current_setting('oversync.rows')::text[];
			  oversync_kinds integer[] := oversync_input[1]::integer[];
			  oversync_places integer[] := oversync_input[2]::integer[];
			  oversync_owner text := oversync_input[3];
			  oversync_stream bigint := oversync_input[4]::bigint;
			  oversync_watching boolean := oversync_input[5]::boolean;
			  oversync_end timestamptz := clock_timestamp() + least(oversync_input[6]::interval,
			    nullif(current_setting('statement_timeout')::interval / 4, interval '0'));
			  oversync_plans text := current_setting('plan_cache_mode');
			  oversync_rows integer := cardinality(oversync_kinds);
			  oversync_row integer := 1;
			  oversync_last integer;
			  oversync_size integer := greatest(1, oversync_rows / 4);
			  oversync_from integer;
			  oversync_to integer;
			  oversync_count bigint;
			  oversync_updated bigint;
			  oversync_mine boolean;
			  oversync_conflict boolean := false;
			  oversync_state text;
			  oversync_message text;
			  oversync_unclear integer[] := '{}';
			  oversync_failed integer[] := '{}';
			  oversync_states text[] := '{}';
			  oversync_messages text[] := '{}';
			""";

	private static final String LOOP = """
			BEGIN
			  PERFORM set_config('plan_cache_mode', 'auto', true);
			  WHILE oversync_row <= oversync_rows LOOP
			    EXIT WHEN oversync_row > 1 AND clock_timestamp() > oversync_end;
			    oversync_last := oversync_row;
			    WHILE oversync_last < oversync_rows AND oversync_last - oversync_row + 1 < oversync_size
			      AND oversync_kinds[oversync_last + 1] = oversync_kinds[oversync_row] LOOP
			      oversync_last := oversync_last + 1;
			    END LOOP;
			    oversync_from := oversync_places[oversync_row];
			    oversync_to := oversync_places[oversync_last];
			    BEGIN
			      SET CONSTRAINTS ALL DEFERRED;
			      CASE oversync_kinds[oversync_row]
			""";

	// sizes: halves and less where rows fail, twice as many where they do not
	private static final String TAIL = """
			      END CASE;
			      oversync_size := least(oversync_rows, oversync_size * 2);
			      oversync_row := oversync_last + 1;
			    EXCEPTION WHEN OTHERS THEN
			      GET STACKED DIAGNOSTICS oversync_state = RETURNED_SQLSTATE, oversync_message = MESSAGE_TEXT;
			      IF %s THEN
			        RAISE;
			      ELSIF oversync_watching AND oversync_state IN ('%s', '%s') THEN
			        oversync_conflict := true;
			        EXIT;
			      ELSIF oversync_last > oversync_row THEN
			        oversync_size := greatest(1, (oversync_last - oversync_row + 1) / 4);
			      ELSE
			        IF oversync_state = 'OV001' THEN
			          oversync_unclear := array_append(oversync_unclear, oversync_row);
			        ELSE
			          oversync_failed := array_append(oversync_failed, oversync_row);
			          oversync_states := array_append(oversync_states, oversync_state);
			          oversync_messages := array_append(oversync_messages, left(oversync_message, 2000));
			        END IF;
			        oversync_row := oversync_row + 1;
			        oversync_size := 1;
			      END IF;
			    END;
			  END LOOP;
			  PERFORM set_config('plan_cache_mode', oversync_plans, true);
			  PERFORM set_config('oversync.rows', ARRAY[oversync_row::text, oversync_conflict::text, oversync_unclear::text,
			    oversync_failed::text, oversync_states::text, oversync_messages::text]::text, true);
			END
			"""
		.formatted(SqlStates.transientCondition("oversync_state"), WriteErrors.UNIQUE_VIOLATION,
				WriteErrors.EXCLUSION_VIOLATION);

	private static final String RAISE_UNCLEAR = "IF oversync_count < oversync_to - oversync_from + 1 THEN RAISE EXCEPTION"
			+ " USING ERRCODE = '" + UNCLEAR + "'; END IF;\n";

	private static final String RAISE_GIVEN_AWAY = "IF NOT oversync_mine THEN RAISE EXCEPTION USING ERRCODE = '"
			+ GIVEN_AWAY + "'; END IF;\n";

	/** The parameters of {@link OwnerSql#bind}. */
	private static final List<String> USER = List.of("oversync_owner", "oversync_stream");

	private final TableCatalog catalog;

	private final ReferenceSql references;

	TrialSql(TableCatalog catalog) {
		this.catalog = catalog;
		this.references = new ReferenceSql(catalog);
	}

	/**
	 * Writes the program.
	 * @param kinds the kinds of rows that it tries
	 * @return a statement without parameters
	 */
	String program(List<Kind> kinds) {
		StringBuilder declarations = new StringBuilder(HEAD);
		StringBuilder cases = new StringBuilder();
		int input = FIXED;
		for (int i = 0; i < kinds.size(); i++) {
			Kind kind = kinds.get(i);
			Variables variables = new Variables(i, kind.columns());
			input = variables.declare(declarations, input);
			cases.append("WHEN ").append(i).append(" THEN\n").append(variables.assignments());
			cases.append(kind.shape() == null ? delete(kind.table(), variables)
					: upsert(kind.table(), kind.shape(), kind.insertable(), variables));
			cases.append(StepWriter.CHECK).append(";\n");
			if (kind.shape() != null && !kind.table().ownership().references().isEmpty()) {
				cases.append(perform(bind(ReferenceGuard.check(this.references, kind.table()),
						variables.parameters(List.of(variables.keys()), USER))));
			}
		}
		return dollarQuoted(declarations + LOOP + cases + TAIL);
	}

	private static String dollarQuoted(String body) {
		String tag = "$oversync$";
		while (body.contains(tag)) {
			tag = "$" + "o" + tag.substring(1);
		}
		return "DO " + tag + "\n" + body + tag;
	}

	private String upsert(SyncedTable table, Shape shape, boolean insertable, Variables variables) {
		List<String> parameters = variables.parameters(variables.all(), USER,
				(table.ownerColumn() != null) ? List.of("oversync_owner") : List.of());
		String counted = counted(
				bind(BusinessSql.upsert(table, shape.columns(), shape.fresh(), this.catalog), parameters));
		String claims = claims(table, variables);
		if (insertable) {
			return claims + counted + RAISE_GIVEN_AWAY + RAISE_UNCLEAR;
		}
		return claims + counted(bind(BusinessSql.update(table, shape.columns(), this.catalog), parameters))
				+ RAISE_GIVEN_AWAY + "IF oversync_count < oversync_to - oversync_from + 1 THEN\n"
				+ "oversync_updated := oversync_count;\n" + onlyMissing(table, variables)
				+ "oversync_count := oversync_count + oversync_updated;\n" + RAISE_UNCLEAR + counted + RAISE_GIVEN_AWAY
				+ "oversync_count := oversync_count + oversync_updated;\n" + RAISE_UNCLEAR + variables.assignments()
				+ "END IF;\n";
	}

	/**
	 * A row that exists was left unchanged for a reason; the others are inserted.
	 */
	private static String onlyMissing(SyncedTable table, Variables variables) {
		String names = String.join(", ", variables.all());
		return "SELECT "
				+ variables.all()
					.stream()
					.map("coalesce(array_agg(k.%s ORDER BY k.ord), '{}')"::formatted)
					.collect(Collectors.joining(", "))
				+ ", count(*) INTO " + names + ", oversync_count FROM unnest(" + names + ") WITH ORDINALITY AS k("
				+ names + ", ord) WHERE NOT EXISTS (SELECT FROM " + relation(table) + " AS t WHERE t."
				+ quote(table.keyColumn()) + " = k." + variables.keys() + ");\n";
	}

	private String delete(SyncedTable table, Variables variables) {
		List<String> parameters = variables.parameters(USER, List.of(variables.keys()));
		StringBuilder statements = new StringBuilder(claims(table, variables));
		String lock = BusinessSql.lock(table, this.catalog);
		if (lock != null) {
			statements.append(perform(bind(lock, parameters)));
		}
		String delete = bind(BusinessSql.delete(table, this.catalog), parameters);
		if (table.ownership().rowSecurity()) {
			statements.append("WITH w AS (").append(delete).append(") SELECT count(*) INTO oversync_count FROM w;\n");
		}
		else {
			// RETURNING does not go together with rules
			statements.append(delete).append(";\nGET DIAGNOSTICS oversync_count = ROW_COUNT;\n");
		}
		statements.append(RAISE_UNCLEAR);
		if (table.ownerColumn() == null) {
			statements
				.append(bind(RowOwnerStore.RELEASE,
						List.of(Integer.toString(table.id()), "oversync_stream", variables.keys())))
				.append(";\n");
		}
		return statements.toString();
	}

	private static String claims(SyncedTable table, Variables variables) {
		if (table.ownerColumn() != null) {
			return "";
		}
		String id = Integer.toString(table.id());
		return bind(RowOwnerStore.CLAIM, List.of(id, "oversync_stream", variables.keys()))
				+ ";\nSELECT count(*) INTO oversync_count FROM ("
				+ bind(RowOwnerStore.CLAIMED, List.of(variables.keys(), id, "oversync_stream")) + ") AS c;\n"
				+ RAISE_UNCLEAR;
	}

	/** A statement that returns each row's key, and whether it still is the user's. */
	private static String counted(String statement) {
		return "WITH w (pk, mine) AS (" + statement
				+ ") SELECT count(*), coalesce(bool_and(w.mine), true) INTO oversync_count, oversync_mine FROM w;\n";
	}

	private static String perform(String query) {
		return "PERFORM" + query.substring("SELECT".length()) + ";\n";
	}

	/**
	 * Replaces parameters by expressions.
	 * @param sql a statement
	 * @param expressions one for each parameter
	 * @return the statement
	 */
	static String bind(String sql, List<String> expressions) {
		StringBuilder bound = new StringBuilder(sql.length());
		char quote = 0;
		int next = 0;
		for (char character : sql.toCharArray()) {
			if (quote != 0) {
				quote = (character == quote) ? 0 : quote;
			}
			else if (character == '\'' || character == '"') {
				quote = character;
			}
			else if (character == '?') {
				bound.append(expressions.get(next++));
				continue;
			}
			bound.append(character);
		}
		return bound.toString();
	}

	/**
	 * The common shape of rows that the same statements write.
	 *
	 * @param table their table
	 * @param shape the columns that they have values for, null for deletes
	 * @param insertable whether an insert works, even if the row exists
	 */
	record Kind(SyncedTable table, @Nullable Shape shape, boolean insertable) {

		int columns() {
			return (this.shape != null) ? this.shape.columns().size() : 0;
		}

	}

	/** The variables of one kind: arrays of all its rows, and of those of an attempt. */
	private static final class Variables {

		private final List<String> names = new ArrayList<>();

		Variables(int kind, int columns) {
			for (int i = -1; i < columns; i++) {
				this.names.add("oversync_" + kind + "_" + ((i < 0) ? "pk" : "c" + i));
			}
		}

		String keys() {
			return this.names.get(0);
		}

		List<String> all() {
			return this.names;
		}

		int declare(StringBuilder declarations, int input) {
			int place = input;
			for (String name : this.names) {
				String type = name.equals(keys()) ? "uuid[]" : "text[]";
				place++;
				declarations.append("  %s_all %s := oversync_input[%d]::%s;\n  %s %s;\n".formatted(name, type, place,
						type, name, type));
			}
			return place;
		}

		/** A slice copies the whole array, an element does not. */
		String assignments() {
			StringJoiner one = new StringJoiner("");
			StringJoiner many = new StringJoiner("");
			for (String name : this.names) {
				one.add("%s := ARRAY[%s_all[oversync_from]];\n".formatted(name, name));
				many.add("%s := %s_all[oversync_from:oversync_to];\n".formatted(name, name));
			}
			return "IF oversync_from = oversync_to THEN\n" + one + "ELSE\n" + many + "END IF;\n";
		}

		@SafeVarargs
		final List<String> parameters(List<String>... parts) {
			List<String> parameters = new ArrayList<>();
			for (List<String> part : parts) {
				parameters.addAll(part);
			}
			return parameters;
		}

	}

}
