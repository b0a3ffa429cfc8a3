/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.IOException;
import java.util.List;

import io.oversync.internal.event.EngineListener;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.exc.JacksonIOException;

import org.springframework.core.Ordered;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/**
 * Answers the errors of the endpoints as the protocol says (§5), before any exception
 * handler of the application sees them. Errors of the application's own endpoints are
 * left to it, even below the base path.
 */
public final class SyncExceptionResolver implements HandlerExceptionResolver, Ordered {

	private static final Log logger = LogFactory.getLog(SyncExceptionResolver.class);

	private static final List<Class<?>> CONTROLLERS = List.of(SyncController.class, ChangesController.class,
			ChecksumController.class, WatchController.class, FailureController.class, OtherMethods.class,
			FallbackController.class);

	private static final String SAVED = SyncExceptionResolver.class.getName() + ".SAVED";

	private final SyncPaths paths;

	private final EngineListener listener;

	private final LimitedLog failures = new LimitedLog(logger, System::nanoTime);

	private final LimitedLog defects = new LimitedLog(logger, System::nanoTime);

	/**
	 * Creates the resolver.
	 * @param paths where the endpoints are
	 * @param listener receives failed requests
	 */
	public SyncExceptionResolver(SyncPaths paths, EngineListener listener) {
		this.listener = listener;
		this.paths = paths;
	}

	/**
	 * Notes that the request's changes are committed. Must be called before the answer is
	 * written: afterwards there may be no memory left to note it.
	 * @param request the request
	 */
	static void markSaved(HttpServletRequest request) {
		request.setAttribute(SAVED, Boolean.TRUE);
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
			@Nullable Object handler, Exception exception) {
		if (!isOurs(request, handler)) {
			return null;
		}
		this.listener.requestFailed(exception);
		if (isBroken(exception)) {
			logger.debug("The connection broke", exception);
			// an answer that is empty would be sent as 200
			SyncRequestFilter.breakOff(request, exception);
			return new ModelAndView();
		}
		if (response.isCommitted()) {
			logBroken(exception);
			throw SyncRequestFilter.breakOff(request, exception);
		}
		try {
			answer(request, response, exception);
		}
		catch (IOException ex) {
			logger.debug("The client is gone", ex);
		}
		return new ModelAndView();
	}

	private void logBroken(Exception exception) {
		if (exception instanceof SyncException sync) {
			this.failures.warn("The answer to a sync request broke off: " + sync.getMessage(), sync);
		}
		else {
			this.defects.error("The answer to a sync request broke off", exception);
		}
	}

	private boolean isOurs(HttpServletRequest request, @Nullable Object handler) {
		if (handler instanceof HandlerMethod method) {
			return CONTROLLERS.contains(method.getBeanType());
		}
		// before there was a handler
		return handler == null && this.paths.match(request);
	}

	/**
	 * The request ended too soon, or its client is gone: an answer would not be received.
	 */
	private static boolean isBroken(Exception exception) {
		return exception instanceof IOException || exception instanceof JacksonIOException;
	}

	private void answer(HttpServletRequest request, HttpServletResponse response, Exception exception)
			throws IOException {
		if (request.getAttribute(SAVED) != null) {
			logger.error("The changes of a sync request were saved, but its answer could not be written", exception);
			Responses.error(response, failure(request),
					"The changes were saved, but the answer could not be written; send them again unchanged, the retry"
							+ " settles it");
		}
		else if (exception instanceof SyncException sync) {
			if (sync.code().status() >= ErrorCode.INTERNAL_ERROR.status()) {
				this.failures.warn("A sync request failed: " + sync.getMessage(), sync);
			}
			if (sync instanceof AbandonedRequestException) {
				ConnectionEnd.prepare(request);
			}
			Responses.error(response, sync);
			if (sync instanceof AbandonedRequestException) {
				ConnectionEnd.follow(request, response);
			}
		}
		else if (exception instanceof HttpRequestMethodNotSupportedException method) {
			String[] supported = method.getSupportedMethods();
			if (supported != null) {
				response.setHeader("Allow", String.join(", ", supported));
			}
			Responses.error(response, ErrorCode.METHOD_NOT_ALLOWED,
					"This endpoint does not support " + method.getMethod());
		}
		else if (exception instanceof MultipartException) {
			Responses.error(response, ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The body must be application/json");
		}
		else {
			this.defects.error("A sync request failed", exception);
			Responses.error(response, failure(request),
					"The server could not complete the request; nothing was changed");
		}
	}

	private ErrorCode failure(HttpServletRequest request) {
		String path = request.getRequestURI();
		if (path.endsWith(this.paths.upload())) {
			return ErrorCode.UPLOAD_FAILED;
		}
		return (path.endsWith(this.paths.download()) || path.endsWith(this.paths.changes())) ? ErrorCode.DOWNLOAD_FAILED
				: ErrorCode.INTERNAL_ERROR;
	}

}
