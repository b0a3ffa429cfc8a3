/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.ResponseEntity;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code POST /dummy-signin} with {@code {"user","password","device"}}: any password is
 * accepted. Answers {@code {"token","expires_in","user","device"}}, the lifetime in
 * seconds; without a device it generates one. An unusable request is answered 400
 * {@code {"error":"invalid_request","message":…}}.
 */
@RestController
class SignInController {

	private static final int LONGEST_DEVICE = 256;

	/** Anyone may sign in: no sign-in takes more memory than this. */
	private static final int LARGEST_BODY = 16 * 1024;

	private final SmallBodies bodies = new SmallBodies(LARGEST_BODY);

	private final JwtEncoder encoder;

	private final JsonMapper json;

	private final JwtProperties properties;

	SignInController(JwtEncoder encoder, JsonMapper json, JwtProperties properties) {
		this.encoder = encoder;
		this.json = json;
		this.properties = properties;
	}

	record SignedIn(String token, @JsonProperty("expires_in") long expiresIn, String user, String device) {
	}

	@PostMapping("/dummy-signin")
	SignedIn signIn(InputStream body) throws IOException {
		JsonNode request = read(body);
		if (!request.isObject()) {
			throw new InvalidSignIn("the body must be a JSON object: {\"user\":…,\"password\":…,\"device\":…}");
		}
		String user = name(request, "user");
		String device = name(request, "device");
		text(request, "password"); // any text is valid
		if (user == null) {
			throw new InvalidSignIn("user is missing or blank");
		}
		if (device == null) {
			device = UUID.randomUUID().toString();
		}
		else if (device.length() > LONGEST_DEVICE || device.equals("server")) {
			throw new InvalidSignIn("device must have at most 256 characters and must not be \"server\"");
		}
		return new SignedIn(token(user, device), this.properties.lifetime().toSeconds(), user, device);
	}

	private JsonNode read(InputStream body) throws IOException {
		try {
			return this.json.readTree(this.bodies.read(body));
		}
		catch (SmallBodies.UnusableBodyException ex) {
			throw new InvalidSignIn(String.valueOf(ex.getMessage()));
		}
		catch (JacksonException ex) {
			throw new InvalidSignIn("the body is not JSON");
		}
	}

	private String token(String user, String device) {
		Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
		JwtClaimsSet claims = JwtClaimsSet.builder()
			.subject(user)
			.claim("did", device)
			.issuer("oversync-sample")
			.issuedAt(now)
			.notBefore(now)
			.expiresAt(now.plus(this.properties.lifetime()))
			.build();
		JwsHeader header = JwsHeader.with(MacAlgorithm.HS256).type("JWT").build();
		return this.encoder.encode(JwtEncoderParameters.from(header, claims)).getTokenValue();
	}

	private static @Nullable String name(JsonNode request, String name) {
		String value = text(request, name);
		if (value == null || value.isBlank()) {
			return null;
		}
		if (value.chars().anyMatch(Character::isISOControl)) {
			throw new InvalidSignIn(name + " must not contain control characters");
		}
		return value;
	}

	private static @Nullable String text(JsonNode request, String name) {
		JsonNode member = request.get(name);
		if (member == null || member.isNull()) {
			return null;
		}
		if (!member.isString()) {
			throw new InvalidSignIn(name + " must be a string");
		}
		return member.stringValue();
	}

	@ExceptionHandler
	ResponseEntity<Problem> unusable(InvalidSignIn ex) {
		return ResponseEntity.badRequest().body(new Problem("invalid_request", ex.getMessage()));
	}

	private static final class InvalidSignIn extends RuntimeException {

		private InvalidSignIn(String message) {
			super(message);
		}

		@Override
		public String getMessage() {
			return String.valueOf(super.getMessage());
		}

	}

}
