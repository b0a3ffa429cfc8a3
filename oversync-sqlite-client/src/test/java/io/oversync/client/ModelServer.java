/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

import io.oversync.client.http.SyncHttp;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
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

	/** Nothing that a server may accept is too much for the model. */
	private static final JsonMapper JSON = JsonMapper
		.builder(JsonFactory.builder()
			.streamReadConstraints(
					StreamReadConstraints.builder().maxNestingDepth(10_000).maxNameLength(10_000_000).build())
			.streamWriteConstraints(StreamWriteConstraints.builder().maxNestingDepth(10_000).build())
			.build())
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.build();

	private final Map<String, Account> accounts = new HashMap<>();

	private final List<Function<Request, @Nullable Response>> faultsBefore = new ArrayList<>();

	private final List<Function<Request, @Nullable Response>> faultsAfter = new ArrayList<>();

	private final List<Reference> references = new ArrayList<>();

	private boolean restoring = true;

	private boolean streaming;

	/** The most changes of an answer with everything. */
	private int mostLines = Integer.MAX_VALUE;

	private boolean describing = true;

	/** Whether the server has checksums, and how many rows of a table it lists. */
	private boolean checksums = true;

	private int mostEntries = 1000;

	private final Set<String> unregistered = new HashSet<>();

	private Function<JsonNode, @Nullable String> rejection = (change) -> null;

	private @Nullable String epoch;

	/** The clock: it goes on when the data is put back. */
	private long seconds;

	private boolean epochInHeader;

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

	/** Names the server's history, in a header or else in the status. */
	void epoch(String epoch, boolean inHeader) {
		this.epoch = epoch;
		this.epochInHeader = inHeader;
	}

	/** Refuses changes: returns the reason, or null. */
	void reject(Function<JsonNode, @Nullable String> rejection) {
		this.rejection = rejection;
	}

	/** A foreign key that refuses deletes; both tables with their schema. */
	void reference(String childTable, String column, String parentTable) {
		this.references.add(new Reference(childTable, column, parentTable, false));
	}

	/** A foreign key whose deletes cascade. */
	void cascade(String childTable, String column, String parentTable) {
		this.references.add(new Reference(childTable, column, parentTable, true));
	}

	/** Answers refused deletes as servers did that knew no restores. */
	void answerRefusedDeletesAsConflicts() {
		this.restoring = false;
	}

	/** Offers everything up to the head in one answer. */
	ModelServer streaming() {
		this.streaming = true;
		return this;
	}

	/** Ends such an answer after so many changes. */
	void mostLines(int count) {
		this.mostLines = count;
	}

	/** Knows no checksums, as servers did before there were any. */
	void forgetChecksums() {
		this.checksums = false;
	}

	/** Does not register a table, named with its schema. */
	void unregister(String table) {
		this.unregistered.add(table);
	}

	/** Lists no more rows of a table. */
	void mostEntries(int count) {
		this.mostEntries = count;
	}

	/** Leaves out the headers of such an answer, as another server may. */
	void describeNothing() {
		this.describing = false;
	}

	@Override
	public boolean isStreaming() {
		return this.streaming;
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
		if (request.uri().getPath().endsWith("/status")) {
			return response(200, Map.of(), (this.epoch == null || this.epochInHeader) ? "{\"status\":\"healthy\"}"
					: "{\"status\":\"healthy\",\"epoch\":\"" + this.epoch + "\"}");
		}
		this.requests.add(request.method() + " " + request.uri());
		if (isLook(request)) {
			return response(200, headers(), JSON.writeValueAsString(answer(request)));
		}
		if (!this.faultsBefore.isEmpty()) {
			Response response = this.faultsBefore.remove(0).apply(request);
			if (response == null) {
				throw new IOException("The request was lost");
			}
			return response;
		}
		if (!this.checksums && request.uri().getPath().endsWith("/checksum")) {
			return response(404, headers(), "{\"error\":\"not_found\",\"message\":\"no such endpoint\"}");
		}
		boolean lines = request.uri().getPath().endsWith("/changes");
		ObjectNode answer = lines ? JSON.createObjectNode() : answer(request);
		Response whole = lines ? changes(request) : null;
		if (!this.faultsAfter.isEmpty()) {
			Response response = this.faultsAfter.remove(0).apply(request);
			if (response == null) {
				throw new IOException("The response was lost");
			}
		}
		return (whole != null) ? whole : response(200, headers(), JSON.writeValueAsString(answer));
	}

	private Response changes(Request request) {
		String[] identity = identity(
				String.valueOf(request.headers().get("Authorization")).substring("Bearer ".length()));
		Map<String, String> headers = new HashMap<>(headers());
		headers.put("content-type", "application/x-ndjson");
		String body = account(identity[0]).changes(identity[1], parameters(request.uri()), headers);
		if (!this.describing) {
			headers.keySet().removeIf((name) -> name.startsWith("oversync-") && !name.equals("oversync-epoch"));
		}
		return response(200, headers, body);
	}

	/** A look at the last change that was seen; faults are for what comes after it. */
	private static boolean isLook(Request request) {
		String query = String.valueOf(request.uri().getQuery());
		return request.method().equals("GET") && query.contains("limit=1&include_self=true");
	}

	private Map<String, String> headers() {
		return (this.epoch != null && this.epochInHeader)
				? Map.of("content-type", "application/json", "oversync-epoch", this.epoch)
				: Map.of("content-type", "application/json");
	}

	private ObjectNode answer(Request request) {
		String token = String.valueOf(request.headers().get("Authorization")).substring("Bearer ".length());
		String[] identity = identity(token);
		Account account = account(identity[0]);
		if (request.uri().getPath().endsWith("/checksum")) {
			return account.checksums(parameters(request.uri()));
		}
		return request.method().equals("POST") ? account.upload(identity[1], JSON.readTree(request.body()))
				: account.download(identity[1], parameters(request.uri()));
	}

	/** A token is {@code user/device}, or a JWT. */
	private static String[] identity(String token) {
		String[] parts = token.split("\\.");
		if (parts.length < 2) {
			return token.split("/");
		}
		JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
		return new String[] { claims.get("sub").asString(), claims.get("did").asString() };
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

	static String json(JsonNode node) {
		return JSON.writeValueAsString(node);
	}

	Account account(String user) {
		return this.accounts.computeIfAbsent(user, (key) -> new Account());
	}

	/** A user's data. */
	final class Account {

		private final Map<String, SyncRow> rows = new TreeMap<>();

		private final List<ObjectNode> stream = new ArrayList<>();

		private final Map<String, Applied> applied = new HashMap<>();

		private final List<Restore> restores = new ArrayList<>();

		private long serverChanges;

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

		/** The rows that were restored, in order: {@code schema.table:pk}. */
		List<String> restored() {
			return this.restores.stream().map(Restore::name).toList();
		}

		/** Puts the account back to an earlier state. */
		void truncate(int changes) {
			List<ObjectNode> kept = new ArrayList<>(this.stream.subList(0, changes));
			this.rows.clear();
			this.applied.clear();
			this.stream.clear();
			this.restores.removeIf((restore) -> restore.serverId > changes);
			kept.forEach((entry) -> {
				this.stream.add(entry);
				SyncRow before = this.rows.get(name(entry));
				boolean deleted = entry.get("deleted").asBoolean();
				JsonNode payload = (deleted && before != null) ? before.payload : entry.get("payload");
				this.rows.put(name(entry), new SyncRow(entry.get("server_version").asLong(), deleted, payload));
			});
		}

		/** Copies the account; what is returned puts the copy back. */
		Runnable copy() {
			Map<String, SyncRow> copiedRows = Map.copyOf(this.rows);
			List<ObjectNode> copiedStream = List.copyOf(this.stream);
			Map<String, Applied> copiedApplied = Map.copyOf(this.applied);
			List<Restore> copiedRestores = List.copyOf(this.restores);
			return () -> {
				truncate(0);
				this.rows.putAll(copiedRows);
				this.stream.addAll(copiedStream);
				this.applied.putAll(copiedApplied);
				this.restores.addAll(copiedRestores);
			};
		}

		/** A change of another device. */
		void change(String device, String table, String op, String pk, String payload) {
			SyncRow row = this.rows.get(table + ":" + pk);
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
			String status = new Batch(this, device, List.of(change)).process().get(0).get("status").asString();
			if (!status.equals("applied")) {
				throw new IllegalStateException("The change was not applied: " + status);
			}
		}

		private ObjectNode upload(String device, JsonNode request) {
			ModelServer.this.uploads.add(request);
			List<JsonNode> changes = new ArrayList<>();
			request.get("changes").forEach(changes::add);
			List<ObjectNode> statuses = new Batch(this, device, changes).process();
			ObjectNode answer = JSON.createObjectNode();
			answer.put("accepted", true);
			answer.put("highest_server_seq", this.stream.size());
			answer.putArray("statuses").addAll(statuses);
			return answer;
		}

		private @Nullable SyncRow liveRow(String name) {
			SyncRow row = this.rows.get(name);
			return (row != null && !row.deleted) ? row : null;
		}

		/** The live rows that refer to a row. */
		private List<Referrer> referrers(String parent) {
			List<Referrer> referrers = new ArrayList<>();
			this.rows.forEach((name, row) -> {
				for (Reference reference : ModelServer.this.references) {
					if (!row.deleted && parent.equals(reference.parentOf(name, row.payload)) && !parent.equals(name)) {
						referrers.add(new Referrer(name, reference.cascading));
					}
				}
			});
			return referrers;
		}

		private List<String> parents(String name, @Nullable JsonNode payload) {
			return ModelServer.this.references.stream()
				.map((reference) -> reference.parentOf(name, payload))
				.filter(Objects::nonNull)
				.toList();
		}

		private void append(String device, JsonNode change, long version) {
			boolean deleted = change.get("op").asString().equals("DELETE");
			SyncRow before = this.rows.get(name(change));
			JsonNode payload = deleted ? ((before != null) ? before.payload : null) : change.get("payload");
			this.rows.put(name(change), new SyncRow(version, deleted, payload));
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
			entry.put("ts", Instant.EPOCH.plusSeconds(++ModelServer.this.seconds).toString());
			this.stream.add(entry);
		}

		/** A change that the server makes by itself. */
		private void appendOwn(String name, String op, SyncRow row) {
			ObjectNode change = JSON.createObjectNode();
			change.put("source_change_id", ++this.serverChanges);
			change.put("schema", name.substring(0, name.indexOf('.')));
			change.put("table", name.substring(name.indexOf('.') + 1, name.indexOf(':')));
			change.put("op", op);
			change.put("pk", name.substring(name.indexOf(':') + 1));
			change.set("payload", row.payload);
			append("server", change, row.version + 1);
		}

		private static String name(JsonNode change) {
			return change.get("schema").asString() + "." + change.get("table").asString() + ":"
					+ change.get("pk").asString();
		}

		/** Everything, one change a line, after the restores that the device lacks. */
		private String changes(String device, Map<String, String> parameters, Map<String, String> headers) {
			Map<String, String> all = new HashMap<>(parameters);
			all.put("limit", String.valueOf(ModelServer.this.mostLines));
			ObjectNode page = download(device, all);
			long after = Long.parseLong(parameters.get("after"));
			long end = page.get("window_until").asLong();
			List<JsonNode> lines = new ArrayList<>();
			this.restores.stream()
				.filter((restore) -> restore.device.equals(device) && restore.serverId > after
						&& restore.serverId <= end)
				.forEach((restore) -> lines.add(this.stream.get((int) restore.serverId - 1)));
			headers.put("oversync-window-until", String.valueOf(end));
			if (!lines.isEmpty()) {
				headers.put("oversync-restores", String.valueOf(lines.size()));
			}
			page.get("changes").forEach((change) -> {
				if (change.get("server_id").asLong() <= page.get("next_after").asLong()) {
					lines.add(change);
				}
			});
			ObjectNode last = JSON.createObjectNode();
			last.put("next_after", page.get("next_after").asLong());
			last.put("window_until", end);
			lines.add(last);
			StringBuilder body = new StringBuilder();
			lines.forEach((line) -> body.append(json(line)).append('\n'));
			return body.toString();
		}

		private ObjectNode checksums(Map<String, String> parameters) {
			String from = parameters.getOrDefault("pk_from", "");
			String to = parameters.getOrDefault("pk_to", "g");
			ObjectNode answer = JSON.createObjectNode();
			answer.put("head", this.stream.size());
			ArrayNode tables = answer.putArray("tables");
			Map<String, Long> places = new HashMap<>();
			if (parameters.containsKey("entries")) {
				this.stream.forEach((entry) -> places.put(name(entry), entry.get("server_id").asLong()));
			}
			for (String table : new TreeSet<>(List.of(parameters.get("tables").split(",")))) {
				if (ModelServer.this.unregistered.contains(table)) {
					continue;
				}
				ObjectNode sum = tables.addObject();
				sum.put("schema", table.substring(0, table.indexOf('.')));
				sum.put("table", table.substring(table.indexOf('.') + 1));
				List<ObjectNode> entries = new ArrayList<>();
				long digest = 0;
				for (Map.Entry<String, SyncRow> row : this.rows.entrySet()) {
					String pk = row.getKey().substring(row.getKey().indexOf(':') + 1);
					if (row.getKey().startsWith(table + ":") && !row.getValue().deleted && from.compareTo(pk) <= 0
							&& pk.compareTo(to) <= 0) {
						digest += digest(pk, row.getValue().version);
						entries.add(JSON.createObjectNode()
							.put("pk", pk)
							.put("server_version", row.getValue().version)
							.put("server_id", places.getOrDefault(row.getKey(), 0L)));
					}
				}
				sum.put("rows", entries.size());
				sum.put("digest", "%016x".formatted(digest));
				if ("true".equals(parameters.get("entries")) && entries.size() <= ModelServer.this.mostEntries) {
					sum.putArray("entries").addAll(entries);
				}
			}
			return answer;
		}

		private static long digest(String pk, long version) {
			try {
				return new BigInteger(1, Arrays.copyOf(MessageDigest.getInstance("SHA-256")
					.digest((pk + ":" + version).getBytes(StandardCharsets.UTF_8)), 8)).longValue();
			}
			catch (NoSuchAlgorithmException ex) {
				throw new IllegalStateException(ex);
			}
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
			long nextAfter = more ? page.get(page.size() - 1).get("server_id").asLong() : Math.max(after, end);
			ObjectNode answer = JSON.createObjectNode();
			ArrayNode changes = answer.putArray("changes");
			this.restores.stream()
				.filter((restore) -> restore.device.equals(device) && restore.serverId > nextAfter
						&& restore.serverId <= end)
				.forEach((restore) -> changes.add(this.stream.get((int) restore.serverId - 1)));
			page.forEach(changes::add);
			answer.put("has_more", more);
			answer.put("next_after", nextAfter);
			answer.put("window_until", end);
			return answer;
		}

	}

	/** The changes of one upload. */
	private final class Batch {

		private final Account account;

		private final String device;

		private final List<JsonNode> changes;

		private final ObjectNode[] statuses;

		/** Conflicts, which show their rows as they are after all else. */
		private final List<Integer> conflicts = new ArrayList<>();

		private final Map<String, Long> refused = new LinkedHashMap<>();

		/** The refused rows, those included that were refused in an earlier upload. */
		private final Set<String> absent = new HashSet<>();

		Batch(Account account, String device, List<JsonNode> changes) {
			this.account = account;
			this.device = device;
			this.changes = changes;
			this.statuses = new ObjectNode[changes.size()];
		}

		List<ObjectNode> process() {
			List<Integer> upserts = new ArrayList<>();
			List<Integer> deletes = new ArrayList<>();
			for (int i = 0; i < this.statuses.length; i++) {
				this.statuses[i] = JSON.createObjectNode();
				this.statuses[i].put("source_change_id", this.changes.get(i).get("source_change_id").asLong());
				(isDelete(i) ? deletes : upserts).add(i);
			}
			upsert(upserts);
			delete(deletes);
			restore();
			answerConflicts();
			return List.of(this.statuses);
		}

		private boolean isDelete(int change) {
			return this.changes.get(change).get("op").asString().equals("DELETE");
		}

		private String name(int change) {
			return Account.name(this.changes.get(change));
		}

		/** Parents before children; rows that refer to each other together. */
		private void upsert(List<Integer> upserts) {
			List<Integer> left = new ArrayList<>(upserts);
			while (!left.isEmpty()) {
				List<Integer> ready = left.stream()
					.filter((i) -> left.stream()
						.noneMatch((other) -> !name(i).equals(name(other))
								&& this.account.parents(name(i), this.changes.get(i).get("payload"))
									.contains(name(other))))
					.toList();
				List<Integer> next = ready.isEmpty() ? List.copyOf(left) : ready;
				List<String> together = next.stream().map(this::name).toList();
				next.forEach((i) -> upsert(i, together));
				left.removeAll(next);
			}
		}

		private void upsert(int i, List<String> together) {
			JsonNode change = this.changes.get(i);
			if (isInvalid(i) || isReplay(i)) {
				return;
			}
			List<String> missing = this.account.parents(name(i), change.get("payload"))
				.stream()
				.filter((parent) -> this.account.liveRow(parent) == null && !together.contains(parent))
				.toList();
			SyncRow row = this.account.rows.get(name(i));
			long expected = expected(change, row);
			if (!missing.isEmpty()) {
				missing(i, missing);
			}
			else if (row != null && row.version != expected) {
				this.conflicts.add(i);
			}
			else {
				applied(i, expected + 1);
			}
		}

		private boolean isInvalid(int i) {
			String reason = ModelServer.this.rejection.apply(this.changes.get(i));
			if (reason != null) {
				this.statuses[i].put("status", "invalid").put("message", "refused");
				this.statuses[i].putObject("invalid").put("reason", reason).putObject("details");
			}
			return reason != null;
		}

		private boolean isReplay(int i) {
			JsonNode change = this.changes.get(i);
			Applied earlier = earlier(change);
			boolean replay = earlier != null && earlier.content.equals(content(change))
					&& change.get("server_version").asLong() < earlier.version;
			if (replay) {
				this.statuses[i].put("status", "applied").put("new_server_version", earlier.version);
			}
			return replay;
		}

		private @Nullable Applied earlier(JsonNode change) {
			return this.account.applied.get(this.device + ":" + change.get("source_change_id").asLong());
		}

		private long expected(JsonNode change, @Nullable SyncRow row) {
			Applied earlier = earlier(change);
			boolean reused = earlier != null && row != null && row.version == earlier.version
					&& !earlier.content.equals(content(change))
					&& earlier.content.startsWith(Account.name(change) + " ");
			return reused ? earlier.version : change.get("server_version").asLong();
		}

		private void missing(int i, Collection<String> parents) {
			this.statuses[i].put("status", "invalid").put("message", "no parent");
			ArrayNode array = this.statuses[i].putObject("invalid")
				.put("reason", "fk_missing")
				.putObject("details")
				.putArray("missing");
			parents.forEach(array::add);
		}

		private void applied(int i, long version) {
			JsonNode change = this.changes.get(i);
			this.account.append(this.device, change, version);
			long id = change.get("source_change_id").asLong();
			if (id > 0) {
				this.account.applied.put(this.device + ":" + id, new Applied(content(change), version));
			}
			this.statuses[i].put("status", "applied").put("new_server_version", version);
		}

		private void delete(List<Integer> deletes) {
			Map<String, Integer> candidates = new LinkedHashMap<>();
			for (int i : deletes) {
				if (isInvalid(i) || isReplay(i)) {
					continue;
				}
				SyncRow row = this.account.rows.get(name(i));
				long expected = expected(this.changes.get(i), row);
				Restore earlier = this.account.restores.stream()
					.filter((restore) -> restore.isRepeatedBy(this.device, name(i), expected, row))
					.findFirst()
					.orElse(null);
				if (row == null || row.deleted) {
					this.statuses[i].put("status", "applied")
						.put("new_server_version", Math.max(expected, (row != null) ? row.version : 0));
				}
				else if (earlier != null) {
					refuse(i, earlier.referencedBy);
				}
				else if (row.version != expected) {
					this.conflicts.add(i);
				}
				else {
					candidates.put(name(i), i);
				}
			}
			refuseReferenced(candidates);
			while (!candidates.isEmpty()) {
				String next = candidates.keySet()
					.stream()
					.filter((name) -> this.account.referrers(name)
						.stream()
						.noneMatch((referrer) -> candidates.containsKey(referrer.name)))
					.findFirst()
					.orElse(candidates.keySet().iterator().next());
				int i = candidates.remove(next);
				deleteCascading(next, candidates.keySet());
				applied(i, this.account.rows.get(next).version + 1);
			}
		}

		/** What one delete that is refused keeps alive refuses others. */
		private void refuseReferenced(Map<String, Integer> candidates) {
			boolean changed;
			do {
				Set<String> going = new HashSet<>(candidates.keySet());
				candidates.keySet().forEach((name) -> addCascading(name, going));
				changed = candidates.entrySet().removeIf((candidate) -> {
					Set<String> deleted = new HashSet<>(Set.of(candidate.getKey()));
					addCascading(candidate.getKey(), deleted);
					List<String> referencedBy = deleted.stream()
						.flatMap((name) -> this.account.referrers(name).stream())
						.filter((referrer) -> !referrer.cascading && !going.contains(referrer.name))
						.map(Referrer::name)
						.toList();
					if (!referencedBy.isEmpty()) {
						refuse(candidate.getValue(), referencedBy);
					}
					return !referencedBy.isEmpty();
				});
			}
			while (changed);
		}

		private void refuse(int i, List<String> referencedBy) {
			if (!ModelServer.this.restoring) {
				this.conflicts.add(i);
				return;
			}
			this.statuses[i].put("status", "invalid").put("message", "rows refer to it");
			ArrayNode array = this.statuses[i].putObject("invalid")
				.put("reason", "bad_payload")
				.putObject("details")
				.putArray("referenced_by");
			referencedBy.stream().limit(10).forEach(array::add);
			this.absent.add(name(i));
			if (this.account.rows.get(name(i)).version == this.changes.get(i).get("server_version").asLong()) {
				this.refused.put(name(i), this.changes.get(i).get("server_version").asLong());
			}
		}

		/** Adds the rows that go along with a row. */
		private void addCascading(String name, Set<String> deleted) {
			for (Referrer referrer : this.account.referrers(name)) {
				if (referrer.cascading && deleted.add(referrer.name)) {
					addCascading(referrer.name, deleted);
				}
			}
		}

		private void deleteCascading(String name, Set<String> later) {
			for (Referrer referrer : this.account.referrers(name)) {
				SyncRow child = this.account.liveRow(referrer.name);
				if (referrer.cascading && child != null && !later.contains(referrer.name)) {
					deleteCascading(referrer.name, later);
					this.account.appendOwn(referrer.name, "DELETE", child);
				}
			}
		}

		/** Appends the refused rows once more, parents first. */
		private void restore() {
			Map<String, Long> left = new LinkedHashMap<>(this.refused);
			left.keySet().removeIf((name) -> this.account.liveRow(name) == null);
			while (!left.isEmpty()) {
				String next = left.keySet()
					.stream()
					.filter((name) -> this.account.parents(name, this.account.rows.get(name).payload)
						.stream()
						.noneMatch((parent) -> !parent.equals(name) && left.containsKey(parent)))
					.findFirst()
					.orElse(left.keySet().iterator().next());
				SyncRow row = this.account.rows.get(next);
				List<String> referencedBy = this.account.referrers(next).stream().map(Referrer::name).toList();
				this.account.appendOwn(next, "UPDATE", row);
				this.account.restores.add(new Restore(this.device, next, left.remove(next), row.version + 1,
						this.account.stream.size(), referencedBy));
			}
		}

		private void answerConflicts() {
			Set<Integer> waiting = new HashSet<>();
			boolean changed;
			do {
				changed = false;
				for (int i : this.conflicts) {
					SyncRow row = this.account.rows.get(name(i));
					List<String> missing = row.deleted ? List.of()
							: this.account.parents(name(i), row.payload)
								.stream()
								.filter(this.absent::contains)
								.toList();
					if (!missing.isEmpty() && waiting.add(i)) {
						missing(i, missing);
						changed |= isDelete(i) && this.absent.add(name(i));
					}
				}
			}
			while (changed);
			for (int i : this.conflicts) {
				if (!waiting.contains(i)) {
					answerConflict(i);
				}
			}
		}

		private void answerConflict(int i) {
			JsonNode change = this.changes.get(i);
			SyncRow row = this.account.rows.get(name(i));
			if (isDelete(i) && row.deleted) {
				this.statuses[i].put("status", "applied").put("new_server_version", row.version);
				return;
			}
			ObjectNode server = this.statuses[i].put("status", "conflict").putObject("server_row");
			server.put("schema_name", change.get("schema").asString());
			server.put("table_name", change.get("table").asString());
			server.put("id", change.get("pk").asString());
			server.put("server_version", row.version);
			server.put("deleted", row.deleted);
			server.set("payload", row.payload);
		}

		private static String content(JsonNode change) {
			JsonNode payload = change.get("payload");
			return Account.name(change) + " " + change.get("op").asString() + " "
					+ ((payload != null) ? json(payload) : "");
		}

	}

	private record SyncRow(long version, boolean deleted, @Nullable JsonNode payload) {
	}

	private record Applied(String content, long version) {
	}

	/** A row that refers to another. */
	private record Referrer(String name, boolean cascading) {
	}

	/** A foreign key. */
	private record Reference(String childTable, String column, String parentTable, boolean cascading) {

		@Nullable String parentOf(String child, @Nullable JsonNode payload) {
			JsonNode key = (payload != null && child.startsWith(this.childTable + ":")) ? payload.get(this.column)
					: null;
			return (key == null || key.isNull() || key.asString().isEmpty()) ? null
					: this.parentTable + ":" + key.asString();
		}

	}

	/** A row that came back after a refused delete. */
	private record Restore(String device, String name, long deletedVersion, long version, long serverId,
			List<String> referencedBy) {

		boolean isRepeatedBy(String sender, String row, long expected, @Nullable SyncRow now) {
			return this.device.equals(sender) && this.name.equals(row) && this.deletedVersion == expected && now != null
					&& now.version == this.version;
		}

	}

}
