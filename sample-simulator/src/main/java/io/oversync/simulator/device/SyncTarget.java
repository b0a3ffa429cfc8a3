/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.device;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.oversync.client.http.JdkSyncHttp;
import io.oversync.client.http.SyncHttp;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server of the protocol, seen from outside. It hands out tokens to anybody at
 * {@code POST /dummy-signin}, as the sample does.
 */
public final class SyncTarget {

	private static final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

	private static final JsonMapper mapper = new JsonMapper();

	/** What a real device uses. */
	public static final SyncHttp NETWORK = new JdkSyncHttp(http, Duration.ofSeconds(60));

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private final String server;

	private SyncTarget(String server) {
		this.server = server;
	}

	/**
	 * Names a server; nothing is sent.
	 * @param server its address without a path, such as {@code http://localhost:8080}
	 * @return the server
	 */
	public static SyncTarget at(String server) {
		return new SyncTarget(server.replaceAll("/+$", ""));
	}

	/**
	 * Returns the address.
	 * @return without a trailing slash
	 */
	public String address() {
		return this.server;
	}

	/**
	 * Returns where the sync endpoints are.
	 * @return the base of {@code /upload} and {@code /download}
	 */
	public URI syncUri() {
		return URI.create(this.server + "/sync");
	}

	/**
	 * Signs a device in.
	 * @param user whose device it is
	 * @param device its id
	 * @return a bearer token
	 * @throws UnreachableServerException if the server does not hand out a token
	 */
	public String signIn(String user, String device) {
		String body = mapper.writeValueAsString(Map.of("user", user, "password", "any", "device", device));
		HttpRequest request = HttpRequest.newBuilder(URI.create(this.server + "/dummy-signin"))
			.timeout(PATIENCE)
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(body))
			.build();
		String token = ask(request).path("token").asString("");
		if (token.isEmpty()) {
			throw new UnreachableServerException(request.uri() + " answered without a token: is this the sample?");
		}
		return token;
	}

	/**
	 * Asks which tables are synced.
	 * @return {@code schema.table} of each
	 * @throws UnreachableServerException if the server does not tell
	 */
	public Set<String> registeredTables() {
		HttpRequest request = HttpRequest.newBuilder(URI.create(syncUri() + "/status"))
			.timeout(PATIENCE)
			.header("Authorization", "Bearer " + signIn("simulator", "simulator"))
			.build();
		Set<String> tables = new TreeSet<>();
		ask(request).path("registered_tables").forEach((table) -> tables.add(table.asString()));
		return tables;
	}

	private static JsonNode ask(HttpRequest request) {
		try {
			HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
			if (answer.statusCode() != 200) {
				throw new UnreachableServerException(request.uri() + " answered " + answer.statusCode());
			}
			return mapper.readTree(answer.body());
		}
		catch (IOException | JacksonException ex) {
			throw new UnreachableServerException("No answer from " + request.uri() + ": " + ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new UnreachableServerException("Interrupted while waiting for " + request.uri());
		}
	}

	@Override
	public String toString() {
		return this.server;
	}

}
