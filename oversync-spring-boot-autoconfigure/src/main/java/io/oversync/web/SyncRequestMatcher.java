/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.web;

import java.util.List;

import io.oversync.internal.web.SyncPaths;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.context.support.WebApplicationContextUtils;

/**
 * Matches the sync endpoints, wherever the properties put them, for the application's own
 * {@code SecurityFilterChain}: <pre>
 * http.csrf((csrf) -&gt; csrf.ignoringRequestMatchers(SyncRequestMatcher.endpoints()))
 * </pre> Matches nothing in an application context without the endpoints, such as with
 * {@code oversync.enabled=false} or in a {@code @WebMvcTest}.
 */
public final class SyncRequestMatcher implements RequestMatcher {

	private volatile @Nullable Endpoints endpoints;

	private SyncRequestMatcher() {
	}

	/**
	 * Creates a matcher that finds the endpoints in the application context of each
	 * request.
	 * @return the matcher
	 */
	public static SyncRequestMatcher endpoints() {
		return new SyncRequestMatcher();
	}

	@Override
	public boolean matches(HttpServletRequest request) {
		WebApplicationContext context = WebApplicationContextUtils
			.getWebApplicationContext(request.getServletContext());
		SyncPaths paths = (context != null) ? context.getBeanProvider(SyncPaths.class).getIfAvailable() : null;
		return paths != null && matcher(paths).matches(request);
	}

	private RequestMatcher matcher(SyncPaths paths) {
		Endpoints known = this.endpoints;
		// a constant of the application may see several contexts in its tests
		if (known == null || known.paths() != paths) {
			known = Endpoints.of(paths);
			this.endpoints = known;
		}
		return known.matcher();
	}

	@Override
	public String toString() {
		return "Oversync endpoints";
	}

	private record Endpoints(SyncPaths paths, RequestMatcher matcher) {

		static Endpoints of(SyncPaths paths) {
			PathPatternRequestMatcher.Builder defaults = PathPatternRequestMatcher.withDefaults();
			PathPatternRequestMatcher.Builder builder = paths.servletPath().isEmpty() ? defaults
					: defaults.basePath(paths.servletPath());
			List<RequestMatcher> matchers = paths.patterns().stream().<RequestMatcher>map(builder::matcher).toList();
			return new Endpoints(paths, new OrRequestMatcher(matchers));
		}

	}

}
