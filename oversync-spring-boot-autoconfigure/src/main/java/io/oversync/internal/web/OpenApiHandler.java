/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

import io.oversync.protocol.ErrorCode;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.web.HttpRequestHandler;

/**
 * Serves the OpenAPI description of the endpoints, with the paths and the device header
 * of this server. It names no user, so only the application's security guards it.
 */
public final class OpenApiHandler implements HttpRequestHandler {

	static final String RESOURCE = "openapi.yaml";

	private static final String SERVER = "\n  - url: /\n";

	private final String description;

	private final String servletPath;

	/**
	 * Creates the handler.
	 * @param paths where the endpoints are
	 * @param sourceHeader the name of the header with the device's id
	 */
	public OpenApiHandler(SyncPaths paths, String sourceHeader) {
		// the keys of paths alone are indented by two
		this.description = read().replace("\n  /sync/", "\n  " + paths.base() + "/")
			.replace("\n  /admin/materialize-failures", "\n  " + paths.failures())
			.replace("Oversync-Source-ID", sourceHeader);
		this.servletPath = paths.servletPath();
	}

	private static String read() {
		try (InputStream input = OpenApiHandler.class.getResourceAsStream(RESOURCE)) {
			if (input == null) {
				throw new FileNotFoundException(RESOURCE);
			}
			return new String(input.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void handleRequest(HttpServletRequest request, HttpServletResponse response) throws IOException {
		switch (request.getMethod()) {
			case "GET", "HEAD" -> describe(request, response);
			case "OPTIONS" -> response.setHeader("Allow", "GET, HEAD, OPTIONS");
			default -> {
				response.setHeader("Allow", "GET, HEAD");
				Responses.error(response, ErrorCode.METHOD_NOT_ALLOWED,
						"This endpoint does not support " + request.getMethod());
			}
		}
	}

	private void describe(HttpServletRequest request, HttpServletResponse response) throws IOException {
		byte[] body = forServer(request.getContextPath() + this.servletPath).getBytes(StandardCharsets.UTF_8);
		Responses.start(response, HttpServletResponse.SC_OK);
		response.setContentType("application/yaml");
		response.setCharacterEncoding("UTF-8");
		response.setContentLength(body.length);
		response.getOutputStream().write(body);
	}

	/** The prefix may come from a header of a proxy, hence the quotes. */
	private String forServer(String prefix) {
		return prefix.isEmpty() ? this.description
				: this.description.replace(SERVER, "\n  - url: '" + prefix.replace("'", "''") + "'\n");
	}

}
