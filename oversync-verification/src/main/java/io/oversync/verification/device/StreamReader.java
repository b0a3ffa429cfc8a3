/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Reads a user's change stream as a device without a database or filters: the server's
 * answers, without the client in between.
 */
public final class StreamReader {

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
	public List<WireEntry> readAll() {
		List<WireEntry> entries = new ArrayList<>();
		StreamPage page;
		long after = 0;
		do {
			page = page(after);
			long end = page.nextAfter();
			// restored rows may precede their position
			page.entries().stream().filter((entry) -> entry.serverId() <= end).forEach(entries::add);
			after = page.nextAfter();
		}
		while (page.hasMore());
		return entries;
	}

	/**
	 * Reads the head.
	 * @return the position of the last change, 0 for none
	 * @throws UnreachableServerException if the server does not answer
	 */
	public long head() {
		long after = 0;
		StreamPage page = page(after);
		while (page.hasMore()) {
			after = page.nextAfter();
			page = page(after);
		}
		return page.nextAfter();
	}

	/**
	 * Reads a page.
	 * @param after the position to begin after
	 * @return up to 1,000 entries
	 * @throws StaleCursorException if the server may not know deletes after it
	 * @throws UnreachableServerException if the server does not answer
	 */
	public StreamPage page(long after) {
		String uri = this.target.syncUri() + "/download?after=" + after + "&limit=" + PAGE + "&include_self=true";
		HttpResponse<String> answer = JsonHttp.send(JsonHttp.request(uri, token()).build());
		if (answer.statusCode() == 401) {
			this.token = null;
			answer = JsonHttp.send(JsonHttp.request(uri, token()).build());
		}
		if (answer.statusCode() == 410) {
			throw new StaleCursorException(uri + " answered " + answer.body());
		}
		if (answer.statusCode() != 200) {
			throw new UnreachableServerException(uri + " answered " + answer.statusCode() + " " + answer.body());
		}
		String page = answer.body();
		return JsonHttp.parsed(answer.uri(), () -> StreamPage.parse(page));
	}

	private String token() {
		String current = this.token;
		if (current == null) {
			current = this.target.signIn(this.user, "reader");
			this.token = current;
		}
		return current;
	}

}
