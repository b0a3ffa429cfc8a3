/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.time.Instant;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * When the token of a request expires. Spring Security's resource server is optional.
 */
final class TokenExpiry {

	private static final boolean TOKENS = ClassUtils.isPresent(
			"org.springframework.security.oauth2.server.resource.authentication.AbstractOAuth2TokenAuthenticationToken",
			TokenExpiry.class.getClassLoader());

	private TokenExpiry() {
	}

	/**
	 * Returns when the token of a request expires.
	 * @param request the request
	 * @return the time, null for a request without a token, or with one that does not
	 */
	static @Nullable Instant of(HttpServletRequest request) {
		return TOKENS ? TokenActorResolver.expiry(request.getUserPrincipal()) : null;
	}

}
