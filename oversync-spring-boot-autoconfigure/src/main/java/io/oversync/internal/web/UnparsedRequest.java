/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.IOException;
import java.util.Locale;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;

/**
 * A request whose body is declared as a form but not parsed as one: no endpoint takes
 * forms, and parsing would read the body before authentication, without a bound on its
 * size or time. Query parameters still work.
 */
final class UnparsedRequest extends HttpServletRequestWrapper {

	private UnparsedRequest(HttpServletRequest request) {
		super(request);
	}

	/**
	 * Keeps a body from being parsed.
	 * @param request the request
	 * @return the request, behind a wrapper if it has a form
	 * @throws IOException if the client is gone
	 */
	static HttpServletRequest of(HttpServletRequest request) throws IOException {
		if (!isForm(request.getContentType())) {
			return request;
		}
		// a container does not look for parameters in a body that is read as a stream
		request.getInputStream();
		return new UnparsedRequest(request);
	}

	private static boolean isForm(@Nullable String contentType) {
		if (contentType == null) {
			return false;
		}
		String type = contentType.toLowerCase(Locale.ROOT).strip();
		return type.startsWith(MediaType.APPLICATION_FORM_URLENCODED_VALUE) || type.startsWith("multipart/");
	}

	/** Filters and the dispatcher rely on it. */
	@Override
	public String getContentType() {
		return MediaType.APPLICATION_OCTET_STREAM_VALUE;
	}

}
