/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.security.Principal;
import java.time.Instant;
import java.util.Map;

import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import io.oversync.web.SyncActorResolver;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.server.resource.authentication.AbstractOAuth2TokenAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;

/**
 * Takes user and source from bearer tokens. A JWT names the user in a claim, any other
 * token as the application's introspection does. The source is the claim where the token
 * has it, else the header, unless only claims count. A claim always wins over the header,
 * even if it is empty or of another type. Requests without a bearer token are left to
 * {@link PrincipalActorResolver}.
 */
public final class TokenActorResolver implements SyncActorResolver {

	private final String userClaim;

	private final String sourceClaim;

	private final boolean orHeader;

	private final PrincipalActorResolver others;

	/**
	 * Creates the resolver.
	 * @param userClaim the claim that holds the user id
	 * @param sourceClaim the claim that holds the source id
	 * @param orHeader whether the header names the source of a token without that claim
	 * @param others reads the header, and resolves requests without a bearer token
	 */
	public TokenActorResolver(String userClaim, String sourceClaim, boolean orHeader, PrincipalActorResolver others) {
		this.userClaim = userClaim;
		this.sourceClaim = sourceClaim;
		this.orHeader = orHeader;
		this.others = others;
	}

	@Override
	public SyncActor resolve(HttpServletRequest request) {
		Principal principal = request.getUserPrincipal();
		if (principal instanceof JwtAuthenticationToken jwt) {
			return new SyncActor(claim(jwt.getTokenAttributes(), this.userClaim, "user"),
					source(jwt.getTokenAttributes(), request));
		}
		if (principal instanceof AbstractOAuth2TokenAuthenticationToken<?> token) {
			return new SyncActor(PrincipalActorResolver.principal(request).getName(),
					source(token.getTokenAttributes(), request));
		}
		return this.others.resolve(request);
	}

	private String source(Map<String, Object> claims, HttpServletRequest request) {
		if (!this.orHeader || claims.containsKey(this.sourceClaim)) {
			return claim(claims, this.sourceClaim, "device");
		}
		String source = this.others.header(request);
		if (source == null) {
			throw new SyncException(ErrorCode.AUTHENTICATION_FAILED,
					"The device id is missing: the token has no claim '%s'; send it in the header %s"
						.formatted(this.sourceClaim, this.others.headerName()));
		}
		return source;
	}

	private static String claim(Map<String, Object> claims, String name, String what) {
		if (claims.get(name) instanceof String text && !text.isEmpty()) {
			return text;
		}
		throw new SyncException(ErrorCode.AUTHENTICATION_FAILED,
				"The token names no %s: its claim '%s' must be a string that is not empty".formatted(what, name));
	}

	/**
	 * Returns when a token expires.
	 * @param principal who is asking
	 * @return the time, null without a token, or for one that does not expire
	 */
	static @Nullable Instant expiry(@Nullable Principal principal) {
		return (principal instanceof AbstractOAuth2TokenAuthenticationToken<?> token) ? token.getToken().getExpiresAt()
				: null;
	}

}
