package io.oversync.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

import io.oversync.client.http.SyncHttp;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The rules of the protocol in memory, one thing at a time. A token is
 * {@code user/device}.
 */
final class ModelServer implements SyncHttp {

	static final URI URL = URI.create("http://model.test/sync");

	private static final JsonMapper JSON = JsonMapper.builder()
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.build();

	private final Map<String, Account> accounts = new HashMap<>();

	private final List<Function<Request, @Nullable Response>> faultsBefore = new ArrayList<>();

	private final List<Function<Request, @Nullable Response>> faultsAfter = new ArrayList<>();

	/** Child table and column to parent table: both names with their schema. */
	private final Map<String, Map<String, String>> references = new HashMap<>();

	private Function<JsonNode, @Nullable String> rejection = (change) -> null;

	private final List<String> requests = new ArrayList<>();

	private final List<JsonNode> uploads = new ArrayList<>();

	/** The next request does not reach the server. */
	void loseRequest() {
		this.faultsBefore.add((request) -> null);
	}

	/** The next response does not reach the client. */
	void loseResponse() {
		this.faultsAfter.add((request) -> null);
	}

	/** The next request is answered by something else. */
	void answer(int status, Map<String, String> headers, String body) {
		this.faultsBefore.add((request) -> response(status, headers, body));
	}

	/** Runs something while a response is under way. */
	void whileInFlight(Runnable action) {
		this.faultsAfter.add((request) -> {
			action.run();
			return response(-1, Map.of(), "");
		});
	}

	/** From now on every request and response arrives. */
	void endFaults() {
		this.faultsBefore.clear();
		this.faultsAfter.clear();
	}

	/** Refuses changes: returns the reason, or null. */
	void reject(Function<JsonNode, @Nullable String> rejection) {
		this.rejection = rejection;
	}

	void reference(String childTable, String column, String parentTable) {
		this.references.computeIfAbsent(childTable, (key) -> new HashMap<>()).put(column, parentTable);
	}

	List<String> requests() {
		return this.requests;
	}

	/** The bodies of uploads that reached the server. */
	List<JsonNode> uploads() {
		return this.uploads;
	}

	/**
	 * The changes that have reached the server since this was asked the last time, such
	 * as {@code UPDATE note:a}, without the zeros that keys begin with.
	 */
	List<String> received() {
		List<String> changes = new ArrayList<>();
		for (JsonNode upload : this.uploads) {
			for (JsonNode change : upload.get("changes")) {
				changes.add(change.get("op").asString() + " " + change.get("table").asString() + ":"
						+ change.get("pk").asString().replaceFirst("^[0-]+", ""));
			}
		}
		this.uploads.clear();
		return changes;
	}

	@Override
	public synchronized Response exchange(Request request) throws IOException {
		this.requests.add(request.method() + " " + request.uri());
		if (!this.faultsBefore.isEmpty()) {
			Response response = this.faultsBefore.remove(0).apply(request);
			if (response == null) {
				throw new IOException("The request was lost");
			}
			return response;
		}
		String[] identity = String.valueOf(request.headers().get("Authorization"))
			.substring("Bearer ".length())
			.split("/");
		Account account = account(identity[0]);
		ObjectNode answer = request.method().equals("POST") ? account.upload(identity[1], JSON.readTree(request.body()))
				: account.download(identity[1], parameters(request.uri()));
		if (!this.faultsAfter.isEmpty()) {
			Response response = this.faultsAfter.remove(0).apply(request);
			if (response == null) {
				throw new IOException("The response was lost");
			}
		}
		return response(200, Map.of("content-type", "application/json"), answer.toString());
	}

	private static Response response(int status, Map<String, String> headers, String body) {
		return new Response(status, headers, new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
	}

	private static Map<String, String> parameters(URI uri) {
		Map<String, String> parameters = new HashMap<>();
		for (String parameter : uri.getQuery().split("&")) {
			String[] parts = parameter.split("=", 2);
			parameters.put(parts[0], parts[1]);
		}
		return parameters;
	}

	Account account(String user) {
		return this.accounts.computeIfAbsent(user, (key) -> new Account());
	}

	/** A user's data. */
	final class Account {

		private final Map<String, Row> rows = new TreeMap<>();

		private final List<ObjectNode> stream = new ArrayList<>();

		private final Map<String, Applied> applied = new HashMap<>();

		/** The payloads of live rows by {@code schema.table:pk}. */
		Map<String, JsonNode> live() {
			Map<String, JsonNode> live = new TreeMap<>();
			this.rows.forEach((name, row) -> {
				if (!row.deleted) {
					live.put(name, row.payload);
				}
			});
			return live;
		}

		List<ObjectNode> stream() {
			return this.stream;
		}

		/** Puts the account back to an earlier state. */
		void truncate(int changes) {
			List<ObjectNode> kept = new ArrayList<>(this.stream.subList(0, changes));
			this.rows.clear();
			this.applied.clear();
			this.stream.clear();
			kept.forEach((entry) -> {
				this.stream.add(entry);
				String name = entry.get("schema").asString() + "." + entry.get("table").asString() + ":"
						+ entry.get("pk").asString();
				Row before = this.rows.get(name);
				boolean deleted = entry.get("deleted").asBoolean();
				JsonNode payload = (deleted && before != null) ? before.payload : entry.get("payload");
				this.rows.put(name, new Row(entry.get("server_version").asLong(), deleted, payload));
			});
		}

		/** A change of another device. */
		void change(String device, String table, String op, String pk, String payload) {
			Row row = this.rows.get(table + ":" + pk);
			ObjectNode change = JSON.createObjectNode();
			change.put("source_change_id", 0);
			change.put("schema", table.substring(0, table.indexOf('.')));
			change.put("table", table.substring(table.indexOf('.') + 1));
			change.put("op", op);
			change.put("pk", pk);
			change.put("server_version", (row != null) ? row.version : 0);
			if (!op.equals("DELETE")) {
				change.set("payload", JSON.readTree(payload));
			}
			apply(device, change);
		}

		private ObjectNode upload(String device, JsonNode request) {
			ModelServer.this.uploads.add(request);
			ObjectNode answer = JSON.createObjectNode();
			ObjectNode[] statuses = new ObjectNode[request.get("changes").size()];
			// upserts before deletes, parents before children
			List<Integer> order = new ArrayList<>();
			for (int i = 0; i < statuses.length; i++) {
				order.add(i);
			}
			List<JsonNode> changes = new ArrayList<>();
			request.get("changes").forEach(changes::add);
			order.sort((a, b) -> Integer.compare(rank(changes.get(a)), rank(changes.get(b))));
			for (int i : order) {
				statuses[i] = decide(device, changes.get(i));
			}
			answer.put("accepted", true);
			answer.put("highest_server_seq", this.stream.size());
			ArrayNode array = answer.putArray("statuses");
			Arrays.asList(statuses).forEach(array::add);
			return answer;
		}

		private int rank(JsonNode change) {
			boolean child = ModelServer.this.references.containsKey(table(change));
			boolean delete = change.get("op").asString().equals("DELETE");
			return delete ? (child ? 2 : 3) : (child ? 1 : 0);
		}

		private static String table(JsonNode change) {
			return change.get("schema").asString() + "." + change.get("table").asString();
		}

		private ObjectNode decide(String device, JsonNode change) {
			ObjectNode status = JSON.createObjectNode();
			long id = change.get("source_change_id").asLong();
			status.put("source_change_id", id);
			String reason = ModelServer.this.rejection.apply(change);
			if (reason != null) {
				status.put("status", "invalid").put("message", "refused");
				status.putObject("invalid").put("reason", reason).putObject("details");
				return status;
			}
			String name = name(change);
			long expected = change.get("server_version").asLong();
			Applied earlier = this.applied.get(device + ":" + id);
			if (earlier != null && earlier.content.equals(content(change))) {
				return status.put("status", "applied").put("new_server_version", earlier.version);
			}
			Row row = this.rows.get(name);
			if (earlier != null && earlier.content.startsWith(name + " ") && row != null
					&& row.version == earlier.version) {
				expected = earlier.version;
			}
			List<String> missing = missing(change);
			if (!missing.isEmpty()) {
				status.put("status", "invalid").put("message", "no parent");
				ArrayNode array = status.putObject("invalid")
					.put("reason", "fk_missing")
					.putObject("details")
					.putArray("missing");
				missing.forEach(array::add);
				return status;
			}
			boolean delete = change.get("op").asString().equals("DELETE");
			if (delete && (row == null || row.deleted)) {
				return status.put("status", "applied")
					.put("new_server_version", Math.max(expected, (row != null) ? row.version : 0));
			}
			boolean matches = (row != null) ? row.version == expected : true;
			if (!matches || (delete && hasChildren(change))) {
				status.put("status", "conflict");
				ObjectNode server = status.putObject("server_row");
				server.put("schema_name", change.get("schema").asString());
				server.put("table_name", change.get("table").asString());
				server.put("id", change.get("pk").asString());
				server.put("server_version", row.version);
				server.put("deleted", row.deleted);
				server.set("payload", row.payload);
				return status;
			}
			long version = (row == null) ? expected + 1 : row.version + 1;
			append(device, change, version);
			if (id > 0) {
				this.applied.put(device + ":" + id, new Applied(content(change), version));
			}
			return status.put("status", "applied").put("new_server_version", version);
		}

		private void apply(String device, JsonNode change) {
			String status = decide(device, change).get("status").asString();
			if (!status.equals("applied")) {
				throw new IllegalStateException("The change was not applied: " + status);
			}
		}

		private List<String> missing(JsonNode change) {
			List<String> missing = new ArrayList<>();
			ModelServer.this.references.getOrDefault(table(change), Map.of()).forEach((column, parent) -> {
				JsonNode key = (change.get("payload") != null) ? change.get("payload").get(column) : null;
				if (key != null && !key.isNull() && !key.asString().isEmpty()) {
					Row row = this.rows.get(parent + ":" + key.asString());
					if (row == null || row.deleted) {
						missing.add(parent + ":" + key.asString());
					}
				}
			});
			return missing;
		}

		private boolean hasChildren(JsonNode change) {
			String table = table(change);
			String pk = change.get("pk").asString();
			return ModelServer.this.references.entrySet()
				.stream()
				.anyMatch(
						(child) -> child.getValue()
							.entrySet()
							.stream()
							.filter((column) -> column.getValue().equals(table))
							.anyMatch((column) -> this.rows.entrySet()
								.stream()
								.anyMatch((row) -> row.getKey().startsWith(child.getKey() + ":")
										&& !row.getValue().deleted
										&& row.getValue().payload.path(column.getKey()).asString("").equals(pk))));
		}

		private void append(String device, JsonNode change, long version) {
			boolean deleted = change.get("op").asString().equals("DELETE");
			Row before = this.rows.get(name(change));
			JsonNode payload = deleted ? ((before != null) ? before.payload : null) : change.get("payload");
			this.rows.put(name(change), new Row(version, deleted, payload));
			ObjectNode entry = JSON.createObjectNode();
			entry.put("server_id", this.stream.size() + 1);
			entry.put("schema", change.get("schema").asString());
			entry.put("table", change.get("table").asString());
			entry.put("op", change.get("op").asString());
			entry.put("pk", change.get("pk").asString());
			entry.set("payload", deleted ? JSON.nullNode() : change.get("payload"));
			entry.put("server_version", version);
			entry.put("deleted", deleted);
			entry.put("source_id", device);
			entry.put("source_change_id", change.get("source_change_id").asLong());
			entry.put("ts", "2026-01-01T00:00:00Z");
			this.stream.add(entry);
		}

		private static String name(JsonNode change) {
			return table(change) + ":" + change.get("pk").asString();
		}

		private static String content(JsonNode change) {
			return name(change) + " " + change.get("op").asString() + " " + change.get("payload");
		}

		private ObjectNode download(String device, Map<String, String> parameters) {
			long after = Long.parseLong(parameters.get("after"));
			int limit = Integer.parseInt(parameters.get("limit"));
			long until = Long.parseLong(parameters.getOrDefault("until", "0"));
			boolean includeSelf = "true".equals(parameters.get("include_self"));
			long end = (until > 0) ? Math.min(until, this.stream.size()) : this.stream.size();
			List<ObjectNode> found = this.stream.stream()
				.filter((entry) -> entry.get("server_id").asLong() > after && entry.get("server_id").asLong() <= end)
				.filter((entry) -> includeSelf || !entry.get("source_id").asString().equals(device))
				.filter((entry) -> !parameters.containsKey("schema")
						|| entry.get("schema").asString().equals(parameters.get("schema")))
				.toList();
			boolean more = found.size() > limit;
			List<ObjectNode> page = more ? found.subList(0, limit) : found;
			ObjectNode answer = JSON.createObjectNode();
			ArrayNode changes = answer.putArray("changes");
			page.forEach(changes::add);
			answer.put("has_more", more);
			answer.put("next_after", more ? page.get(page.size() - 1).get("server_id").asLong() : Math.max(after, end));
			answer.put("window_until", end);
			return answer;
		}

	}

	private record Row(long version, boolean deleted, @Nullable JsonNode payload) {
	}

	private record Applied(String content, long version) {
	}

}
