/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Reads query parameters. An empty parameter counts as missing. A parameter that is
 * repeated, or that the database could not store, is refused.
 */
final class RequestParameters {

	private final HttpServletRequest request;

	RequestParameters(HttpServletRequest request) {
		this.request = request;
	}

	@Nullable String text(String name) {
		String[] values = values(name);
		if (values == null || values.length == 0) {
			return null;
		}
		if (values.length > 1) {
			throw new SyncException(ErrorCode.INVALID_REQUEST, "Send the parameter '" + name + "' once only");
		}
		if (values[0].codePoints().anyMatch(RequestParameters::isUnusable)) {
			throw new SyncException(ErrorCode.INVALID_REQUEST,
					"The parameter '" + name + "' has characters that are not text, such as NUL");
		}
		return values[0].isEmpty() ? null : values[0];
	}

	private String @Nullable [] values(String name) {
		try {
			return this.request.getParameterValues(name);
		}
		catch (IllegalStateException ex) {
			// as the servlet API has it when they cannot be decoded
			throw new SyncException(ErrorCode.INVALID_REQUEST, "The parameters must be text in UTF-8, URL-encoded", ex);
		}
	}

	/** PostgreSQL stores neither NUL nor halves of surrogate pairs. */
	private static boolean isUnusable(int codePoint) {
		return codePoint == 0 || (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE);
	}

	long number(String name, long missing) {
		Long number = number(name);
		return (number != null) ? number : missing;
	}

	@Nullable Long number(String name) {
		String text = text(name);
		try {
			return (text != null) ? Long.valueOf(text) : null;
		}
		catch (NumberFormatException ex) {
			throw new SyncException(ErrorCode.INVALID_REQUEST, "The parameter '" + name + "' must be a whole number");
		}
	}

	int integer(String name, int missing) {
		long number = number(name, missing);
		return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, number));
	}

}
