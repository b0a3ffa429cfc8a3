/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.IOException;
import java.io.InputStream;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Ends the connection behind an answer whose request was not read to its end.
 */
final class ConnectionEnd {

	private static final boolean TOMCAT = ClassUtils.isPresent("org.apache.coyote.CloseNowException",
			ConnectionEnd.class.getClassLoader());

	private ConnectionEnd() {
	}

	/**
	 * Reads the bytes that have arrived, before the answer is written: a client whose
	 * connection is reset may miss the answer.
	 * @param request the request
	 * @throws IOException if the client is gone
	 */
	static void prepare(HttpServletRequest request) throws IOException {
		InputStream body = request.getInputStream();
		byte[] buffer = new byte[8192];
		int available;
		while ((available = body.available()) > 0 && body.read(buffer, 0, Math.min(available, buffer.length)) > 0) {
			// too late to be of use
		}
	}

	/**
	 * Ends the connection, unless the request has arrived completely.
	 * @param request the request
	 * @param response its answer, which is complete
	 * @throws IOException if the client is gone
	 */
	static void follow(HttpServletRequest request, HttpServletResponse response) throws IOException {
		if (!request.getInputStream().isFinished()) {
			response.flushBuffer();
			SyncRequestFilter.endConnection(request, exception("The body was not read", null));
		}
	}

	/**
	 * Creates the exception that ends a connection at once.
	 * @param message the reason
	 * @param cause the cause
	 * @return the exception to throw to the container
	 */
	static IOException exception(String message, @Nullable Exception cause) {
		return TOMCAT ? Tomcat.exception(message, cause) : new IOException(message, cause);
	}

	/** Loaded only in a Tomcat. */
	private static final class Tomcat {

		/** Tomcat logs any other exception. */
		static IOException exception(String message, @Nullable Exception cause) {
			return new org.apache.coyote.CloseNowException(message, cause);
		}

	}

}
