/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http.server;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;

/**
 * The tokens that the driver sends and the server verifies.
 */
public final class BenchTokens {

	private static final SecretKey KEY = new SecretKeySpec(
			"a secret that protects nothing but a benchmark".getBytes(StandardCharsets.UTF_8), "HmacSHA256");

	private static final JwtEncoder ENCODER = NimbusJwtEncoder.withSecretKey(KEY).algorithm(MacAlgorithm.HS256).build();

	private BenchTokens() {
	}

	/**
	 * Signs a token that outlives the benchmark.
	 * @param user the user
	 * @param device the user's device
	 * @return the token
	 */
	public static String sign(String user, String device) {
		JwtClaimsSet claims = JwtClaimsSet.builder()
			.subject(user)
			.claim("did", device)
			.expiresAt(Instant.now().plus(1, ChronoUnit.DAYS))
			.build();
		return ENCODER.encode(JwtEncoderParameters.from(claims)).getTokenValue();
	}

	static JwtDecoder decoder() {
		return NimbusJwtDecoder.withSecretKey(KEY).macAlgorithm(MacAlgorithm.HS256).build();
	}

}
