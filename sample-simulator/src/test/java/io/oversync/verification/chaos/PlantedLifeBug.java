/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A bug of a server that shows in the long life of a stream, which the prover must find.
 * It is planted in the database of a server that runs, and removed again.
 */
enum PlantedLifeBug {

	PARENTS_NOT_KEPT("A compaction does not keep the parents of a row as they were then.",
			"a compacted stream has each parent where the whole one has it", alsoRemoved("""
					c.op <> 'D' and t.table_name in ('users', 'files', 'person')
					and %s""".formatted(Conditions.REPLACED))),

	DETACHED_CHILDREN_NOT_KEPT("A compaction does not keep what referred to a deleted row as it was then.",
			"a compacted stream has each parent where the whole one has it",
			alsoRemoved("""
					c.op <> 'D' and t.table_name in ('posts', 'file_reviews', 'categories') and %s"""
				.formatted(Conditions.REPLACED))),

	TOMBSTONES_DROPPED("A compaction removes the deletes of rows that are gone.",
			"a compacted stream brings each device to the same rows", alsoRemoved("""
					c.op = 'D' and not %s""".formatted(Conditions.REPLACED))),

	CURSORS_IGNORED("A compaction goes past the cursors of devices and drops the latest entry of a row.",
			"a compacted stream brings each device to the same rows", """
					create function planted.no_cursor() returns trigger language plpgsql as $$
					begin
					  new.acknowledged := 0;
					  return new;
					end $$;
					create trigger planted_cursor before insert or update on sync.device for each row
					execute function planted.no_cursor();
					""" + alsoRemoved("""
					c.op <> 'D' and t.table_name = 'files' and not %s""".formatted(Conditions.REPLACED))),

	REVOCATIONS_FORGOTTEN("A device that was revoked is served.", "a revoked device is refused", """
			create function planted.not_revoked() returns trigger language plpgsql as $$
			begin
			  new.revoked_at := null;
			  return new;
			end $$;
			create trigger planted_revocation before insert or update on sync.device for each row
			execute function planted.not_revoked();""");

	private static final String REMOVE = """
			drop trigger if exists planted_removal on sync.compaction;
			drop trigger if exists planted_cursor on sync.device;
			drop trigger if exists planted_revocation on sync.device;
			drop schema if exists planted cascade;""";

	private final String description;

	private final String rule;

	private final String statements;

	PlantedLifeBug(String description, String rule, String statements) {
		this.description = description;
		this.rule = rule;
		this.statements = statements;
	}

	String description() {
		return this.description;
	}

	/** Returns the rule that the bug violates. */
	String rule() {
		return this.rule;
	}

	void plant(JdbcTemplate database) {
		database.execute("create schema planted");
		database.execute(this.statements);
	}

	static void remove(JdbcTemplate database) {
		database.execute(REMOVE);
	}

	/** Each compaction also removes what the engine has kept. */
	private static String alsoRemoved(String condition) {
		return """
				create function planted.remove() returns trigger language plpgsql as $$
				begin
				  delete from sync.change c using sync.synced_table t
				  where t.table_id = c.table_id and c.stream_id = new.stream_id and c.server_id <= new.horizon
				    and %s;
				  return null;
				end $$;
				create trigger planted_removal after update of horizon on sync.compaction for each row
				when (new.horizon > old.horizon) execute function planted.remove();""".formatted(condition);
	}

	/** Conditions on entries. */
	private static final class Conditions {

		/** A later entry of the row is below the horizon, too. */
		static final String REPLACED = """
				exists (
				  select from sync.change l
				  where l.stream_id = c.stream_id and l.table_id = c.table_id and l.pk = c.pk
				    and l.server_id > c.server_id and l.server_id <= new.horizon)""";

	}

}
