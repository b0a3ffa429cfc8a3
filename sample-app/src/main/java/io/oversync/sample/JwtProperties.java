/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings for signing tokens.
 *
 * @param secret shared secret of HS256, at least 32 bytes of UTF-8
 * @param lifetime time until a token expires
 */
@ConfigurationProperties("sample.jwt")
record JwtProperties(@DefaultValue(JwtProperties.DEFAULT_SECRET) String secret, @DefaultValue("5m") Duration lifetime) {

	static final String DEFAULT_SECRET = "your-secret-key-change-in-production";

}
