/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.device;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a user's change stream as a device of its own that has no database and keeps
 * nothing from itself: what the server says, without the client between.
 */
public final class StreamReader {

	private static final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

	private static final JsonMapper mapper = new JsonMapper();

	private static final int PAGE = 1000;

	private final SyncTarget target;

	private final String user;

	private @Nullable String token;

	/**
	 * Creates a reader; nothing is sent.
	 * @param target the server
	 * @param user whose stream
	 */
	public StreamReader(SyncTarget target, String user) {
		this.target = target;
		this.user = user;
	}

	/**
	 * Reads everything.
	 * @return the entries by position
	 * @throws UnreachableServerException if the server does not answer
	 */
	public List<StreamEntry> readAll() {
		List<StreamEntry> entries = new ArrayList<>();
		StreamPage page;
		long after = 0;
		do {
			page = page(after);
			long end = page.nextAfter();
			// restored rows may come ahead of their place
			page.entries().stream().filter((entry) -> entry.serverId() <= end).forEach(entries::add);
			after = page.nextAfter();
		}
		while (page.hasMore());
		return entries;
	}

	/**
	 * Reads a page.
	 * @param after the position to begin after
	 * @return up to 1,000 entries
	 * @throws UnreachableServerException if the server does not answer
	 */
	public StreamPage page(long after) {
		URI uri = URI
			.create(this.target.syncUri() + "/download?after=" + after + "&limit=" + PAGE + "&include_self=true");
		try {
			HttpResponse<String> answer = get(uri);
			if (answer.statusCode() == 401) {
				this.token = null;
				answer = get(uri);
			}
			if (answer.statusCode() != 200) {
				throw new UnreachableServerException(uri + " answered " + answer.statusCode() + " " + answer.body());
			}
			return StreamPage.parse(answer.body());
		}
		catch (IOException | JacksonException ex) {
			throw new UnreachableServerException("No page from " + uri + ": " + ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new UnreachableServerException("Interrupted while waiting for " + uri);
		}
	}

	private HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
		String bearer = this.token;
		if (bearer == null) {
			bearer = this.target.signIn(this.user, "reader");
			this.token = bearer;
		}
		HttpRequest request = HttpRequest.newBuilder(uri)
			.timeout(Duration.ofSeconds(60))
			.header("Authorization", "Bearer " + bearer)
			.build();
		return http.send(request, BodyHandlers.ofString());
	}

	/**
	 * Returns the rows that are left when everything of a stream has happened.
	 * @param entries a whole stream, by position
	 * @return as {@link Device#rows()}
	 */
	public static Map<String, List<String>> fold(List<StreamEntry> entries) {
		Map<String, List<String>> rows = new TreeMap<>();
		for (StreamEntry entry : entries) {
			if (entry.payload() == null) {
				rows.remove(entry.row());
			}
			else {
				JsonNode payload = mapper.readTree(entry.payload());
				rows.put(entry.row(),
						SampleTable.named(entry.table())
							.columns()
							.stream()
							.map((column) -> column.kind().text(payload.get(column.name())))
							.toList());
			}
		}
		return rows;
	}

}
