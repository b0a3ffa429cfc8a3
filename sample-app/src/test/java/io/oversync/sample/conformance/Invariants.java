package io.oversync.sample.conformance;

import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What holds for every answer of the protocol, whatever a case is about.
 */
final class Invariants {

	private static final Set<String> STATUS_MEMBERS = Set.of("source_change_id", "status", "new_server_version",
			"server_row", "message", "invalid");

	private static final Set<String> SERVER_ROW_MEMBERS = Set.of("schema_name", "table_name", "id", "server_version",
			"deleted", "payload");

	private static final Set<String> REASONS = Set.of("bad_payload", "unregistered_table", "fk_missing",
			"batch_too_large");

	private static final Set<String> REFUSING = Set.of("unregistered_table", "batch_too_large");

	private static final Set<String> CHANGE_MEMBERS = Set.of("server_id", "schema", "table", "op", "pk",
			"server_version", "deleted", "source_id", "source_change_id", "ts");

	private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

	private static final Pattern LEAK = Pattern.compile(
			"(?i)(select\\s.+\\sfrom\\s|insert\\s+into\\s|update\\s.+\\sset\\s|delete\\s+from\\s|org\\.postgresql|\\bat [\\w.$]+\\(\\w+\\.java)");

	private final List<String> violations = new ArrayList<>();

	private Invariants() {
	}

	private void require(boolean condition, String rule) {
		if (!condition) {
			this.violations.add("always: " + rule);
		}
	}

	/**
	 * Checks the answer to an upload.
	 * @param answer the answer
	 * @param changes the changes of the request, null when they are not known
	 * @return what is wrong with it
	 */
	static List<String> ofUpload(Answer answer, @Nullable JsonNode changes) {
		Invariants invariants = new Invariants();
		if (answer.status() == 200) {
			invariants.upload(answer.body(), changes);
		}
		invariants.error(answer);
		return invariants.violations;
	}

	/**
	 * Checks one page of a download.
	 * @param answer the answer
	 * @param query the parameters of the request
	 * @param source the asking device
	 * @return what is wrong with it
	 */
	static List<String> ofDownload(Answer answer, JsonNode query, String source) {
		Invariants invariants = new Invariants();
		if (answer.status() == 200) {
			invariants.download(answer.body(), query, source);
		}
		invariants.error(answer);
		return invariants.violations;
	}

	/**
	 * Checks any other answer.
	 * @param answer the answer
	 * @return what is wrong with it
	 */
	static List<String> ofAny(Answer answer) {
		Invariants invariants = new Invariants();
		invariants.error(answer);
		return invariants.violations;
	}

	private void error(Answer answer) {
		if (answer.status() < 400) {
			return;
		}
		JsonNode body = answer.body();
		require(body != null && body.path("error").isString() && body.path("message").isString(),
				"an error has a JSON body with error and message");
		require(!LEAK.matcher(answer.text()).find(), "an error shows no SQL and no stack trace");
		if (answer.status() == 401) {
			require(body != null && body.path("error").asString("").equals("authentication_failed"),
					"401 is authentication_failed");
			require(answer.headers()
				.allValues("WWW-Authenticate")
				.stream()
				.allMatch((value) -> value.startsWith("Bearer")), "WWW-Authenticate is Bearer");
		}
		if (answer.status() == 503) {
			require(answer.headers().firstValue("Retry-After").isPresent(), "503 has Retry-After");
		}
	}

	private void upload(@Nullable JsonNode body, @Nullable JsonNode changes) {
		require(body != null && members(body).equals(Set.of("accepted", "highest_server_seq", "statuses")),
				"an upload's answer has exactly its three members");
		if (body == null || !body.path("statuses").isArray()) {
			return;
		}
		JsonNode statuses = body.get("statuses");
		require(body.path("accepted").isBoolean() && body.path("highest_server_seq").isIntegralNumber(),
				"accepted is a boolean, highest_server_seq an integer");
		require(changes == null || statuses.size() == changes.size(), "one status for each change");
		boolean refused = false;
		for (int i = 0; i < statuses.size(); i++) {
			JsonNode status = statuses.get(i);
			status(status);
			refused |= REFUSING.contains(status.path("invalid").path("reason").asString(""));
			if (changes != null && i < changes.size()) {
				require(status.path("source_change_id").asLong(-1) == changes.get(i).path("source_change_id").asLong(0),
						"source_change_id is echoed in request order");
			}
		}
		require(body.path("accepted").asBoolean(false) != refused, "accepted is false exactly when tables are unknown");
	}

	private void status(JsonNode status) {
		require(STATUS_MEMBERS.containsAll(members(status)), "a status has only known members");
		require(status.valueStream().noneMatch(JsonNode::isNull), "members that do not apply are left out");
		switch (status.path("status").asString("")) {
			case "applied" ->
				require(status.path("new_server_version").isIntegralNumber(), "applied has new_server_version");
			case "conflict" -> {
				JsonNode row = status.path("server_row");
				require(members(row).equals(SERVER_ROW_MEMBERS), "conflict has server_row with its six members");
				require(row.path("payload").isObject() || row.path("deleted").asBoolean(false),
						"server_row has a payload unless it is deleted");
			}
			case "invalid" -> require(REASONS.contains(status.path("invalid").path("reason").asString("")),
					"invalid has a known reason");
			default -> require(false, "a status is applied, conflict or invalid");
		}
	}

	private void download(@Nullable JsonNode body, JsonNode query, String source) {
		require(body != null && members(body).equals(Set.of("changes", "has_more", "next_after", "window_until")),
				"a page has exactly its four members");
		if (body == null || !body.path("changes").isArray()) {
			return;
		}
		long after = query.path("after").asLong(0);
		long limit = query.path("limit").asLong(100);
		long until = query.path("until").asLong(0);
		long windowUntil = body.path("window_until").asLong(-1);
		long nextAfter = body.path("next_after").asLong(-1);
		boolean includeSelf = query.path("include_self").asString("").equals("true");
		long last = after;
		for (JsonNode change : body.get("changes")) {
			change(change);
			long serverId = change.path("server_id").asLong(-1);
			require(serverId > last, "server_ids ascend");
			require(includeSelf || !change.path("source_id").asString("").equals(source), "no own change");
			last = serverId;
		}
		int size = body.get("changes").size();
		require(last <= Math.max(windowUntil, after), "no change lies beyond the window");
		require(until == 0 || windowUntil <= until, "the window ends at until");
		require(size <= limit, "a page has at most limit changes");
		if (body.path("has_more").asBoolean(false)) {
			require(size == limit && nextAfter == last,
					"a page with more behind it is full and ends at its last change");
		}
		else {
			require(nextAfter == Math.max(windowUntil, after), "the last page ends at the window");
		}
	}

	private void change(JsonNode change) {
		Set<String> members = members(change);
		members.remove("payload");
		require(members.equals(CHANGE_MEMBERS), "a change has its members");
		boolean delete = change.path("op").asString("").equals("DELETE");
		require(delete ? change.path("payload").isMissingNode() || change.path("payload").isNull()
				: change.path("payload").isObject(), "an upsert has a payload, a delete has none");
		require(change.path("deleted").isBoolean() && change.path("deleted").asBoolean(false) == delete,
				"deleted says whether it is a DELETE");
		require(UUID.matcher(change.path("pk").asString("")).matches(), "pk is dashed and in lower case");
		try {
			OffsetDateTime.parse(change.path("ts").asString(""));
		}
		catch (DateTimeParseException ex) {
			require(false, "ts is RFC 3339 with zone");
		}
	}

	private static Set<String> members(JsonNode node) {
		return new HashSet<>(node.propertyNames());
	}

}
