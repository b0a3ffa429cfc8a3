/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import java.io.IOException;

import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.web.HttpRequestHandler;

/**
 * Answers all requests below the path of the console. A request of anyone but an operator
 * is answered 404, whatever it asks for.
 */
public final class ConsoleHandler implements HttpRequestHandler {

	/** No inline scripts or styles, nothing from elsewhere, in no frame. */
	static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
			+ "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

	private static final Log logger = LogFactory.getLog(ConsoleHandler.class);

	private static final String API = "/api/";

	private static final int LARGEST_BODY = 16 * 1024;

	private final JsonMapper json = JsonMapper.builder().build();

	private final ConsoleFiles files = new ConsoleFiles();

	private final ConsolePaths paths;

	private final ConsoleAccess access;

	private final ConsoleApi api;

	/**
	 * Creates the handler.
	 * @param paths where the console is
	 * @param access who may use it
	 * @param api what its scripts ask for
	 */
	public ConsoleHandler(ConsolePaths paths, ConsoleAccess access, ConsoleApi api) {
		this.paths = paths;
		this.access = access;
		this.api = api;
	}

	@Override
	public void handleRequest(HttpServletRequest request, HttpServletResponse response) throws IOException {
		String operator = this.access.operator();
		String path = ConsolePaths.below(this.paths, request);
		protect(response);
		if (operator == null) {
			// no error dispatch: the filter chain of /error may answer otherwise
			response.setStatus(HttpServletResponse.SC_NOT_FOUND);
			return;
		}
		if (path.startsWith(API)) {
			answer(request, response, operator, path.substring(API.length()));
		}
		else if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
			response.setHeader(HttpHeaders.ALLOW, "GET, HEAD");
			response.setStatus(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
		}
		else if (path.isEmpty()) {
			// relative, so that it holds behind proxies as well
			response.setHeader(HttpHeaders.LOCATION,
					this.paths.base().substring(this.paths.base().lastIndexOf('/') + 1) + "/");
			response.setStatus(HttpServletResponse.SC_FOUND);
		}
		else {
			serve(response, path.substring(1));
		}
	}

	private static void protect(HttpServletResponse response) {
		response.setHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY);
		response.setHeader("X-Content-Type-Options", "nosniff");
		response.setHeader("Referrer-Policy", "no-referrer");
		response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
		response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
		response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
	}

	private void serve(HttpServletResponse response, String path) throws IOException {
		String name = path.isEmpty() ? ConsoleFiles.PAGE : path;
		byte[] file = this.files.find(name);
		if (file == null) {
			response.setStatus(HttpServletResponse.SC_NOT_FOUND);
			return;
		}
		response.setContentType(ConsoleFiles.type(name));
		response.setContentLength(file.length);
		response.getOutputStream().write(file);
	}

	private void answer(HttpServletRequest request, HttpServletResponse response, String operator, String name)
			throws IOException {
		String refusal = RequestGuard.refusal(request);
		if (refusal != null) {
			write(response, HttpServletResponse.SC_FORBIDDEN, new Failure(refusal));
			return;
		}
		try {
			Object answer = switch (request.getMethod()) {
				case "GET" -> this.api.read(name, new ConsoleApi.Query(request, operator));
				case "POST" -> this.api.change(name, body(request), operator);
				default -> null;
			};
			if (answer != null) {
				write(response, HttpServletResponse.SC_OK, answer);
			}
			else {
				write(response, HttpServletResponse.SC_NOT_FOUND, new Failure("Not found"));
			}
		}
		catch (IllegalArgumentException | IllegalStateException ex) {
			write(response, HttpServletResponse.SC_BAD_REQUEST, new Failure(ex.getMessage()));
		}
		catch (SyncException ex) {
			write(response, ex.code().status(), new Failure(ex.getMessage()));
		}
		catch (DataAccessException ex) {
			logger.warn("A request of the console failed", ex);
			write(response, ErrorCode.TEMPORARILY_UNAVAILABLE.status(),
					new Failure("The database did not answer in time, or refused; see the log"));
		}
	}

	private JsonNode body(HttpServletRequest request) throws IOException {
		String type = request.getContentType();
		if (type == null || !type.startsWith("application/json")) {
			throw new IllegalArgumentException("The body must be application/json");
		}
		byte[] body = request.getInputStream().readNBytes(LARGEST_BODY + 1);
		if (body.length > LARGEST_BODY) {
			throw new IllegalArgumentException("The body is too large");
		}
		try {
			JsonNode node = this.json.readTree(body);
			return (node != null) ? node : MissingNode.getInstance();
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("The body is not JSON", ex);
		}
	}

	private void write(HttpServletResponse response, int status, Object answer) throws IOException {
		byte[] body = this.json.writeValueAsBytes(answer);
		response.setStatus(status);
		response.setContentType("application/json");
		response.setContentLength(body.length);
		response.getOutputStream().write(body);
	}

	/**
	 * Why a request failed.
	 *
	 * @param error for the operator
	 */
	record Failure(@Nullable String error) {
	}

}
