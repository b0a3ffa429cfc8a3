/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.web.cors.CorsUtils;

/**
 * Refuses requests that pages of other origins make in an operator's browser, whatever
 * the application's own protection against CSRF:
 * <ol>
 * <li>A request to the API carries a header that forms and links cannot set, and scripts
 * of other origins only with the application's CORS permission.</li>
 * <li>A browser that says where the request comes from says: this origin.</li>
 * <li>A request that changes something comes with one of both headers that say so.</li>
 * </ol>
 */
final class RequestGuard {

	/** Set by the console's scripts. */
	static final String HEADER = "Oversync-Console";

	private static final String SITE = "Sec-Fetch-Site";

	private RequestGuard() {
	}

	/**
	 * Looks at a request to the API.
	 * @param request the request
	 * @return why it is refused, null for one that may go on
	 */
	static @Nullable String refusal(HttpServletRequest request) {
		if (request.getHeader(HEADER) == null) {
			return "A request to the console's API needs the header " + HEADER;
		}
		String site = request.getHeader(SITE);
		if (site != null) {
			return site.equals("same-origin") ? null : "The request comes from another site";
		}
		if (CorsUtils.isCorsRequest(request)) {
			return "The request comes from another origin";
		}
		boolean reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
		return (reads || request.getHeader(HttpHeaders.ORIGIN) != null) ? null
				: "A request that changes something needs the header Sec-Fetch-Site or Origin, as browsers send them";
	}

}
