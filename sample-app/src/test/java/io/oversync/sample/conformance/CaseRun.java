package io.oversync.sample.conformance;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One run of a case against a server.
 */
final class CaseRun {

	private static final int SHOWN = 3000;

	private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

	private static final JsonNode NOTHING = NODES.objectNode();

	private final ConformanceTarget target;

	private final HttpClient http;

	private final Names names = new Names();

	private final Tokens tokens;

	/** What is shown when a step fails. */
	private String exchange = "";

	CaseRun(ConformanceTarget target, HttpClient http) {
		this.target = target;
		this.http = http;
		this.tokens = new Tokens(target.secret());
	}

	/**
	 * Runs the steps.
	 * @param conformanceCase the case
	 * @throws AssertionError at the first step that fails
	 */
	void run(ConformanceCase conformanceCase) throws Exception {
		int number = 0;
		for (JsonNode step : conformanceCase.steps()) {
			number++;
			List<String> mismatches = perform(step);
			if (!mismatches.isEmpty()) {
				throw new AssertionError("Step " + number + " of " + conformanceCase.steps().size()
						+ (step.has("note") ? " (" + step.get("note").asString() + ")" : "") + ":\n  "
						+ String.join("\n  ", mismatches.subList(0, Math.min(10, mismatches.size()))) + "\n"
						+ this.exchange);
			}
		}
	}

	private List<String> perform(JsonNode step) throws Exception {
		if (step.has("sql")) {
			return query(step);
		}
		if (step.has("exec")) {
			execute(this.names.resolve(step.get("exec")).asString());
			return List.of();
		}
		if (step.has("parallel")) {
			return parallel(step);
		}
		Exchange sent = send(step);
		List<String> mismatches = new ArrayList<>(sent.violations);
		mismatches.addAll(compare(step.path("expect"), sent.answer));
		return mismatches;
	}

	private Exchange send(JsonNode step) throws Exception {
		if (step.has("upload")) {
			return upload(step);
		}
		if (step.has("download")) {
			JsonNode query = this.names.resolve(step.get("download"));
			return download(step, query);
		}
		return step.has("drain") ? drain(step) : raw(step);
	}

	private Exchange upload(JsonNode step) throws Exception {
		JsonNode changes = this.names.resolve(step.get("upload"));
		ObjectNode body = NODES.objectNode();
		body.put("last_server_seq_seen", 0).set("changes", changes);
		HttpRequest.Builder request = request(step, "/sync/upload").header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(body.toString()));
		Answer answer = exchange(request.build(), body.toString());
		return new Exchange(answer, Invariants.ofUpload(answer, changes));
	}

	private Exchange download(JsonNode step, JsonNode query) throws Exception {
		StringJoiner parameters = new StringJoiner("&", "?", "");
		query.properties()
			.forEach((parameter) -> parameters.add(parameter.getKey() + "=" + parameter.getValue().asString()));
		Answer answer = exchange(request(step, "/sync/download" + parameters).GET().build(), "");
		return new Exchange(answer, Invariants.ofDownload(answer, query, source(step)));
	}

	private Exchange drain(JsonNode step) throws Exception {
		ObjectNode query = (ObjectNode) this.names.resolve(step.get("drain"));
		ArrayNode changes = NODES.arrayNode();
		List<String> violations = new ArrayList<>();
		int pages = 0;
		while (true) {
			Exchange page = download(step, query);
			pages++;
			violations.addAll(page.violations);
			if (!(page.answer.body() instanceof ObjectNode body) || page.answer.status() != 200) {
				return page;
			}
			body.path("changes").forEach(changes::add);
			if (!body.path("has_more").asBoolean(false)) {
				body.set("changes", changes);
				body.put("pages", pages);
				Answer last = page.answer;
				return new Exchange(new Answer(last.status(), last.headers(), body.toString(), body, last.millis()),
						violations);
			}
			if (!query.has("until")) {
				query.set("until", body.get("window_until"));
			}
			query.set("after", body.get("next_after"));
		}
	}

	private Exchange raw(JsonNode step) throws Exception {
		JsonNode http = this.names.resolve(step.required("http"));
		String path = http.required("path").asString();
		HttpRequest.Builder request = request(step, path);
		String body = http.path("body").asString("");
		boolean latin = "latin-1".equals(http.path("encoding").asString(""));
		byte[] bytes = body.getBytes(latin ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
		JsonNode headers = http.path("headers");
		if (http.has("body") && headers.propertyNames().stream().noneMatch("Content-Type"::equalsIgnoreCase)) {
			request.header("Content-Type", "application/json");
		}
		headers.properties().forEach((header) -> {
			if (!header.getValue().isNull()) {
				request.header(header.getKey(), header.getValue().asString());
			}
		});
		request.method(http.required("method").asString(),
				http.has("body") ? BodyPublishers.ofByteArray(bytes) : BodyPublishers.noBody());
		Answer answer = exchange(request.build(), body);
		return new Exchange(answer,
				path.equals("/sync/upload") ? Invariants.ofUpload(answer, null) : Invariants.ofAny(answer));
	}

	private List<String> parallel(JsonNode step) throws Exception {
		List<CompletableFuture<Exchange>> sent = new ArrayList<>();
		ArrayNode steps = NODES.arrayNode();
		steps.addAll(step.get("parallel").valueStream().toList());
		for (JsonNode each : this.names.resolve(steps)) {
			sent.add(CompletableFuture.supplyAsync(() -> {
				try {
					return send(each);
				}
				catch (Exception ex) {
					throw new IllegalStateException(ex);
				}
			}, (task) -> new Thread(task, "conformance").start()));
		}
		List<String> mismatches = new ArrayList<>();
		ArrayNode answers = NODES.arrayNode();
		for (CompletableFuture<Exchange> each : sent) {
			Exchange exchange = each.get();
			mismatches.addAll(exchange.violations);
			ObjectNode answer = answers.addObject();
			answer.put("status", exchange.answer.status()).set("body", exchange.answer.body());
		}
		mismatches.addAll(match(step.path("expect"), answers, "answers"));
		return mismatches;
	}

	private HttpRequest.Builder request(JsonNode step, String path) {
		HttpRequest.Builder request = HttpRequest.newBuilder(this.target.resolve(path)).timeout(Duration.ofSeconds(60));
		String[] as = step.path("as").asString("nobody/nothing").split("/", 2);
		JsonNode auth = step.has("auth") ? this.names.resolve(step.get("auth")) : null;
		String header = this.tokens.header(this.names.user(as[0]), this.names.device(as[1]), auth);
		if (header != null) {
			request.header("Authorization", header);
		}
		return request;
	}

	private String source(JsonNode step) {
		String device = this.names.device(step.path("as").asString("nobody/nothing").split("/", 2)[1]);
		return step.path("auth").path("claims").path("did").asString(device);
	}

	private Answer exchange(HttpRequest request, String body) throws IOException, InterruptedException {
		long start = System.nanoTime();
		HttpResponse<String> response = this.http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
		long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
		this.exchange = "> " + request.method() + " " + request.uri() + "\n> " + cut(body) + "\n< "
				+ response.statusCode() + " " + response.headers().map() + "\n< " + cut(response.body());
		return Answer.of(response.statusCode(), response.headers(), response.body(), millis);
	}

	private static String cut(String text) {
		return (text.length() <= SHOWN) ? text : text.substring(0, SHOWN) + " … (" + text.length() + " characters)";
	}

	private List<String> compare(JsonNode unresolved, Answer answer) {
		List<String> mismatches = new ArrayList<>();
		JsonNode status = unresolved.path("status");
		boolean allowed = status.isArray() ? status.valueStream().anyMatch((each) -> each.asInt() == answer.status())
				: status.asInt(200) == answer.status();
		if (!allowed) {
			mismatches
				.add("status: expected " + (status.isMissingNode() ? "200" : status) + " but was " + answer.status());
		}
		JsonNode expect = this.names.resolve(unresolved.isMissingNode() ? NOTHING : unresolved);
		expect.path("headers").properties().forEach((header) -> {
			String value = answer.headers().firstValue(header.getKey()).orElse(null);
			mismatches.addAll(match(header.getValue(), (value != null) ? NODES.stringNode(value) : null,
					"header " + header.getKey()));
		});
		if (expect.has("body")) {
			mismatches.addAll(match(expect.get("body"), answer.body(), "body"));
		}
		expect.path("contains").forEach((text) -> {
			if (!answer.text().contains(text.asString())) {
				mismatches.add("the answer does not contain " + text);
			}
		});
		expect.path("excludes").forEach((text) -> {
			if (answer.text().contains(text.asString())) {
				mismatches.add("the answer contains " + text);
			}
		});
		if (answer.millis() > expect.path("max_ms").asLong(Long.MAX_VALUE)) {
			mismatches.add("took " + answer.millis() + " ms");
		}
		return mismatches;
	}

	private List<String> match(JsonNode expected, @Nullable JsonNode actual, String path) {
		if (expected.isMissingNode()) {
			return List.of();
		}
		Expectation expectation = Expectation.compare(this.names.resolve(expected), actual, path);
		expectation.captures().forEach(this.names::capture);
		return expectation.mismatches();
	}

	private List<String> query(JsonNode step) throws SQLException {
		String sql = this.names.resolve(step.get("sql")).asString();
		if (this.target.jdbcUrl() == null) {
			return List.of();
		}
		this.exchange = sql;
		try (Connection connection = DriverManager.getConnection(this.target.jdbcUrl());
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("select coalesce(json_agg(q), '[]') from (" + sql + ") q")) {
			rows.next();
			return match(step.required("rows"), ConformanceCase.JSON.readTree(rows.getString(1)), "rows");
		}
	}

	private void execute(String sql) throws SQLException {
		if (this.target.jdbcUrl() == null) {
			return;
		}
		try (Connection connection = DriverManager.getConnection(this.target.jdbcUrl());
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	/**
	 * What came back, and what is wrong with it in any case.
	 *
	 * @param answer the answer
	 * @param violations of {@link Invariants}
	 */
	private record Exchange(Answer answer, List<String> violations) {
	}

}
