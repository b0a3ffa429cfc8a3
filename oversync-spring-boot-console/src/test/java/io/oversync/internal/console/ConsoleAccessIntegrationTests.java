/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who gets into the console, with the security of the documentation.
 */
@Tag("prove")
class ConsoleAccessIntegrationTests {

	private static final String CONSOLE = "/oversync-console";

	private static final String CHANGE = "{\"user\":\"bob\",\"device\":\"phone\",\"action\":\"revoke\"}";

	private static final Map<String, Visitor> SIGNED_IN = new HashMap<>();

	private static ConsoleApplication tokens;

	private static ConsoleApplication sessions;

	private static ConsoleApplication unprotected;

	@BeforeAll
	static void start() {
		tokens = ConsoleApplication.start(ConsoleSecurity.TokensAndOperators.class);
		sessions = ConsoleApplication.start(ConsoleSecurity.SessionsForAll.class);
		unprotected = ConsoleApplication.start(ConsoleSecurity.SessionsWithoutCsrf.class);
	}

	@AfterAll
	static void stop() {
		tokens.close();
		sessions.close();
		unprotected.close();
	}

	private static Visitor signedIn(ConsoleApplication application, String user) {
		return SIGNED_IN.computeIfAbsent(user + application.address(), (key) -> new Visitor(application).signIn(user));
	}

	static List<String> paths() {
		List<String> paths = new ArrayList<>(List.of("", "/", "/other", "/api/other", "/api/"));
		ConsoleFiles.names().forEach((name) -> paths.add("/" + name));
		for (String name : List.of("session", "overview", "users", "user?user=stranger", "entries?user=bob",
				"entry?user=stranger&id=1", "row", "failures", "conflicts", "epochs", "jobs", "devices",
				"devices?of=bob")) {
			paths.add("/api/" + name);
		}
		return paths;
	}

	@ParameterizedTest
	@MethodSource("paths")
	void nothingIsThereForAnyoneButOperators(String path) throws Exception {
		for (ConsoleApplication application : List.of(tokens, sessions)) {
			requireNothing(new Visitor(application), path, new String[0]);
			requireNothing(signedIn(application, "alice"), path, new String[0]);
		}
		requireNothing(signedIn(unprotected, "alice"), path, new String[0]);
		// a device's token is no operator, whatever its scope
		requireNothing(new Visitor(tokens), path, bearer());
	}

	private static void requireNothing(Visitor visitor, String path, String[] headers) {
		HttpRequest.Builder request = visitor.request(CONSOLE + path).header("Oversync-Console", "1");
		if (headers.length > 0) {
			request.headers(headers);
		}
		HttpResponse<String> answer = visitor.send(request.GET());
		assertThat(answer.statusCode()).as(path).isEqualTo(404);
		assertThat(answer.body()).isEmpty();
		assertThat(answer.headers().firstValue("Cache-Control"))
			.hasValueSatisfying((value) -> assertThat(value).contains("no-store"));
	}

	@Test
	void aPreflightFindsNothing() {
		Visitor visitor = new Visitor(tokens);
		HttpResponse<String> answer = visitor.send(visitor.request(CONSOLE + "/api/job")
			.header("Origin", "https://elsewhere.example")
			.header("Access-Control-Request-Method", "POST")
			.method("OPTIONS", BodyPublishers.noBody()));
		assertThat(answer.statusCode()).isEqualTo(404);
	}

	private static String[] bearer() throws Exception {
		SignedJWT jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256),
				new JWTClaimsSet.Builder().subject("operator")
					.claim("scope", "OVERSYNC_ADMIN")
					.expirationTime(Date.from(Instant.now().plusSeconds(600)))
					.build());
		jwt.sign(new MACSigner("a-secret-of-the-tests-with-enough-bytes"));
		return new String[] { "Authorization", "Bearer " + jwt.serialize() };
	}

	@Test
	void noChangeIsThereForAnyoneButOperators() {
		for (String name : List.of("device", "retry", "job", "cancel")) {
			assertThat(changeOf(new Visitor(unprotected).signIn("alice"), name, "carl", Map.of()).statusCode())
				.isEqualTo(404);
		}
		assertThat(unprotected.engine().devices().list("carl")).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("paths")
	void operatorsGetAnAnswerThatTheBrowserGuards(String path) {
		for (ConsoleApplication application : List.of(tokens, sessions, unprotected)) {
			Visitor operator = signedIn(application, "operator");
			HttpResponse<String> answer = operator
				.send(operator.request(CONSOLE + path).header("Oversync-Console", "1").GET());
			boolean known = !path.contains("other") && !path.equals("/api/") && !path.contains("stranger")
					&& !path.contains("entry?");
			assertThat(answer.statusCode()).as(path)
				.isEqualTo(path.isEmpty() ? 302
						: path.endsWith("/row") ? 400 : known || path.contains("entries") ? 200 : 404);
			assertThat(answer.headers().map())
				.containsEntry("Content-Security-Policy", List
					.of("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
							+ " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"))
				.containsEntry("X-Content-Type-Options", List.of("nosniff"))
				.containsEntry("Referrer-Policy", List.of("no-referrer"))
				.containsEntry("Cache-Control", List.of("no-store"));
		}
	}

	@Test
	void thePathWithoutASlashLeadsToThePage() {
		Visitor operator = new Visitor(tokens).signIn("operator");
		HttpResponse<String> answer = operator.get(CONSOLE);
		assertThat(answer.headers().firstValue("Location")).hasValue("oversync-console/");
		assertThat(operator.get(CONSOLE + "/").body()).startsWith("<!doctype html>");
	}

	@Test
	void thePageHasNoInlineScriptOrStyle() {
		String page = new Visitor(tokens).signIn("operator").get(CONSOLE + "/").body();
		assertThat(page).doesNotContain("<style", "style=", "onclick", "http:", "https:")
			.containsPattern("<script type=\"module\" src=\"app.js\"></script>");
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			same-origin,  ,                     200
			cross-site,   ,                     403
			same-site,    ,                     403
			none,         ,                     403
			cross-site,   SELF,                 403
			,             SELF,                 200
			,             https://evil.example, 403
			,             null,                 403
			,             ,                     403
			""")
	void changesComeFromThisOriginOnly(String site, String origin, int status) {
		for (ConsoleApplication application : List.of(tokens, sessions, unprotected)) {
			Map<String, String> headers = new HashMap<>(Map.of("Oversync-Console", "1"));
			if (site != null) {
				headers.put("Sec-Fetch-Site", site);
			}
			if (origin != null) {
				headers.put("Origin", origin.equals("SELF") ? application.address() : origin);
			}
			assertThat(changeOf(signedIn(application, "operator"), "device", "bob", headers).statusCode())
				.isEqualTo(status);
			assertThat(changeOf(signedIn(application, "operator"), "cancel", "bob", headers).statusCode())
				.as("refused earlier than for its body")
				.isEqualTo((status == 200) ? 400 : status);
		}
	}

	@Test
	void theApiNeedsTheHeaderOfTheScripts() {
		Visitor operator = new Visitor(unprotected).signIn("operator");
		assertThat(changeOf(operator, "device", "bob", Map.of("Sec-Fetch-Site", "same-origin")).statusCode())
			.isEqualTo(403);
		assertThat(operator.get(CONSOLE + "/api/overview").statusCode()).isEqualTo(403);
	}

	@Test
	void readsFromOtherSitesAreRefused() {
		Visitor operator = new Visitor(unprotected).signIn("operator");
		assertThat(operator
			.send(operator.request(CONSOLE + "/api/overview")
				.header("Oversync-Console", "1")
				.header("Sec-Fetch-Site", "cross-site")
				.GET())
			.statusCode()).isEqualTo(403);
	}

	@Test
	void theApplicationsTokenAgainstCsrfIsNeeded() {
		for (ConsoleApplication application : List.of(tokens, sessions)) {
			Visitor operator = signedIn(application, "operator");
			HttpRequest.Builder request = operator.request(CONSOLE + "/api/device")
				.header("Oversync-Console", "1")
				.header("Sec-Fetch-Site", "same-origin")
				.header("Content-Type", "application/json")
				.POST(BodyPublishers.ofString(CHANGE.replace("bob", "dora")));
			// where /error has a filter chain without sessions, that answers 401
			assertThat(operator.send(request).statusCode()).isEqualTo((application == tokens) ? 401 : 403);
			assertThat(application.engine().devices().list("dora")).isEmpty();
		}
		Visitor operator = new Visitor(tokens).signIn("operator");
		assertThat(operator.read("session").get("csrf").get("header").asString()).isEqualTo("X-CSRF-TOKEN");
		assertThat(new Visitor(unprotected).signIn("operator").read("session").get("csrf").isNull()).isTrue();
	}

	@Test
	void anotherMethodOrTypeIsRefused() {
		Visitor operator = new Visitor(unprotected).signIn("operator");
		assertThat(operator.send(operator.request(CONSOLE + "/").POST(BodyPublishers.noBody())).statusCode())
			.isEqualTo(405);
		assertThat(operator
			.send(operator.request(CONSOLE + "/api/device")
				.header("Oversync-Console", "1")
				.header("Sec-Fetch-Site", "same-origin")
				.header("Content-Type", "text/plain")
				.POST(BodyPublishers.ofString(CHANGE)))
			.statusCode()).isEqualTo(400);
		assertThat(operator.change("device", "{").statusCode()).isEqualTo(400);
		assertThat(operator.change("device", " ".repeat(20_000)).statusCode()).isEqualTo(400);
	}

	@Test
	void theAuthorityAndThePathAreTheApplications() {
		try (ConsoleApplication other = ConsoleApplication.start(ConsoleSecurity.SessionsForAll.class,
				"oversync.console.authority=ROLE_USER", "oversync.console.path=/ops/sync",
				"server.servlet.context-path=/shop")) {
			Visitor visitor = new Visitor(other);
			assertThat(visitor.get("/shop/ops/sync/").statusCode()).isEqualTo(404);
			assertThat(visitor.get("/shop/oversync-console/").statusCode()).isEqualTo(302);
		}
	}

	@Test
	void followsThePathOfTheDispatcherServlet() {
		// a generated form to sign in knows nothing of that path
		try (ConsoleApplication other = ConsoleApplication.start(ConsoleSecurity.BasicForAll.class,
				"spring.mvc.servlet.path=/mvc")) {
			Visitor visitor = new Visitor(other);
			assertThat(visitor.get("/mvc/oversync-console/").statusCode()).as("is permitted").isEqualTo(404);
			assertThat(visitor.get("/mvc/other").statusCode()).as("is not").isEqualTo(401);
			String[] operator = { "Authorization",
					"Basic " + Base64.getEncoder().encodeToString("operator:secret".getBytes(StandardCharsets.UTF_8)) };
			assertThat(visitor.send(visitor.request("/mvc/oversync-console/").headers(operator).GET()).body())
				.startsWith("<!doctype html>");
			assertThat(
					visitor.send(visitor.request("/mvc/oversync-console/api.js").headers(operator).GET()).statusCode())
				.isEqualTo(200);
		}
	}

	@Test
	void devicesAreAnsweredAsWithoutAConsole() throws Exception {
		Visitor device = new Visitor(tokens);
		assertThat(device.get("/sync/status").statusCode()).isEqualTo(401);
		assertThat(device
			.send(device.request("/sync/status").headers(bearer()).header("Oversync-Source-ID", "phone").GET())
			.statusCode()).isEqualTo(200);
	}

	private static HttpResponse<String> changeOf(Visitor visitor, String name, String user,
			Map<String, String> headers) {
		HttpRequest.Builder request = visitor.request(CONSOLE + "/api/" + name)
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(CHANGE.replace("bob", user)));
		headers.forEach(request::header);
		return visitor.send(isOperator(visitor) ? visitor.withToken(request) : request);
	}

	private static boolean isOperator(Visitor visitor) {
		return visitor.api("session").statusCode() == 200;
	}

}
