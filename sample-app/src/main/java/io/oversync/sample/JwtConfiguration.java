/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;

/**
 * Signs and verifies tokens with one shared secret. An application with an identity
 * provider sets {@code spring.security.oauth2.resourceserver.jwt.issuer-uri} instead and
 * needs none of this.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(JwtProperties.class)
class JwtConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(JwtConfiguration.class);

	private static final int SHORTEST_SECRET = 32;

	private final SecretKey key;

	JwtConfiguration(JwtProperties properties) {
		byte[] secret = properties.secret().getBytes(StandardCharsets.UTF_8);
		if (secret.length < SHORTEST_SECRET) {
			throw new StartupProblem(
					"sample.jwt.secret has " + secret.length + " bytes; HS256 needs at least " + SHORTEST_SECRET + ".",
					"Set sample.jwt.secret to a longer secret, for example the output of: openssl rand -base64 32");
		}
		if (properties.lifetime().toSeconds() < 1) {
			throw new StartupProblem("sample.jwt.lifetime is " + properties.lifetime() + ": no token would be valid.",
					"Set sample.jwt.lifetime to a positive duration, such as 5m (at least a second).");
		}
		if (JwtProperties.DEFAULT_SECRET.equals(properties.secret())) {
			logger.warn("sample.jwt.secret is the published default: anyone can sign a token for any user. "
					+ "Change it before others can reach this server.");
		}
		this.key = new SecretKeySpec(secret, "HmacSHA256");
	}

	@Bean
	JwtEncoder jwtEncoder() {
		return NimbusJwtEncoder.withSecretKey(this.key)
			.algorithm(MacAlgorithm.HS256)
			.jwkPostProcessor((jwk) -> jwk.keyID("sample")) // the default is a hash of
															// the
			// secret
			.build();
	}

	@Bean
	JwtDecoder jwtDecoder() {
		NimbusJwtDecoder decoder = NimbusJwtDecoder.withSecretKey(this.key).macAlgorithm(MacAlgorithm.HS256).build();
		// no clock skew: the clock that signs is the clock that verifies
		JwtTimestampValidator timestamps = new JwtTimestampValidator(Duration.ZERO);
		timestamps.setAllowEmptyExpiryClaim(false);
		decoder.setJwtValidator(timestamps);
		return decoder;
	}

}
