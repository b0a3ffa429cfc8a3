/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A device of a user, over HTTP.
 */
public final class Device {

	static final String PASSWORD = "secret";

	private static final JsonMapper JSON = new JsonMapper();

	private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final int port;

	private final String user;

	private long after;

	private int changes;

	Device(int port, String user) {
		this.port = port;
		this.user = user;
	}

	/**
	 * Returns the user.
	 * @return the name that the device signs in with
	 */
	public String user() {
		return this.user;
	}

	/**
	 * Downloads one page.
	 * @return the changes since the last download
	 */
	public List<JsonNode> download() {
		HttpResponse<String> answer = send(request("/sync/download?after=" + this.after).GET());
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		JsonNode page = JSON.readTree(answer.body());
		this.after = page.get("next_after").asLong();
		List<JsonNode> downloaded = new ArrayList<>();
		page.get("changes").forEach(downloaded::add);
		return downloaded;
	}

	/**
	 * Downloads one page with one change.
	 * @return the change
	 */
	public JsonNode downloadOne() {
		List<JsonNode> downloaded = download();
		assertThat(downloaded).hasSize(1);
		return downloaded.get(0);
	}

	/**
	 * Uploads an edit of a row.
	 * @param row the row, as it was downloaded
	 * @param member what is edited
	 * @param value its new value
	 * @return the status of the change
	 */
	public JsonNode edit(JsonNode row, String member, String value) {
		ObjectNode payload = (ObjectNode) row.get("payload").deepCopy();
		return upload("UPDATE", row, payload.put(member, value));
	}

	/**
	 * Uploads the deletion of a row.
	 * @param row the row, as it was downloaded
	 * @return the status of the change
	 */
	public JsonNode delete(JsonNode row) {
		return upload("DELETE", row, null);
	}

	/**
	 * Uploads a new row.
	 * @param table a table of the schema {@code business}
	 * @param payload the row, with its {@code id}
	 * @return the status of the change
	 */
	public JsonNode insert(String table, ObjectNode payload) {
		return insert("business", table, payload);
	}

	/**
	 * Uploads a new row.
	 * @param schema the schema of the table
	 * @param table the table
	 * @param payload the row, with its {@code id}
	 * @return the status of the change
	 */
	public JsonNode insert(String schema, String table, ObjectNode payload) {
		ObjectNode row = JSON.createObjectNode().put("schema", schema).put("table", table).put("server_version", 0);
		return upload("INSERT", row.set("pk", payload.get("id")), payload);
	}

	private JsonNode upload(String op, JsonNode row, JsonNode payload) {
		ObjectNode request = JSON.createObjectNode();
		ObjectNode change = request.putArray("changes").addObject().put("source_change_id", ++this.changes);
		for (String member : List.of("schema", "table", "pk", "server_version")) {
			change.set(member, row.get(member));
		}
		change.put("op", op).set("payload", payload);
		HttpResponse<String> answer = send(request("/sync/upload").header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(request.toString())));
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		return JSON.readTree(answer.body()).get("statuses").get(0);
	}

	/**
	 * Sends a request to the application, as the user of this device.
	 * @param method GET, PUT, …
	 * @param path the path and query
	 * @return the status of the answer
	 */
	public int call(String method, String path) {
		return send(request(path).method(method, BodyPublishers.noBody())).statusCode();
	}

	private HttpRequest.Builder request(String path) {
		String credentials = Base64.getEncoder()
			.encodeToString((this.user + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
		return HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path))
			.header("Authorization", "Basic " + credentials)
			.header("Oversync-Source-ID", "phone");
	}

	private static HttpResponse<String> send(HttpRequest.Builder request) {
		try {
			return HTTP.send(request.build(), BodyHandlers.ofString());
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
