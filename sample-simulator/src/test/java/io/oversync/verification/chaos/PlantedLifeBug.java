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
			execute function planted.not_revoked();"""),

	EXPIRED_EARLY("Tombstones expire that an active device has not passed.",
			"tombstones wait for devices that were seen lately", Life.SLOW_DEVICE, """
					create function planted.unseen() returns trigger language plpgsql as $$
					begin
					  new.first_seen_at := new.first_seen_at - interval '1 year';
					  new.last_seen_at := new.last_seen_at - interval '1 year';
					  return new;
					end $$;
					create trigger planted_expiry before insert or update on sync.device for each row
					execute function planted.unseen();"""),

	EXPIRY_NOT_NOTED("Tombstones expire, and the stream does not note it.",
			"a compacted stream brings each device to the same rows", Life.EXPIRY, """
					create function planted.not_noted() returns trigger language plpgsql as $$
					begin
					  new.retained_since := 0;
					  return new;
					end $$;
					create trigger planted_expiry before update on sync.stream for each row
					execute function planted.not_noted();"""),

	MISSED_DELETES_UNNOTICED("A device that has missed deletes is served as one that has begun with nothing.",
			"a device that may have missed a delete is sent away", Life.EXPIRY, """
					create function planted.begun() returns trigger language plpgsql as $$
					begin
					  update sync.device
					  set begun_since = new.retained_since, begun_expired = new.expired_rows,
					      begun_schema = cursor_schema, acknowledged = 0
					  where stream_id = new.stream_id;
					  return null;
					end $$;
					create trigger planted_expiry after update of retained_since on sync.stream for each row
					execute function planted.begun();"""),

	VERSIONS_BEGIN_AGAIN("A row whose tombstone has expired begins again with version 1.",
			"the versions of a row count up by one", Life.EXPIRY, """
					create function planted.no_version() returns trigger language plpgsql as $$
					begin
					  new.expired_version := 0;
					  return new;
					end $$;
					create trigger planted_expiry before update on sync.stream for each row
					execute function planted.no_version();""");

	private static final String REMOVE = """
			drop trigger if exists planted_removal on sync.compaction;
			drop trigger if exists planted_cursor on sync.device;
			drop trigger if exists planted_revocation on sync.device;
			drop trigger if exists planted_expiry on sync.device;
			drop trigger if exists planted_expiry on sync.stream;
			drop schema if exists planted cascade;""";

	private final String description;

	private final String rule;

	private final Life life;

	private final String statements;

	PlantedLifeBug(String description, String rule, String statements) {
		this(description, rule, Life.COMPACTION, statements);
	}

	PlantedLifeBug(String description, String rule, Life life, String statements) {
		this.description = description;
		this.rule = rule;
		this.life = life;
		this.statements = statements;
	}

	String description() {
		return this.description;
	}

	/** Returns the rule that the bug violates. */
	String rule() {
		return this.rule;
	}

	/** Returns the life in which it shows. */
	Life life() {
		return this.life;
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

	/** What happens to a stream. */
	enum Life {

		/**
		 * It is compacted while a device is away for long, and another one is revoked.
		 */
		COMPACTION,

		/** Tombstones expire while a device is away for long. */
		EXPIRY,

		/** Tombstones may expire, but an active device has not passed them. */
		SLOW_DEVICE

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
