/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.io.IOException;
import java.net.URI;
import java.util.Set;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses what another site makes a browser send. Writes need a header that pages of
 * other sites cannot set without being asked for permission, which is never given; what
 * the browser says of the sender must not contradict.
 */
final class SameOriginFilter extends OncePerRequestFilter {

	static final String HEADER = "X-Oversync-Demo";

	static final int LARGEST_BODY = 8 * 1024;

	private static final Set<String> READS = Set.of("GET", "HEAD");

	/** A further page closes the oldest, so other sites must not open any. */
	private static final String EVENTS = "/demo/events";

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		boolean read = READS.contains(request.getMethod());
		boolean counts = !read || request.getRequestURI().endsWith(EVENTS);
		if ((!read && request.getHeader(HEADER) == null) || (counts && isFromElsewhere(request))) {
			refuse(response, HttpStatus.FORBIDDEN, "cross_site", "The demo takes requests from its own page only.");
		}
		else if (!read && (request.getContentLengthLong() > LARGEST_BODY
				|| request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null)) {
			refuse(response, HttpStatus.CONTENT_TOO_LARGE, "too_large", "The request is too large.");
		}
		else {
			chain.doFilter(request, response);
		}
	}

	private static boolean isFromElsewhere(HttpServletRequest request) {
		String site = request.getHeader("Sec-Fetch-Site");
		String origin = request.getHeader(HttpHeaders.ORIGIN);
		return (site != null && !site.equals("same-origin"))
				|| (origin != null && !isHost(origin, request.getHeader(HttpHeaders.HOST)));
	}

	private static boolean isHost(String origin, @Nullable String host) {
		try {
			return host != null && host.equalsIgnoreCase(URI.create(origin).getRawAuthority());
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	private static void refuse(HttpServletResponse response, HttpStatus status, String error, String message)
			throws IOException {
		response.setStatus(status.value());
		response.setContentType(MediaType.APPLICATION_JSON_VALUE);
		response.getWriter().write("{\"error\":\"" + error + "\",\"message\":\"" + message + "\"}");
	}

}
