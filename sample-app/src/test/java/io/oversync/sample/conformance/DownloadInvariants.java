/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import tools.jackson.databind.JsonNode;

/**
 * The rules for every page of a download.
 */
final class DownloadInvariants {

	private static final Set<String> MEMBERS = Set.of("changes", "has_more", "next_after", "window_until");

	private static final Set<String> CHANGE = Set.of("server_id", "schema", "table", "op", "pk", "server_version",
			"deleted", "source_id", "source_change_id", "ts");

	private static final Pattern DASHED = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

	private static final Pattern RFC3339 = Pattern
		.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[-+]\\d\\d:\\d\\d)");

	private final ApiRequest request;

	private final Map<String, String> query;

	private final Checks checks;

	DownloadInvariants(ApiRequest request, Checks checks) {
		this.request = request;
		this.query = query(request.path());
		this.checks = checks;
	}

	void check(JsonNode body) {
		boolean complete = this.checks.members(body, "body", MEMBERS, Set.of());
		complete &= this.checks.type(body, "changes", "array", "body");
		complete &= this.checks.type(body, "has_more", "bool", "body");
		complete &= this.checks.type(body, "next_after", "int", "body");
		complete &= this.checks.type(body, "window_until", "int", "body");
		if (!complete) {
			return;
		}
		long after = parameter("after", 0);
		long until = parameter("until", 0);
		long windowUntil = body.get("window_until").longValue();
		this.checks.that(until <= 0 || windowUntil <= until, "body.window_until",
				"must not be greater than until=" + until + " but is " + windowUntil);
		JsonNode changes = body.get("changes");
		int restores = countRestoresAhead(body);
		checkRun(changes, 0, restores, after, windowUntil);
		long last = checkRun(changes, restores, changes.size(), after, windowUntil);
		checkEnd(body, changes.size() - restores,
				(body.get("has_more").booleanValue()) ? last : Math.max(after, windowUntil));
	}

	/**
	 * Checks an answer with everything up to the head. It may end earlier, and begin with
	 * rows that the server restored, as many as its head says.
	 * @param answer the answer
	 */
	void checkChanges(ApiAnswer answer) {
		JsonNode body = answer.body();
		boolean complete = this.checks.members(body, "body", Set.of("changes", "next_after", "window_until"), Set.of());
		complete &= this.checks.type(body, "next_after", "int", "body");
		complete &= this.checks.type(body, "window_until", "int", "body");
		this.checks.that(answer.header("Content-Type").asString("").startsWith("application/x-ndjson"),
				"headers.Content-Type", "must be application/x-ndjson");
		if (!complete) {
			return;
		}
		long after = parameter("after", 0);
		long windowUntil = body.get("window_until").longValue();
		long nextAfter = body.get("next_after").longValue();
		this.checks.that(answer.header("Oversync-Window-Until").asString("").equals(String.valueOf(windowUntil)),
				"headers.Oversync-Window-Until", "must be " + windowUntil);
		JsonNode changes = body.get("changes");
		int restores = Integer.parseInt(answer.header("Oversync-Restores").asString("0"));
		checkRun(changes, 0, restores, after, windowUntil);
		long last = checkRun(changes, restores, changes.size(), after, windowUntil);
		this.checks.that(nextAfter == Math.max(after, windowUntil) || (nextAfter == last && last < windowUntil),
				"body.next_after",
				"must be the greater one of after and window_until, or the last server_id, but is " + nextAfter);
	}

	/**
	 * A page that ends before a row which the server restored may begin with it.
	 */
	private static int countRestoresAhead(JsonNode body) {
		long pageEnd = body.get("next_after").longValue();
		int count = 0;
		for (JsonNode change : body.get("changes")) {
			boolean restore = change.path("source_id").asString("").equals("server")
					&& change.path("op").asString("").equals("UPDATE");
			if (!body.get("has_more").booleanValue() || !restore || change.path("server_id").asLong(0) <= pageEnd) {
				break;
			}
			count++;
		}
		return count;
	}

	private long checkRun(JsonNode changes, int start, int end, long after, long windowUntil) {
		long last = after;
		for (int i = start; i < end; i++) {
			String path = "body.changes[" + i + "]";
			checkChange(changes.get(i), path);
			long serverId = changes.get(i).path("server_id").asLong(Long.MAX_VALUE);
			this.checks.that(serverId > last, path + ".server_id",
					"must be greater than the one before (or after), " + last + ", but is " + serverId);
			this.checks.that(serverId <= windowUntil, path + ".server_id",
					"must not be greater than window_until=" + windowUntil + " but is " + serverId);
			last = serverId;
		}
		return last;
	}

	private void checkEnd(JsonNode body, int size, long nextAfter) {
		long limit = parameter("limit", 100);
		boolean more = body.get("has_more").booleanValue();
		this.checks.that(size <= limit, "body.changes", "must not be more than limit=" + limit + " but are " + size);
		this.checks.that(!more || size == limit, "body.changes",
				"must be exactly limit=" + limit + " when there are more but are " + size);
		this.checks.that(body.get("next_after").longValue() == nextAfter, "body.next_after",
				"must be " + nextAfter
						+ (more ? ", the last server_id," : ", the greater one of after and window_until,") + " but is "
						+ body.get("next_after"));
	}

	private void checkChange(JsonNode change, String path) {
		if (!this.checks.members(change, path, CHANGE, Set.of("payload"))) {
			return;
		}
		for (String name : Set.of("server_id", "server_version", "source_change_id")) {
			this.checks.type(change, name, "int", path);
		}
		for (String name : Set.of("schema", "table", "op", "pk", "source_id", "ts")) {
			this.checks.type(change, name, "string", path);
		}
		String op = change.get("op").asString("");
		this.checks.that(Set.of("INSERT", "UPDATE", "DELETE").contains(op), path + ".op", "must not be " + op);
		boolean delete = op.equals("DELETE");
		JsonNode payload = change.path("payload");
		this.checks.that(delete ? payload.isMissingNode() || payload.isNull() : payload.isObject(), path + ".payload",
				"must be " + (delete ? "null or absent" : "an object") + " but is " + Checks.shown(payload));
		this.checks.that(change.get("deleted").isBoolean() && change.get("deleted").booleanValue() == delete,
				path + ".deleted", "must be " + delete + " but is " + change.get("deleted"));
		String pk = change.get("pk").asString("");
		this.checks.that(DASHED.matcher(pk).matches(), path + ".pk", "must be dashed lower case but is " + pk);
		String ts = change.get("ts").asString("");
		this.checks.that(isTimestamp(ts), path + ".ts", "must be RFC 3339 with a zone but is " + ts);
		this.checks.that(
				"true".equals(this.query.get("include_self"))
						|| !change.get("source_id").asString("").equals(this.request.source()),
				path + ".source_id", "is a change of the device that asks, which did not want its own");
	}

	private static boolean isTimestamp(String text) {
		try {
			OffsetDateTime.parse(text);
			return RFC3339.matcher(text).matches();
		}
		catch (DateTimeException ex) {
			return false;
		}
	}

	private long parameter(String name, long otherwise) {
		try {
			String value = this.query.get(name);
			return (value == null || value.isEmpty()) ? otherwise : Long.parseLong(value);
		}
		catch (NumberFormatException ex) {
			this.checks.that(false, "status", "must be 400 for " + name + "=" + this.query.get(name));
			return otherwise;
		}
	}

	private static Map<String, String> query(String path) {
		Map<String, String> query = new HashMap<>();
		int mark = path.indexOf('?');
		for (String parameter : ((mark < 0) ? "" : path.substring(mark + 1)).split("&")) {
			String[] parts = parameter.split("=", 2);
			query.putIfAbsent(parts[0], (parts.length < 2) ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
		}
		return query;
	}

}
