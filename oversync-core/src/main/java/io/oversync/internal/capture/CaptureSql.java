/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.capture;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

import io.oversync.internal.catalog.Relation;
import io.oversync.internal.store.Applying;
import io.oversync.internal.store.CapturedRows;
import io.oversync.protocol.SyncActor;

/**
 * Writes the function and the triggers that capture the writes to one table.
 * <p>
 * The function runs with the rights of its owner, under whatever {@code search_path} the
 * writer has. So every function, type, operator and table in it is qualified, and what
 * cannot be ({@code IS DISTINCT FROM}, {@code IN}, {@code BETWEEN}) is not used. Its
 * statements are static, so that a session plans them once; the plan of the full join is
 * good for one row and for a million.
 * <p>
 * A row is noted for its owner if the owner can be a user. The length is bounded, since a
 * longer one would not fit into the queue's index and fail the application's write.
 */
final class CaptureSql {

	private static final String FUNCTION_PREFIX = "capture_";

	/** Matches the names of all generated functions, in the schema sync. */
	static final String FUNCTION_PATTERN = "^" + FUNCTION_PREFIX + "[0-9]+$";

	private static final String OLD = "oversync_old";

	private static final String NEW = "oversync_new";

	private static final int ROW = 1;

	private static final int BEFORE = 2;

	private static final int INSERT = 4;

	private static final int DELETE = 8;

	private static final int UPDATE = 16;

	private static final int TRUNCATE = 32;

	private static final int HASH_BYTES = 8;

	/** Within a trigger, it is not the engine that writes, even while it does. */
	private static final String WHEN = " WHEN (COALESCE(pg_catalog.current_setting('" + Applying.SETTING
			+ "', true), '') OPERATOR(pg_catalog.<>) ALL (ARRAY['" + Applying.VALUE
			+ "', '%s']) OR pg_catalog.pg_trigger_depth() OPERATOR(pg_catalog.>) 0)";

	private static final String BODY = """

			BEGIN
			  IF TG_OP OPERATOR(pg_catalog.=) 'INSERT' THEN
			%s
			  ELSIF TG_OP OPERATOR(pg_catalog.=) 'UPDATE' THEN
			%s
			  ELSIF TG_OP OPERATOR(pg_catalog.=) 'DELETE' THEN
			%s
			  ELSE
			%s
			  END IF;
			  RETURN NULL;
			END
			""";

	private final CapturedTable table;

	private final String hash;

	private final String body;

	private CaptureSql(CapturedTable table) {
		this.table = table;
		this.body = table.byRow() ? bodyByRow() : bodyByStatement();
		this.hash = hash(this.body + triggers("", triggers()));
	}

	/**
	 * Writes the definition of a table's capture.
	 * @param table the table
	 * @return its function and triggers
	 */
	static CaptureDefinition define(CapturedTable table) {
		CaptureSql sql = new CaptureSql(table);
		List<String> statements = new ArrayList<>();
		statements.add(sql.createFunction());
		statements.add("COMMENT ON FUNCTION %s() IS %s".formatted(function(table.id()),
				literal("Notes what the application writes to %s, for Oversync (definition %s)"
					.formatted(table.relation(), sql.hash))));
		statements.addAll(sql.triggers(sql.hash, sql.triggers()));
		return new CaptureDefinition(sql.body, sql.hash, sql.triggers(), statements);
	}

	/**
	 * Returns the name of a table's function.
	 * @param tableId the table's id
	 * @return with its schema
	 */
	static String function(long tableId) {
		return "sync." + FUNCTION_PREFIX + tableId;
	}

	/**
	 * Returns the statement that removes a table's function, and its triggers with it.
	 * The owner of the function may run it, who need not own the table.
	 * @param tableId the table's id
	 * @return the statement
	 */
	static String drop(long tableId) {
		return "DROP FUNCTION IF EXISTS %s() CASCADE".formatted(function(tableId));
	}

	/**
	 * Reads the id of a table from the name of its function.
	 * @param function the name without its schema
	 * @return the id
	 */
	static long tableId(String function) {
		return Long.parseLong(function.substring(FUNCTION_PREFIX.length()));
	}

	private String createFunction() {
		String quote = "$oversync$";
		while (this.body.contains(quote)) {
			quote = quote.substring(0, quote.length() - 1) + "_$";
		}
		return "CREATE OR REPLACE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS %s%s%s"
			.formatted(function(this.table.id()), quote, this.body, quote);
	}

	private String bodyByStatement() {
		String key = quote(this.table.key());
		String inserted = together("SELECT %s, n.%s FROM %s AS n".formatted(owner("n"), key, NEW));
		String deleted = together("SELECT %s, o.%s FROM %s AS o".formatted(owner("o"), key, OLD));
		String truncated = truncated();
		String updated = together("""
				SELECT w.owner, w.pk
				      FROM %1$s AS o
				      FULL JOIN %2$s AS n ON o.%3$s OPERATOR(pg_catalog.=) n.%3$s
				     CROSS JOIN LATERAL (VALUES
				       (%5$s, n.%3$s, true),
				       (%4$s, o.%3$s, n.%3$s IS NULL OR COALESCE(%4$s OPERATOR(pg_catalog.<>) %5$s, true))
				     ) AS w (owner, pk, noted)
				     WHERE (o.%3$s IS NULL OR n.%3$s IS NULL OR (o.*) OPERATOR(pg_catalog.*<>) (n.*))
				       AND w.noted""".formatted(OLD, NEW, key, owner("o"), owner("n")));
		return BODY.formatted(inserted, updated, deleted, truncated);
	}

	private String bodyByRow() {
		String key = quote(this.table.key());
		String inserted = note(owner("NEW"), "NEW." + key);
		String deleted = note(owner("OLD"), "OLD." + key);
		String truncated = truncated();
		String updated = """
				IF OLD OPERATOR(pg_catalog.*<>) NEW THEN
				  %1$s
				  SELECT w.owner, %2$d, ARRAY[w.pk]
				    FROM (VALUES
				      (%5$s, NEW.%3$s, true),
				      (%4$s, OLD.%3$s, OLD.%3$s OPERATOR(pg_catalog.<>) NEW.%3$s
				         OR COALESCE(%4$s OPERATOR(pg_catalog.<>) %5$s, true))
				    ) AS w (owner, pk, noted)
				   WHERE w.noted AND %6$s;
				END IF;""".formatted(CapturedRows.INSERT, this.table.id(), key, owner("OLD"), owner("NEW"),
				isUser("w.owner"));
		return BODY.formatted(inserted, updated, deleted, truncated);
	}

	/**
	 * A transaction with one snapshot does not see all rows that it empties the table of;
	 * then the worker lets all streams be compared with the table.
	 */
	private String truncated() {
		return together("SELECT %s, t.%s FROM %s AS t".formatted(owner("t"), quote(this.table.key()), relation())) + """

				%s
				SELECT '', %d, CAST('{}' AS pg_catalog.uuid[])
				 WHERE pg_catalog.current_setting('transaction_isolation') OPERATOR(pg_catalog.<>) 'read committed';"""
			.formatted(CapturedRows.INSERT, this.table.id());
	}

	private String note(String owner, String key) {
		return """
				%s
				SELECT %s, %d, ARRAY[%s]
				 WHERE %s;""".formatted(CapturedRows.INSERT, owner, this.table.id(), key, isUser(owner));
	}

	/**
	 * Notes the keys of an owner together, as far as one row of the queue may hold them.
	 * They are aggregated at once and cut then: numbering the rows costs more.
	 */
	private String together(String rows) {
		return """
				%s
				SELECT a.owner, %d, a.pks[s.first : s.first OPERATOR(pg_catalog.+) %d]
				  FROM (SELECT w.owner, pg_catalog.array_agg(w.pk) AS pks
				      FROM (%s) AS w (owner, pk)
				     WHERE %s
				     GROUP BY w.owner) AS a
				 CROSS JOIN LATERAL pg_catalog.generate_series(1, pg_catalog.cardinality(a.pks), %d) AS s (first);"""
			.formatted(CapturedRows.INSERT, this.table.id(), CapturedRows.MOST_KEYS - 1, rows, isUser("w.owner"),
					CapturedRows.MOST_KEYS);
	}

	private String owner(String row) {
		return "CAST(" + row + "." + quote(this.table.owner()) + " AS pg_catalog.text)";
	}

	/** Not so for null. */
	private static String isUser(String owner) {
		return "pg_catalog.length(%1$s) OPERATOR(pg_catalog.>) 0 AND pg_catalog.length(%1$s) OPERATOR(pg_catalog.<=) %2$d"
			.formatted(owner, SyncActor.MAX_USER_ID_LENGTH);
	}

	private List<CaptureTrigger> triggers() {
		int level = this.table.byRow() ? ROW : 0;
		String old = this.table.byRow() ? "" : OLD;
		String now = this.table.byRow() ? "" : NEW;
		return List.of(new CaptureTrigger("oversync_capture_insert", level | INSERT, "", now),
				new CaptureTrigger("oversync_capture_update", level | UPDATE, old, now),
				new CaptureTrigger("oversync_capture_delete", level | DELETE, old, ""),
				new CaptureTrigger("oversync_capture_truncate", BEFORE | TRUNCATE, "", ""));
	}

	private List<String> triggers(String argument, List<CaptureTrigger> triggers) {
		return triggers.stream().map((trigger) -> createTrigger(trigger, argument)).toList();
	}

	/**
	 * The triggers carry the hash as an argument: a comment on them would take the rights
	 * of the table's owner.
	 */
	private String createTrigger(CaptureTrigger trigger, String argument) {
		String tables = (trigger.oldTable().isEmpty() ? "" : " OLD TABLE AS " + trigger.oldTable())
				+ (trigger.newTable().isEmpty() ? "" : " NEW TABLE AS " + trigger.newTable());
		return "CREATE OR REPLACE TRIGGER %s %s ON %s%s FOR EACH %s%s EXECUTE FUNCTION %s('%s')".formatted(
				trigger.name(), when(trigger.type()), relation(), tables.isEmpty() ? "" : " REFERENCING" + tables,
				((trigger.type() & ROW) != 0) ? "ROW" : "STATEMENT",
				this.table.ownWrites() ? "" : WHEN.formatted(Applying.value(this.table.id())),
				function(this.table.id()), argument);
	}

	private static String when(int type) {
		return switch (type & ~ROW) {
			case INSERT -> "AFTER INSERT";
			case UPDATE -> "AFTER UPDATE";
			case DELETE -> "AFTER DELETE";
			default -> "BEFORE TRUNCATE";
		};
	}

	private String relation() {
		Relation relation = this.table.relation();
		return quote(relation.schema()) + "." + quote(relation.name());
	}

	private static String quote(String identifier) {
		return '"' + identifier.replace("\"", "\"\"") + '"';
	}

	private static String literal(String text) {
		return "'" + text.replace("'", "''") + "'";
	}

	private static String hash(String text) {
		try {
			byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(hash, 0, HASH_BYTES);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * A table whose writes are captured.
	 *
	 * @param id its id in the schema sync
	 * @param relation the relation
	 * @param key the key column
	 * @param owner the owner column
	 * @param byRow whether its triggers are for each row: partitions inherit only those
	 * @param ownWrites whether it notes what the engine writes, too: the database may
	 * have computed some of it
	 */
	record CapturedTable(int id, Relation relation, String key, String owner, boolean byRow, boolean ownWrites) {
	}

	/**
	 * A trigger as {@code pg_trigger} has it.
	 *
	 * @param name its name
	 * @param type its level, time and event
	 * @param oldTable the name of its table of old rows, empty for none
	 * @param newTable the name of its table of new rows, empty for none
	 */
	record CaptureTrigger(String name, int type, String oldTable, String newTable) {
	}

	/**
	 * What captures the writes to a table.
	 *
	 * @param body the source of the function
	 * @param hash of the function and the triggers
	 * @param triggers the triggers
	 * @param statements create or replace all of it
	 */
	record CaptureDefinition(String body, String hash, List<CaptureTrigger> triggers, List<String> statements) {

		CaptureDefinition {
			triggers = List.copyOf(triggers);
			statements = List.copyOf(statements);
		}

	}

}
