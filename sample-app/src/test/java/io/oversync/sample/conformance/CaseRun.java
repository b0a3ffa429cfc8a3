/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One run of one case, with users, devices and keys that no other run has.
 */
final class CaseRun {

	private static final int SHOWN = 4000;

	private final ConformanceCase source;

	private final Templates templates = new Templates(UUID.randomUUID().toString().substring(0, 13));

	private final RequestBuilder requests;

	private final Sender sender;

	private final @Nullable CaseDatabase database;

	private final StreamEvents events;

	private final AnswerRules rules;

	CaseRun(ConformanceCase source, ConformanceTarget target) {
		this(source, target, StreamEvents.NONE, Invariants::check);
	}

	CaseRun(ConformanceCase source, ConformanceTarget target, StreamEvents events, AnswerRules rules) {
		this.source = source;
		this.events = events;
		this.rules = rules;
		this.requests = new RequestBuilder(new Tokens(target.secret()), this.templates);
		this.sender = new Sender(target.baseUri());
		this.database = (target.jdbcUrl() != null) ? new CaseDatabase(target.jdbcUrl()) : null;
	}

	/**
	 * Runs the steps in order.
	 * @throws AssertionError if one fails: its number and note, the mismatches, the
	 * request and the answer
	 */
	void run() {
		int number = 0;
		for (JsonNode step : this.source.steps()) {
			number++;
			String title = title(number, step);
			try {
				run(this.templates.resolve(step), title);
			}
			catch (BadCaseException ex) {
				throw new AssertionError(title + "\nThe case itself is wrong: " + ex.getMessage(), ex);
			}
		}
	}

	private void run(JsonNode step, String title) {
		String user = user(step);
		if (user != null) {
			this.events.before(user);
		}
		if (step.has("sql") || step.has("exec")) {
			runInDatabase(step, title);
		}
		else if (step.has("parallel")) {
			runTogether(step, title);
		}
		else {
			Map<String, JsonNode> captures = new HashMap<>();
			Expectation expectation = new Expectation(step.path("expect"));
			CaseOutcome outcome = step.has("drain") ? drain(step) : check(this.requests.build(step));
			outcome = (user != null) ? this.events.complete(user, outcome, after(step)) : outcome;
			List<Mismatch> problems = new ArrayList<>(outcome.violations());
			problems.addAll(expectation.check(outcome.answer(), captures));
			failOn(problems, title, outcome.request().toString(), outcome.answer().toString());
			this.templates.capture(captures);
		}
	}

	private @Nullable String user(JsonNode step) {
		String[] names = step.path("as").asString("").split("/", -1);
		return (names.length == 2 && !names[0].isEmpty()) ? this.templates.user(names[0]) : null;
	}

	private static long after(JsonNode step) {
		for (String kind : List.of("download", "changes", "drain")) {
			if (step.path(kind).path("after").isNumber()) {
				return step.get(kind).get("after").longValue();
			}
		}
		return 0;
	}

	private CaseOutcome check(ApiRequest request) {
		return check(request, this.sender.send(request));
	}

	private CaseOutcome check(ApiRequest request, ApiAnswer answer) {
		return new CaseOutcome(request, answer,
				this.rules.check(request, answer)
					.stream()
					.map((violation) -> new Mismatch(violation.path(), violation.problem() + " (always checked)"))
					.toList());
	}

	private CaseOutcome drain(JsonNode step) {
		ObjectNode parameters = CaseJson.NODES.objectNode().put("after", 0);
		step.get("drain").properties().forEach((member) -> parameters.set(member.getKey(), member.getValue()));
		List<CaseOutcome> pages = new ArrayList<>();
		while (true) {
			CaseOutcome page = check(this.requests.download(step, parameters));
			pages.add(page);
			// a page that keeps the rules moves the cursor, so this terminates
			if (page.answer().status() != 200 || !page.violations().isEmpty()
					|| !page.answer().body().get("has_more").booleanValue()) {
				return CaseOutcome.ofPages(pages);
			}
			parameters.set("after", page.answer().body().get("next_after"));
			if (!parameters.has("until")) {
				parameters.set("until", page.answer().body().get("window_until"));
			}
		}
	}

	private void runTogether(JsonNode step, String title) {
		List<ApiRequest> together = step.get("parallel").valueStream().map(this.requests::build).toList();
		List<ApiAnswer> answers = this.sender.sendTogether(together);
		List<Mismatch> problems = new ArrayList<>();
		ArrayNode compared = CaseJson.NODES.arrayNode();
		for (int i = 0; i < answers.size(); i++) {
			compared.add(answers.get(i).statusAndBody());
			for (Mismatch violation : check(together.get(i), answers.get(i)).violations()) {
				problems.add(new Mismatch("[" + i + "]." + violation.path(), violation.problem()));
			}
		}
		Map<String, JsonNode> captures = new HashMap<>();
		if (step.has("expect")) {
			problems.addAll(Matchers.match(step.get("expect"), compared, "", captures));
		}
		int each = SHOWN / Math.max(1, answers.size());
		failOn(problems, title, shown(together, each), shown(answers, each));
		this.templates.capture(captures);
	}

	private void runInDatabase(JsonNode step, String title) {
		if (this.database == null) {
			return;
		}
		if (step.has("exec")) {
			this.database.execute(step.get("exec").asString());
			return;
		}
		String sql = this.events.query(step.get("sql").asString());
		JsonNode rows = this.database.query(sql);
		Map<String, JsonNode> captures = new HashMap<>();
		if (step.has("rows")) {
			failOn(Matchers.match(step.get("rows"), rows, "rows", captures), title, sql, CaseJson.write(rows));
		}
		this.templates.capture(captures);
	}

	private static String shown(List<?> all, int each) {
		StringBuilder result = new StringBuilder();
		for (int i = 0; i < all.size(); i++) {
			result.append("[").append(i).append("] ").append(CaseTexts.cut(all.get(i).toString(), each)).append('\n');
		}
		return result.toString();
	}

	private String title(int number, JsonNode step) {
		String note = step.path("note").asString("");
		return this.source.name() + " (protocol, section " + this.source.section() + "), step " + number + " of "
				+ this.source.steps().size() + (note.isEmpty() ? "" : " (" + note + ")");
	}

	private static void failOn(List<Mismatch> problems, String title, String request, String answer) {
		if (problems.isEmpty()) {
			return;
		}
		String list = problems.stream().limit(20).map((problem) -> "  " + problem).collect(Collectors.joining("\n"));
		String more = (problems.size() > 20) ? "\n  and " + (problems.size() - 20) + " more" : "";
		throw new AssertionError(title + "\n" + list + more + "\n--- asked\n" + CaseTexts.cut(request, SHOWN)
				+ "\n--- answered\n" + CaseTexts.cut(answer, SHOWN));
	}

}
