/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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
 * Refuses requests for names that are not this server's. A page of another site whose
 * name leads to this computer all of a sudden (DNS rebinding) would be of the same origin
 * as the demo. An address is no name, so nothing can lead it elsewhere.
 */
final class KnownHostFilter extends OncePerRequestFilter {

	private static final String LOCALHOST = "localhost";

	private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[[0-9a-f:.]+]");

	private static final Pattern PORT = Pattern.compile(":\\d*\\z");

	private static final String REFUSAL = """
			This name is none of the demo's, and may be that of another site.
			Open it as http://localhost:PORT or by the address of the machine (http://192.168.1.5:PORT),
			or start the sample with --sample.demo.hosts=NAME, without a port.
			""";

	private final Set<String> names;

	/**
	 * Creates the filter.
	 * @param names of the server, besides localhost
	 */
	KnownHostFilter(List<String> names) {
		this.names = names.stream().map(KnownHostFilter::lower).collect(Collectors.toUnmodifiableSet());
	}

	private static String lower(String text) {
		return text.strip().toLowerCase(Locale.ROOT);
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (isKnown(request.getHeader(HttpHeaders.HOST))) {
			chain.doFilter(request, response);
			return;
		}
		response.setStatus(HttpStatus.MISDIRECTED_REQUEST.value());
		response.setContentType(MediaType.TEXT_PLAIN_VALUE);
		response.getWriter().write(REFUSAL.replace("PORT", String.valueOf(request.getLocalPort())));
	}

	boolean isKnown(@Nullable String host) {
		if (host == null) {
			return false;
		}
		String name = PORT.matcher(host.toLowerCase(Locale.ROOT)).replaceFirst("");
		return name.equals(LOCALHOST) || this.names.contains(name) || ADDRESS.matcher(name).matches();
	}

}
