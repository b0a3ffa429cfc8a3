/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A browser without scripts: it keeps cookies, and signs in with the form.
 */
final class Visitor {

	private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");

	private final HttpClient http = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

	private final String address;

	Visitor(ConsoleApplication application) {
		this.address = application.address();
	}

	Visitor signIn(String name) {
		Matcher token = TOKEN.matcher(get("/login").body());
		String body = "username=" + name + "&password=secret"
				+ (token.find() ? "&_csrf=" + URLEncoder.encode(token.group(1), StandardCharsets.UTF_8) : "");
		HttpResponse<String> answer = send(request("/login").header("Content-Type", "application/x-www-form-urlencoded")
			.POST(BodyPublishers.ofString(body)));
		assertThat(answer.statusCode()).isEqualTo(302);
		assertThat(answer.headers().firstValue("Location"))
			.hasValueSatisfying((location) -> assertThat(location).doesNotContain("error"));
		return this;
	}

	HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create(this.address + path));
	}

	HttpResponse<String> send(HttpRequest.Builder request) {
		try {
			return this.http.send(request.build(), BodyHandlers.ofString());
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	HttpResponse<String> get(String path) {
		return send(request(path).GET());
	}

	/** As the scripts of the console do. */
	HttpResponse<String> api(String path) {
		return send(request("/oversync-console/api/" + path).header("Oversync-Console", "1")
			.header("Sec-Fetch-Site", "same-origin")
			.GET());
	}

	JsonNode read(String path) {
		HttpResponse<String> answer = api(path);
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		return JsonMapper.shared().readTree(answer.body());
	}

	/** As the scripts of the console do. */
	HttpResponse<String> change(String path, String body) {
		return send(withToken(request("/oversync-console/api/" + path)).header("Oversync-Console", "1")
			.header("Sec-Fetch-Site", "same-origin")
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(body)));
	}

	HttpRequest.Builder withToken(HttpRequest.Builder request) {
		JsonNode csrf = read("session").path("csrf");
		return csrf.isObject() ? request.header(csrf.get("header").asString(), csrf.get("token").asString()) : request;
	}

	JsonNode changed(String path, String body) {
		HttpResponse<String> answer = change(path, body);
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		return JsonMapper.shared().readTree(answer.body());
	}

	static String query(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

}
