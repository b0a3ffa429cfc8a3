/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Builds the tokens of the cases by hand: a library would refuse to build invalid ones.
 */
final class Tokens {

	private static final long LIFETIME_SECONDS = 3600;

	private final String secret;

	/**
	 * Creates the builder of one server's tokens.
	 * @param secret the server's secret
	 */
	Tokens(String secret) {
		this.secret = secret;
	}

	/**
	 * Returns the claims of a step.
	 * @param user the user
	 * @param device the device
	 * @param auth the member of the step, or a missing node
	 * @return the claims that go into the token
	 */
	static ObjectNode claims(String user, String device, JsonNode auth) {
		long now = Instant.now().getEpochSecond();
		long expires = now + auth.path("expires_in").asLong(LIFETIME_SECONDS);
		ObjectNode claims = CaseJson.NODES.objectNode().put("sub", user).put("did", device);
		// a token that ends before it begins would be refused for that instead
		claims.put("iat", Math.min(now, expires - 60)).put("exp", expires);
		auth.path("claims").properties().forEach((claim) -> {
			if (claim.getValue().isNull()) {
				claims.remove(claim.getKey());
			}
			else {
				claims.set(claim.getKey(), claim.getValue());
			}
		});
		return claims;
	}

	/**
	 * Returns the header of a step.
	 * @param claims from {@link #claims}, or null if the step names no user
	 * @param auth the member of the step, or a missing node
	 * @return the value of {@code Authorization}, or null for none
	 * @throws BadCaseException if {@code auth} is unknown or the step names no user
	 */
	@Nullable String authorization(@Nullable ObjectNode claims, JsonNode auth) {
		if (auth.isString() && auth.stringValue().equals("none")) {
			return null;
		}
		if (!auth.isMissingNode() && !auth.isObject()) {
			throw new BadCaseException("Unknown auth: " + auth);
		}
		for (String name : auth.propertyNames()) {
			switch (name) {
				case "header", "claims", "expires_in", "secret", "alg", "tamper" -> {
				}
				default -> throw new BadCaseException("Unknown auth: " + name);
			}
		}
		if (auth.has("header")) {
			return auth.get("header").asString();
		}
		if (claims == null) {
			throw new BadCaseException("A step says who asks (as), unless its auth is none or a header");
		}
		return "Bearer " + token(claims, auth);
	}

	private String token(ObjectNode claims, JsonNode auth) {
		if (auth.has("alg")) {
			if (!auth.get("alg").asString().equals("none")) {
				throw new BadCaseException("Unknown alg: " + auth.get("alg"));
			}
			return encode("{\"alg\":\"none\",\"typ\":\"JWT\"}") + "." + encode(CaseJson.write(claims)) + ".";
		}
		String header = encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}");
		String signed = header + "." + encode(CaseJson.write(claims));
		String signature = sign(signed, auth.has("secret") ? auth.get("secret").asString() : this.secret);
		if (auth.path("tamper").asBoolean(false)) {
			ObjectNode changed = claims.deepCopy().put("sub", claims.path("sub").asString("") + "x");
			signed = header + "." + encode(CaseJson.write(changed));
		}
		return signed + "." + signature;
	}

	private static String sign(String text, String secret) {
		try {
			Mac mac = Mac.getInstance("HmacSHA256");
			mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
			return encode(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String encode(String text) {
		return encode(text.getBytes(StandardCharsets.UTF_8));
	}

	private static String encode(byte[] bytes) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
	}

}
