/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.field;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;

import io.oversync.verification.device.SyncTarget;

/**
 * The real server, as one device sees it.
 */
final class HttpWire implements FieldWire {

	private static final HttpClient http = HttpClient.newHttpClient();

	private final SyncTarget target;

	private final String token;

	HttpWire(SyncTarget target, String user, String source) {
		this.target = target;
		this.token = target.signIn(user, source);
	}

	@Override
	public String upload(String body) {
		return send(HttpRequest.newBuilder(URI.create(this.target.syncUri() + "/upload"))
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(body)));
	}

	@Override
	public String download(String query) {
		return send(HttpRequest.newBuilder(URI.create(this.target.syncUri() + "/download?" + query)));
	}

	private String send(HttpRequest.Builder request) {
		try {
			HttpResponse<String> answer = http.send(request.header("Authorization", "Bearer " + this.token).build(),
					BodyHandlers.ofString());
			if (answer.statusCode() != 200) {
				throw new IllegalStateException(answer.statusCode() + " " + answer.body());
			}
			return answer.body();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
