/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.web;

import java.io.IOException;

import io.oversync.internal.web.Responses;
import io.oversync.protocol.ErrorCode;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;

/**
 * Answers requests without valid authentication as the protocol says (§1, §5): 401 with a
 * JSON body and {@code WWW-Authenticate: Bearer}, never a redirect. For the application's
 * own {@code SecurityFilterChain}; clients refresh their token on it.
 */
public final class SyncAuthenticationEntryPoint implements AuthenticationEntryPoint {

	@Override
	public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException exception)
			throws IOException {
		Responses.error(response, ErrorCode.AUTHENTICATION_FAILED,
				"Authentication is required: the token is missing, expired or not valid");
	}

}
