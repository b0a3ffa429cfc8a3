/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.console;

import io.oversync.internal.console.ConsolePaths;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.context.support.WebApplicationContextUtils;

/**
 * Matches the operators' console, wherever the property puts it, for a
 * {@code SecurityFilterChain} of the application. Matches nothing in an application
 * context without the console.
 */
public final class ConsoleRequestMatcher implements RequestMatcher {

	private ConsoleRequestMatcher() {
	}

	/**
	 * Creates a matcher that finds the console in the application context of each
	 * request.
	 * @return the matcher
	 */
	public static ConsoleRequestMatcher console() {
		return new ConsoleRequestMatcher();
	}

	@Override
	public boolean matches(HttpServletRequest request) {
		WebApplicationContext context = WebApplicationContextUtils
			.getWebApplicationContext(request.getServletContext());
		ConsolePaths paths = (context != null) ? context.getBeanProvider(ConsolePaths.class).getIfAvailable() : null;
		return paths != null && paths.match(request);
	}

	@Override
	public String toString() {
		return "Oversync console";
	}

}
