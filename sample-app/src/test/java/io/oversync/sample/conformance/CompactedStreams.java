/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.oversync.internal.compact.Retention;
import io.oversync.internal.service.SyncEngine;
import io.oversync.service.StreamCompaction;
import io.oversync.test.ApplicationServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Compacts the streams of the users of cases before each request, and knows what was
 * removed: a case expects its whole history.
 */
final class CompactedStreams implements StreamEvents {

	private static final String ARCHIVE = """
			create schema removed;
			create table removed.change (like sync.change);
			create function removed.keep() returns trigger language plpgsql as $$
			begin
			  insert into removed.change select old.*;
			  return null;
			end $$;
			create trigger removed after delete on sync.change for each row execute function removed.keep();
			create view removed.server_change_log as
			select c.server_id, s.user_id, t.schema_name, t.table_name,
			       case c.op when 'I' then 'INSERT' when 'U' then 'UPDATE' else 'DELETE' end as op,
			       c.pk as pk_uuid, c.payload, d.source_id, c.source_change_id, c.version as server_version, c.ts,
			       c.removed, c.removed and not exists (
			         select from sync.change l
			         where l.stream_id = c.stream_id and l.table_id = c.table_id and l.pk = c.pk
			           and l.server_id > c.server_id) as lost
			from (select *, false as removed from sync.change union all select *, true from removed.change) c
			join sync.stream s on s.stream_id = c.stream_id
			join sync.synced_table t on t.table_id = c.table_id
			join sync.source d on d.stream_id = c.stream_id and d.source_no = c.source_no""";

	private static final String REMOVED = """
			select server_id, schema_name as schema, table_name as table, op, pk_uuid as pk, payload::text as payload,
			       server_version, op = 'DELETE' as deleted, source_id, source_change_id,
			       to_char(ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as ts, lost
			from removed.server_change_log
			where removed and user_id = '%s' and server_id > %d and server_id <= %d
			  and ('%s' in ('', schema_name)) and source_id <> '%s'
			order by server_id""";

	private final StreamCompaction compaction;

	private final CaseDatabase database;

	private long removed;

	/**
	 * Compacts streams of a server.
	 * @param server the server
	 * @param devices the time after which the last upload of a device may be garbage
	 */
	CompactedStreams(ApplicationServer server, Duration devices) {
		this.compaction = server.bean(SyncEngine.class).compaction(new Retention(Duration.ZERO, devices, false));
		this.database = new CaseDatabase(server.jdbcUrl());
	}

	/** Lets the database of a server keep what compactions remove. */
	static void archive(ApplicationServer server) {
		new CaseDatabase(server.jdbcUrl()).execute(ARCHIVE);
	}

	/** Returns how many entries were removed in all cases. */
	long removed() {
		return this.removed;
	}

	@Override
	public void before(String user) {
		this.removed += this.compaction.compact(user).removed();
	}

	@Override
	public String query(String sql) {
		return sql.replace("sync.server_change_log", "removed.server_change_log");
	}

	@Override
	public CaseOutcome complete(String user, CaseOutcome outcome, long after) {
		ApiRequest request = outcome.request();
		JsonNode body = outcome.answer().body();
		boolean read = request.isTo("GET", "/sync/download") || request.isTo("GET", "/sync/changes");
		if (!read || outcome.answer().status() != 200 || !outcome.violations().isEmpty()) {
			return outcome;
		}
		Map<String, String> query = parameters(request.path());
		boolean more = body.path("has_more").asBoolean(false);
		long end = more ? body.get("next_after").longValue() : body.get("window_until").longValue();
		JsonNode garbage = this.database.query(REMOVED.formatted(user, after, end, query.getOrDefault("schema", ""),
				"true".equals(query.get("include_self")) ? "" : request.source()));
		if (garbage.isEmpty()) {
			return outcome;
		}
		StringBuilder text = new StringBuilder(outcome.answer().text());
		TreeMap<Long, JsonNode> changes = new TreeMap<>();
		body.get("changes").forEach((change) -> changes.put(change.get("server_id").longValue(), change));
		for (JsonNode entry : garbage) {
			if (entry.get("lost").booleanValue()) {
				throw new AssertionError("No later entry says what this one did: " + entry);
			}
			ObjectNode change = ((ObjectNode) entry).deepCopy();
			change.remove("lost");
			if (!entry.get("payload").isNull()) {
				text.append('\n').append(entry.get("payload").stringValue());
				change.set("payload", CaseJson.read(entry.get("payload").stringValue()));
			}
			changes.put(change.get("server_id").longValue(), change);
		}
		ObjectNode whole = page(body, List.copyOf(changes.values()), more, request.isTo("GET", "/sync/download")
				? Integer.parseInt(query.getOrDefault("limit", "100")) : Integer.MAX_VALUE);
		return new CaseOutcome(request,
				new ApiAnswer(200, outcome.answer().headers(), text.toString(), whole, outcome.answer().millis()),
				List.of());
	}

	/** A page of a whole history ends earlier; all pages together are more. */
	private static ObjectNode page(JsonNode body, List<JsonNode> changes, boolean more, int limit) {
		ObjectNode page = ((ObjectNode) body).deepCopy();
		ArrayNode shown = CaseJson.NODES.arrayNode();
		if (body.has("pages")) {
			shown.addAll(changes);
			page.put("pages", Math.max(1, (changes.size() + limit - 1) / limit));
		}
		else {
			shown.addAll(changes.subList(0, Math.min(limit, changes.size())));
			if (changes.size() > limit) {
				page.put("has_more", true);
				page.put("next_after", shown.get(limit - 1).get("server_id").longValue());
			}
		}
		page.set("changes", shown);
		return page;
	}

	private static Map<String, String> parameters(String path) {
		Map<String, String> parameters = new HashMap<>();
		for (String parameter : path.substring(path.indexOf('?') + 1).split("&")) {
			String[] parts = parameter.split("=", 2);
			if (parts.length == 2 && !parts[1].isEmpty()) {
				parameters.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
			}
		}
		return parameters;
	}

}
