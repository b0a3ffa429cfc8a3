/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.IOException;
import java.io.PrintWriter;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the container and other filters from reading the bodies of sync requests. Runs
 * before all other filters.
 * <p>
 * Requests to an endpoint are not parsed as forms, neither by the container nor by a
 * filter: some of them read whole forms before security does its work: see
 * {@link UnparsedRequest}.
 * <p>
 * An answer that broke after its head stays broken, so that a client never mistakes half
 * a page for a whole one: the connection is cut off, and nothing is appended, neither by
 * an error page, which containers include into such an answer, nor by a filter of the
 * application that catches exceptions.
 */
public final class SyncRequestFilter implements Filter {

	private static final String FAILURE = SyncRequestFilter.class.getName() + ".failure";

	private final SyncPaths paths;

	/**
	 * Creates the filter.
	 * @param paths where the endpoints are
	 */
	public SyncRequestFilter(SyncPaths paths) {
		this.paths = paths;
	}

	/**
	 * Marks the answer to a request as broken. The container recognises the exception and
	 * does not log it: the caller does.
	 * @param request the request
	 * @param cause what failed after the head was sent
	 * @return the exception to throw, unless the request ends here anyway
	 */
	static RuntimeException breakOff(HttpServletRequest request, Exception cause) {
		request.setAttribute(FAILURE, ConnectionEnd.exception("The answer could not be completed", cause));
		return new BrokenAnswerException(cause);
	}

	/**
	 * Lets the connection end behind a complete answer.
	 * @param request the request
	 * @param reason for the container
	 */
	static void endConnection(HttpServletRequest request, IOException reason) {
		request.setAttribute(FAILURE, reason);
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		if (request.getDispatcherType() == DispatcherType.ASYNC) {
			throwFailure(request);
			chain.doFilter(request, response);
		}
		else if (request.getDispatcherType() != DispatcherType.REQUEST) {
			if (request.getAttribute(FAILURE) == null) {
				chain.doFilter(request, response);
			}
		}
		else if (request instanceof HttpServletRequest http && this.paths.match(http)
				&& response instanceof HttpServletResponse answer) {
			try {
				chain.doFilter(this.paths.matchEndpoint(http) ? UnparsedRequest.of(http) : http,
						new GuardedResponse(http, answer));
			}
			finally {
				throwFailure(request);
			}
		}
		else {
			chain.doFilter(request, response);
		}
	}

	/**
	 * Throws the failure in place of the exception that a filter or Spring made of it.
	 */
	private static void throwFailure(ServletRequest request) throws IOException {
		if (request.getAttribute(FAILURE) instanceof IOException failure) {
			throw failure;
		}
	}

	/** Ignores all writes once the answer is broken. */
	private static final class GuardedResponse extends HttpServletResponseWrapper {

		private final HttpServletRequest request;

		GuardedResponse(HttpServletRequest request, HttpServletResponse response) {
			super(response);
			this.request = request;
		}

		@Override
		public ServletOutputStream getOutputStream() throws IOException {
			requireWhole();
			return super.getOutputStream();
		}

		@Override
		public PrintWriter getWriter() throws IOException {
			requireWhole();
			return super.getWriter();
		}

		private void requireWhole() {
			if (this.request.getAttribute(FAILURE) != null) {
				throw new BrokenAnswerException(null);
			}
		}

	}

	/** Ends the connection in the middle of an answer. */
	private static final class BrokenAnswerException extends RuntimeException {

		BrokenAnswerException(@Nullable Exception cause) {
			super("The answer could not be completed", cause);
		}

	}

}
