/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.oversync.test.TestPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the console shows and does, over HTTP.
 */
class ConsoleApiIntegrationTests {

	private static final String LONG = "{\"title\":\"" + "long".repeat(20) + "\"}";

	private static ConsoleApplication application;

	private static Visitor operator;

	@BeforeAll
	static void start() {
		application = ConsoleApplication.start(ConsoleSecurity.TokensAndOperators.class,
				"oversync.upload.lock-timeout=1m");
		operator = new Visitor(application).signIn("operator");
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	private static List<String> texts(JsonNode list, String member) {
		List<String> texts = new ArrayList<>();
		list.forEach((each) -> texts.add(each.get(member).asString()));
		return texts;
	}

	@Test
	void showsTheServer() {
		application.upload("ann/phone", UUID.randomUUID(), 0, "{\"title\":\"x\"}");
		JsonNode server = operator.read("overview");
		assertThat(server.get("streams").asInt()).isPositive();
		assertThat(server.get("epoch").asString()).isNotEmpty();
		assertThat(server.get("tables").get(0).get("name").asString()).isEqualTo("app.note");
		assertThat(server.get("tables").get(0).get("ownerColumn").asString()).isEqualTo("owner_id");
		assertThat(server.get("activity").get("UPLOADS")).hasSize(60);
		assertThat(server.get("activity").get("APPLIED").get(59).asInt()
				+ server.get("activity").get("APPLIED").get(58).asInt())
			.isPositive();
	}

	@Test
	void findsUsersAndPagesThroughThem() {
		for (int i = 0; i < 60; i++) {
			application.upload("paged-%02d/phone".formatted(i), UUID.randomUUID(), 0, "{\"title\":\"x\"}");
		}
		JsonNode first = operator.read("users?prefix=paged-");
		assertThat(first.get("users")).hasSize(50);
		JsonNode second = operator.read("users?prefix=paged-&after=" + Visitor.query(first.get("next").asString()));
		assertThat(texts(second.get("users"), "id")).hasSize(10).contains("paged-59");
		assertThat(second.get("next").isNull()).isTrue();
	}

	@Test
	void usersWithAnyIdCanBeShown() {
		String id = "dora/../<b>%00&?#;ü😀";
		application.upload(id + "/phone", UUID.randomUUID(), 0, "{\"title\":\"x\"}");
		application.flushDevices();
		JsonNode user = operator.read("user?user=" + Visitor.query(id));
		assertThat(user.get("id").asString()).isEqualTo(id);
		assertThat(texts(user.get("devices"), "id")).containsExactly("phone");
	}

	@Test
	void showsEntriesAndWhatTheyChanged() {
		UUID pk = UUID.randomUUID();
		application.upload("emil/phone", pk, 0, "{\"title\":\"one\",\"stars\":1}");
		application.upload("emil/phone", UUID.randomUUID(), 0, "{\"title\":\"other\"}");
		application.upload("emil/tablet", pk, 1, "{\"title\":\"two\",\"stars\":1}");
		application.upload("emil/tablet", pk, 2, null);
		JsonNode entries = operator.read("entries?user=emil").get("entries");
		assertThat(texts(entries, "op")).containsExactly("DELETE", "UPDATE", "INSERT", "INSERT");
		assertThat(entries.toString()).doesNotContain("two");
		JsonNode update = operator.read("entry?user=emil&id=3");
		assertThat(update.get("basis").asString()).isEqualTo("VERSION");
		assertThat(update.get("before").asInt()).isEqualTo(1);
		assertThat(texts(update.get("fields"), "kind")).containsExactly("CHANGED", "SAME");
		assertThat(update.get("fields").get(0).get("before").get("text").asString()).isEqualTo("one");
		assertThat(operator.read("entry?user=emil&id=1").get("basis").asString()).isEqualTo("FIRST");
		assertThat(texts(operator.read("entry?user=emil&id=4").get("fields"), "kind")).containsOnly("REMOVED");
		JsonNode row = operator.read("row?user=emil&table=app.note&pk=" + pk);
		assertThat(row.get("versions")).hasSize(3);
		assertThat(row.get("more").asBoolean()).isFalse();
		TestPostgres.execute(application.url(),
				"delete from sync.change where server_id = 1 and stream_id = (select stream_id from sync.stream where user_id = 'emil')");
		assertThat(operator.read("entry?user=emil&id=3").get("basis").asString()).isEqualTo("UNKNOWN");
	}

	@Test
	void showsAPageOfEntriesAndAFewVersions() {
		UUID pk = UUID.randomUUID();
		for (int i = 0; i < 60; i++) {
			application.upload("fred/phone", pk, i, "{\"title\":\"" + i + "\"}");
		}
		JsonNode page = operator.read("entries?user=fred");
		assertThat(page.get("entries")).hasSize(50);
		JsonNode rest = operator.read("entries?user=fred&before=" + page.get("next").asLong());
		assertThat(rest.get("entries")).hasSize(10);
		assertThat(rest.get("next").isNull()).isTrue();
		JsonNode row = operator.read("row?user=fred&table=app.note&pk=" + pk);
		assertThat(row.get("versions")).hasSize(20);
		assertThat(row.get("more").asBoolean()).isTrue();
	}

	@Test
	void aLargeVersionIsNotSent() {
		application.upload("gina/phone", UUID.randomUUID(), 0, "{\"body\":\"" + "x".repeat(100_000) + "\"}");
		JsonNode entry = operator.read("entry?user=gina&id=1");
		assertThat(entry.get("basis").asString()).isEqualTo("TOO_LARGE");
		assertThat(entry.get("fields")).isEmpty();
	}

	@Test
	void notesConflictsWithoutContents() {
		UUID pk = UUID.randomUUID();
		application.upload("hugo/phone", pk, 0, "{\"title\":\"secret\"}");
		application.upload("hugo/tablet", pk, 7, "{\"title\":\"secret\"}");
		JsonNode log = operator.read("conflicts");
		assertThat(log.get("conflicts").get(0).get("user").asString()).isEqualTo("hugo");
		assertThat(log.get("conflicts").get(0).get("expected").asInt()).isEqualTo(7);
		assertThat(log.toString()).doesNotContain("secret");
	}

	@Test
	void retriesAFailure() {
		UUID pk = UUID.randomUUID();
		application.upload("ida/phone", pk, 0, LONG);
		JsonNode failure = operator.read("failures?user=ida").get("failures").get(0);
		assertThat(failure.get("error").asString()).contains("note_title_check");
		assertThat(texts(operator.read("failures").get("failures"), "user")).contains("ida");
		String retry = "{\"user\":\"ida\",\"failure\":\"" + failure.get("id").asString() + "\"}";
		assertThat(operator.changed("retry", retry).get("applied").asBoolean()).isFalse();
		application.upload("ida/phone", pk, 1, "{\"title\":\"short\"}");
		assertThat(operator.read("failures?user=ida").get("failures")).isEmpty();
		assertThat(operator.change("retry", retry).statusCode()).isEqualTo(404);
	}

	@Test
	void changesDevices() {
		application.upload("jan/phone", UUID.randomUUID(), 0, "{\"title\":\"x\"}");
		String device = "{\"user\":\"jan\",\"device\":\"phone\",\"action\":\"%s\",\"name\":\"Jan's\"}";
		assertThat(operator.changed("device", device.formatted("rename")).get("changed").asBoolean()).isTrue();
		assertThat(operator.changed("device", device.formatted("revoke")).get("changed").asBoolean()).isTrue();
		assertThat(operator.changed("device", device.formatted("revoke")).get("changed").asBoolean()).isFalse();
		JsonNode shown = operator.read("user?user=jan").get("devices").get(0);
		assertThat(shown.get("name").asString()).isEqualTo("Jan's");
		assertThat(shown.get("revoked").asString()).isNotEmpty();
		assertThat(operator.changed("device", device.formatted("restore")).get("changed").asBoolean()).isTrue();
		assertThat(operator.changed("device", device.formatted("forget")).get("changed").asBoolean()).isTrue();
		assertThat(operator.read("user?user=jan").get("devices")).isEmpty();
	}

	@Test
	void findsDevicesOfAllUsersAndOfOne() {
		for (int i = 0; i < 60; i++) {
			application.upload("mia/tablet-%02d".formatted(i), UUID.randomUUID(), 0, "{\"title\":\"x\"}");
		}
		application.upload("mia-2/tablet_99", UUID.randomUUID(), 0, "{\"title\":\"x\"}");
		application.flushDevices();
		application.engine().devices().rename("mia-2", "tablet_99", "100% Mia's");
		JsonNode first = operator.read("devices?of=mia&find=TABLET-");
		assertThat(first.get("devices")).hasSize(50);
		assertThat(texts(first.get("devices"), "user")).containsOnly("mia");
		JsonNode second = operator.read("devices?of=mia&find=TABLET-&stream=" + first.get("stream").asString()
				+ "&after=" + Visitor.query(first.get("after").asString()));
		assertThat(texts(second.get("devices"), "id")).hasSize(10)
			.doesNotContainAnyElementsOf(texts(first.get("devices"), "id"));
		assertThat(second.get("after").isNull()).isTrue();
		assertThat(texts(operator.read("devices?find=" + Visitor.query("0% mia")).get("devices"), "id"))
			.containsExactly("tablet_99");
		assertThat(texts(operator.read("devices?user=mia-&find=" + Visitor.query("t_9")).get("devices"), "name"))
			.containsExactly("100% Mia's");
		assertThat(operator.read("devices?user=" + Visitor.query("%")).get("devices")).isEmpty();
		assertThat(operator.read("devices?find=" + Visitor.query("' or ''='")).get("devices")).isEmpty();
	}

	@Test
	void checksAndCompactsInTheBackground() {
		UUID pk = UUID.randomUUID();
		application.upload("kim/phone", pk, 0, "{\"title\":\"x\"}");
		TestPostgres.execute(application.url(), "alter table app.note disable trigger user",
				"delete from app.note where id = '" + pk + "'", "alter table app.note enable trigger user");
		JsonNode check = job("{\"kind\":\"check\",\"table\":\"app.note\",\"user\":\"kim\"}");
		assertThat(check.get("result").get("differing").asInt()).isEqualTo(1);
		assertThat(check.get("rows").get(0).get("pk").asString()).isEqualTo(pk.toString());
		assertThat(check.get("rows").get(0).get("difference").asString()).isEqualTo("MISSING_IN_TABLE");
		JsonNode preview = job("{\"kind\":\"preview\",\"user\":\"kim\"}");
		assertThat(preview.get("result").get("outcome").asString()).isEqualTo("LEFT");
		assertThat(preview.get("result").get("expirable").asInt()).isZero();
		JsonNode compact = job("{\"kind\":\"compact\",\"user\":\"kim\"}");
		assertThat(compact.get("result").get("removed").asInt()).isZero();
		JsonNode again = job("{\"kind\":\"rematerialize\",\"table\":\"app.note\"}");
		assertThat(again.get("operator").asString()).isEqualTo("operator");
	}

	@Test
	void aCheckIsCancelled() throws Exception {
		for (String user : List.of("lena-1", "lena-2", "lena-3")) {
			application.upload(user + "/phone", UUID.randomUUID(), 0, "{\"title\":\"x\"}");
		}
		long number;
		Connection held = application.hold("lena-2");
		try (held) {
			number = operator.changed("job", "{\"kind\":\"check\",\"table\":\"app.note\"}").get("number").asLong();
			await().untilAsserted(() -> {
				JsonNode progress = operator.read("jobs").get(0).get("progress");
				assertThat(progress.path("users").asLong()).isPositive().isEqualTo(application.usersBefore("lena-2"));
				assertThat(progress.path("allUsers").asLong()).isGreaterThan(progress.path("users").asLong());
			});
			assertThat(operator.changed("cancel", "{\"job\":" + (number + 1) + "}").get("cancelled").asBoolean())
				.isFalse();
			assertThat(operator.changed("cancel", "{\"job\":" + number + "}").get("cancelled").asBoolean()).isTrue();
			JsonNode cancelled = operator.read("jobs").get(0);
			assertThat(cancelled.get("state").asString()).isEqualTo("RUNNING");
			assertThat(cancelled.get("cancelledBy").asString()).isEqualTo("operator");
			held.rollback();
		}
		await().untilAsserted(
				() -> assertThat(operator.read("jobs").get(0).get("state").asString()).isEqualTo("CANCELLED"));
		JsonNode job = operator.read("jobs").get(0);
		assertThat(job.get("number").asLong()).isEqualTo(number);
		assertThat(job.get("result").get("complete").asBoolean()).isFalse();
		assertThat(job.get("result").get("users").asLong()).isLessThan(job.get("progress").get("allUsers").asLong());
		assertThat(operator.changed("cancel", "{\"job\":" + number + "}").get("cancelled").asBoolean()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "{\"job\":\"x\"}", "{\"job\":null}", "[]", "" })
	void wrongCancellationsAreRefused(String body) {
		assertThat(operator.change("cancel", body).statusCode()).isEqualTo(400);
	}

	private static JsonNode job(String task) {
		long number = operator.changed("job", task).get("number").asLong();
		List<JsonNode> ended = new ArrayList<>();
		await().untilAsserted(() -> {
			JsonNode job = operator.read("jobs").get(0);
			assertThat(job.get("number").asLong()).isEqualTo(number);
			assertThat(job.get("state").asString()).as(job.toString()).isEqualTo("DONE");
			ended.add(job);
		});
		return ended.get(0);
	}

	@Test
	void namesTheEpochs() {
		assertThat(operator.read("epochs")).isNotEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "user", "entries", "entry", "row?user=a&table=app.note", "row?user=a&table=app.note&pk=x",
			"row?user=a&table=app.'&pk=550e8400-e29b-41d4-a716-446655440000", "entries?user=a&before=x",
			"user?user=a%00b", "users?prefix=%00", "failures?after=x", "devices?stream=x&after=a", "devices?stream=1",
			"devices?find=%00", "devices?of=a%00" })
	void wrongParametersAreRefused(String path) {
		assertThat(operator.api(path.replace("'", "%27")).statusCode()).isEqualTo(400);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "{\"user\":\"a\",\"device\":\"b\",\"action\":\"drop\"}",
			"{\"user\":\"a\",\"device\":\"b\\u0000\",\"action\":\"revoke\"}", "[]", "\"x\"", "null", "" })
	void wrongChangesAreRefused(String body) {
		assertThat(operator.change("device", body).statusCode()).isEqualTo(400);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"kind\":\"drop\"}", "{\"kind\":\"check\"}", "{\"kind\":\"compact\"}",
			"{\"kind\":\"check\",\"table\":\"app.note\",\"percent\":0}" })
	void wrongJobsAreRefused(String body) {
		assertThat(operator.change("job", body).statusCode()).isEqualTo(400);
	}

}
