/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import org.jspecify.annotations.Nullable;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.csrf.CsrfToken;

/**
 * Who may use the console: the application's security decides who is asking, and the
 * authority whether that is an operator. The only class of the console's inside that
 * knows Spring Security.
 */
public final class ConsoleAccess {

	private final AuthenticationTrustResolver trust = new AuthenticationTrustResolverImpl();

	private final String authority;

	/**
	 * Creates the access.
	 * @param authority what an operator needs
	 */
	public ConsoleAccess(String authority) {
		this.authority = authority;
	}

	/**
	 * Returns who is asking.
	 * @return the name of the operator, null if it is none
	 */
	@Nullable String operator() {
		Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
		if (authentication == null || !this.trust.isAuthenticated(authentication)) {
			return null;
		}
		boolean granted = authentication.getAuthorities()
			.stream()
			.anyMatch((each) -> this.authority.equals(each.getAuthority()));
		return granted ? authentication.getName() : null;
	}

	/**
	 * Returns the token that the application's protection against CSRF wants.
	 * @param request the request
	 * @return the token, null if the application has no such protection here
	 */
	static @Nullable Csrf csrf(HttpServletRequest request) {
		return (request.getAttribute(CsrfToken.class.getName()) instanceof CsrfToken token)
				? new Csrf(token.getHeaderName(), token.getToken()) : null;
	}

	/**
	 * A token of Spring Security.
	 *
	 * @param header the header that carries it
	 * @param token the token
	 */
	record Csrf(String header, String token) {
	}

}
