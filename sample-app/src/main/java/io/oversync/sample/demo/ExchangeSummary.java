/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Says in a few words what the bodies of the protocol carry.
 */
final class ExchangeSummary {

	private static final int MOST_NAMED = 3;

	private final JsonMapper json = new JsonMapper();

	/**
	 * Describes a request.
	 * @param path its path
	 * @param body its body, or null
	 * @return the operations and the versions that they are based on
	 */
	String sent(String path, byte @Nullable [] body) {
		if (!path.endsWith("/upload") || body == null) {
			return "";
		}
		List<String> changes = new ArrayList<>();
		for (JsonNode change : read(body).path("changes")) {
			String op = change.path("op").asString("");
			changes.add(op.equals("INSERT") ? op : op + " of v" + change.path("server_version").longValue(0));
		}
		return joined(changes);
	}

	/**
	 * Describes an answer.
	 * @param path the path of the request
	 * @param body the bytes that were read, still encoded
	 * @param gzip whether they are compressed
	 * @return the outcome, versions and positions
	 */
	String received(String path, byte[] body, boolean gzip) {
		byte[] plain = gzip ? unzipped(body) : body;
		if (path.endsWith("/changes")) {
			return changes(new String(plain, StandardCharsets.UTF_8).lines().map(this::line).toList(), null);
		}
		JsonNode answer = read(plain);
		if (path.endsWith("/upload")) {
			return uploaded(answer);
		}
		if (path.endsWith("/download")) {
			List<JsonNode> changes = new ArrayList<>();
			answer.path("changes").forEach(changes::add);
			return changes(changes, answer.path("next_after").longValue(0));
		}
		return answer.path("message").asString("");
	}

	private static String uploaded(JsonNode answer) {
		List<String> statuses = new ArrayList<>();
		for (JsonNode status : answer.path("statuses")) {
			String text = status.path("status").asString("");
			if (status.has("new_server_version")) {
				text += " as v" + status.path("new_server_version").longValue(0);
			}
			if (status.has("server_row")) {
				text += ", the server has v" + status.path("server_row").path("server_version").longValue(0);
			}
			statuses.add(text);
		}
		return answer.has("statuses") ? joined(statuses) : answer.path("message").asString("");
	}

	private static String changes(List<JsonNode> changes, @Nullable Long position) {
		List<String> texts = new ArrayList<>();
		for (JsonNode change : changes) {
			if (change.has("server_id")) {
				texts.add(change.path("op").asString("") + " v" + change.path("server_version").longValue(0));
				position = (position != null) ? position : 0L;
				position = Math.max(position, change.path("server_id").longValue(0));
			}
		}
		String text = texts.isEmpty() ? "nothing new" : joined(texts);
		return (position != null) ? text + ", position " + position : text;
	}

	private static String joined(List<String> texts) {
		String first = String.join(", ", texts.subList(0, Math.min(texts.size(), MOST_NAMED)));
		return (texts.size() > MOST_NAMED) ? first + " and " + (texts.size() - MOST_NAMED) + " more" : first;
	}

	private JsonNode line(String line) {
		return read(line.getBytes(StandardCharsets.UTF_8));
	}

	private JsonNode read(byte[] body) {
		try {
			return this.json.readTree(body);
		}
		catch (JacksonException ex) {
			return this.json.missingNode(); // more than is kept, or cut off
		}
	}

	private static byte[] unzipped(byte[] body) {
		try (GZIPInputStream unzipped = new GZIPInputStream(new ByteArrayInputStream(body))) {
			return unzipped.readAllBytes();
		}
		catch (IOException ex) {
			return new byte[0];
		}
	}

}
