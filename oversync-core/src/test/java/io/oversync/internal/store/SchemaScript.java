/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * Writes the shipped migrations as one script for administrators.
 */
final class SchemaScript {

	private static final String START = """
			-- The schema of Oversync, for databases in which applications may not create schemas. Run it as the role that is to
			-- own the schema:
			--
			--   psql -v ON_ERROR_STOP=1 -f sync-schema.sql <database>
			--
			-- It may be run again, also after an upgrade: it does what is still missing, and keeps the history that
			-- oversync.schema.mode=validate and migrate look at. The application's role then needs:
			--
			--   grant usage on schema sync to <role>;
			--   grant select, insert, update, delete on all tables in schema sync to <role>;
			--
			-- Made from the files of io/oversync/store/migration: do not edit.

			begin;

			do $oversync$
			begin
			  if not exists (select from pg_catalog.pg_namespace where nspname = 'sync') then
			    create schema sync;
			  end if;
			end
			$oversync$;

			create table if not exists sync.schema_history (
			  installed_rank integer       not null constraint schema_history_pk primary key,
			  version        varchar(50),
			  description    varchar(200)  not null,
			  type           varchar(20)   not null,
			  script         varchar(1000) not null,
			  checksum       integer,
			  installed_by   varchar(100)  not null,
			  installed_on   timestamp     not null default now(),
			  execution_time integer       not null,
			  success        boolean       not null
			);
			create index if not exists schema_history_s_idx on sync.schema_history (success);
			""";

	private static final String MIGRATION = """

			do $oversync$
			begin
			  if exists (select from sync.schema_history where version = '%1$s' and success) then
			    return;
			  end if;
			  execute $migration$
			%2$s$migration$;
			  insert into sync.schema_history
			    (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
			  select coalesce(max(installed_rank), 0) + 1, '%1$s', '%3$s', 'SQL', '%4$s', %5$d, current_user, 0, true
			  from sync.schema_history;
			end
			$oversync$;
			""";

	private static final String END = """

			commit;
			""";

	private SchemaScript() {
	}

	static String generate() throws IOException {
		Resource[] files = new PathMatchingResourcePatternResolver()
			.getResources("classpath*:io/oversync/store/migration/*");
		return START + Arrays.stream(files)
			.sorted(Comparator.comparing(SchemaScript::version))
			.map(SchemaScript::migration)
			.collect(Collectors.joining()) + END;
	}

	private static SchemaVersion version(Resource file) {
		String name = String.valueOf(file.getFilename());
		return SchemaVersion.parse(name.substring(1, name.indexOf("__")));
	}

	private static String migration(Resource file) {
		String name = String.valueOf(file.getFilename());
		String description = name.substring(name.indexOf("__") + 2, name.lastIndexOf('.')).replace('_', ' ');
		try {
			String sql = file.getContentAsString(StandardCharsets.UTF_8).replace("\r\n", "\n");
			return MIGRATION.formatted(version(file), sql, description, name, checksum(sql));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** As Flyway computes it; a test compares the two. */
	private static int checksum(String sql) {
		CRC32 checksum = new CRC32();
		new BufferedReader(new StringReader(sql)).lines()
			.forEach((line) -> checksum.update(line.getBytes(StandardCharsets.UTF_8)));
		return (int) checksum.getValue();
	}

}
