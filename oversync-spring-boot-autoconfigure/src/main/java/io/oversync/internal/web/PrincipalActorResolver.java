/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.security.Principal;
import java.util.Enumeration;

import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import io.oversync.web.SyncActorResolver;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Takes the user from the name of the principal and the source from a request header: for
 * sessions, Basic authentication and everything else that carries no claims. Works
 * without Spring Security.
 */
public final class PrincipalActorResolver implements SyncActorResolver {

	private final String sourceHeader;

	/**
	 * Creates the resolver.
	 * @param sourceHeader the header that holds the source id
	 */
	public PrincipalActorResolver(String sourceHeader) {
		this.sourceHeader = sourceHeader;
	}

	@Override
	public SyncActor resolve(HttpServletRequest request) {
		return new SyncActor(principal(request).getName(), source(request));
	}

	/**
	 * Returns the principal, which is null for anonymous requests also where the
	 * application left the path open.
	 */
	static Principal principal(HttpServletRequest request) {
		Principal principal = request.getUserPrincipal();
		if (principal == null || principal.getName() == null) {
			throw new SyncException(ErrorCode.AUTHENTICATION_FAILED, "Authentication is required");
		}
		return principal;
	}

	private String source(HttpServletRequest request) {
		String source = header(request);
		if (source == null) {
			throw new SyncException(ErrorCode.AUTHENTICATION_FAILED,
					"The device id is missing; send it in the header " + this.sourceHeader);
		}
		return source;
	}

	String headerName() {
		return this.sourceHeader;
	}

	/**
	 * Returns the source id of the header, null without one.
	 * @throws SyncException {@link ErrorCode#AUTHENTICATION_FAILED} if there are several
	 */
	@Nullable String header(HttpServletRequest request) {
		Enumeration<String> values = request.getHeaders(this.sourceHeader);
		String source = values.hasMoreElements() ? values.nextElement() : null;
		if (values.hasMoreElements()) {
			throw new SyncException(ErrorCode.AUTHENTICATION_FAILED,
					"The device id is ambiguous; send the header " + this.sourceHeader + " once");
		}
		return source;
	}

}
