/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

import io.oversync.client.NetworkException;
import io.oversync.client.TokenSupplier;
import io.oversync.client.http.SyncHttp;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A phone's tokens: signs in over its network, as any device does, shortly before a token
 * expires or once it was refused.
 */
final class PhoneTokens implements TokenSupplier {

	private static final Duration MARGIN = Duration.ofSeconds(20);

	private static final JsonMapper json = new JsonMapper();

	private final SyncHttp http;

	private final URI signIn;

	private final byte[] body;

	private @Nullable String token;

	private long renewAt;

	PhoneTokens(SyncHttp http, URI server, String user, String device) {
		this.http = http;
		this.signIn = server.resolve("/dummy-signin");
		this.body = json.writeValueAsBytes(Map.of("user", user, "password", "any", "device", device));
	}

	@Override
	public synchronized String token(@Nullable String refused) {
		String current = this.token;
		if (current != null && !current.equals(refused) && System.nanoTime() - this.renewAt < 0) {
			return current;
		}
		try (SyncHttp.Response response = this.http.exchange(new SyncHttp.Request("POST", this.signIn,
				Map.of("Content-Type", "application/json", "Accept", "application/json"), this.body))) {
			JsonNode answer = json.readTree(response.body().readAllBytes());
			Duration lifetime = Duration.ofSeconds(answer.path("expires_in").longValue(0));
			this.renewAt = System.nanoTime() + lifetime.minus(MARGIN).toNanos();
			this.token = answer.path("token").asString("");
			return this.token;
		}
		catch (IOException ex) {
			throw new NetworkException("The phone could not sign in", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new NetworkException("Interrupted while the phone signed in", ex);
		}
	}

}
