/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.ResponseWriter;
import io.oversync.protocol.SyncException;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Writes answers straight to the response: no message converter of the application
 * touches the bytes of the protocol.
 */
public final class Responses {

	private static final String RETRY_AFTER_SECONDS = "1";

	private static final String RETRY_AFTER_LIMIT_SECONDS = "30";

	private Responses() {
	}

	static void json(HttpServletResponse response, DownloadLimits limits, Writing writing) throws IOException {
		AnswerOutputStream body = new AnswerOutputStream(response, limits);
		writing.write(body);
		body.finish();
	}

	static void error(HttpServletResponse response, SyncException error) throws IOException {
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		ResponseWriter.writeError(body, error);
		error(response, error.code(), body);
	}

	public static void error(HttpServletResponse response, ErrorCode code, String message) throws IOException {
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		ResponseWriter.writeError(body, code, message);
		error(response, code, body);
	}

	private static void error(HttpServletResponse response, ErrorCode code, ByteArrayOutputStream body)
			throws IOException {
		response.resetBuffer();
		start(response, code.status());
		if (code == ErrorCode.AUTHENTICATION_FAILED) {
			response.setHeader("WWW-Authenticate", "Bearer");
		}
		if (code == ErrorCode.TEMPORARILY_UNAVAILABLE) {
			response.setHeader("Retry-After", RETRY_AFTER_SECONDS);
		}
		if (code == ErrorCode.TOO_MANY_REQUESTS) {
			response.setHeader("Retry-After", RETRY_AFTER_LIMIT_SECONDS);
		}
		response.setContentLength(body.size());
		body.writeTo(response.getOutputStream());
	}

	static void start(HttpServletResponse response, int status) {
		response.setStatus(status);
		response.setContentType("application/json");
		response.setHeader("Cache-Control", "no-store");
		response.setHeader("X-Content-Type-Options", "nosniff");
	}

	/** Writes a body. */
	interface Writing {

		void write(OutputStream body) throws IOException;

	}

}
