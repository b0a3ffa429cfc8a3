package io.oversync.web;

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
import tools.jackson.core.exc.JacksonIOException;

import org.springframework.web.context.request.async.AsyncRequestNotUsableException;

/**
 * Keeps others away from the bodies of sync requests. Goes before all other filters.
 * <p>
 * What is sent to an endpoint is not parsed as a form, neither by the container nor by a
 * filter, some of which read forms whole, before security: see {@link UnparsedRequest}.
 * <p>
 * An answer that broke after its head stays broken, so that a client never takes half a
 * page for a whole one: the connection ends without a proper end, and nothing is
 * appended, neither by an error page, which containers include into such an answer, nor
 * by a filter of the application that catches exceptions.
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
	 * Marks the answer to a request as broken.
	 * @param request the request
	 * @param cause what failed after the head was sent
	 * @return to be thrown, for the container to break the connection
	 */
	static RuntimeException breakOff(HttpServletRequest request, Exception cause) {
		BrokenAnswerException failure = new BrokenAnswerException(cause);
		Throwable reason = containersOwn(cause);
		request.setAttribute(FAILURE, (reason instanceof IOException) ? reason : failure);
		return failure;
	}

	/**
	 * Looks into what Jackson and Spring wrap around it: containers log an IOException of
	 * their own, of a client that is gone, quietly.
	 */
	private static Throwable containersOwn(Exception cause) {
		Throwable reason = cause;
		while ((reason instanceof JacksonIOException || reason instanceof AsyncRequestNotUsableException)
				&& reason.getCause() != null) {
			reason = reason.getCause();
		}
		return reason;
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
		if (request.getDispatcherType() != DispatcherType.REQUEST) {
			if (request.getAttribute(FAILURE) == null) {
				chain.doFilter(request, response);
			}
		}
		else if (request instanceof HttpServletRequest http && this.paths.match(http)
				&& response instanceof HttpServletResponse answer) {
			chain.doFilter(this.paths.matchEndpoint(http) ? UnparsedRequest.of(http) : http,
					new GuardedResponse(http, answer));
			throwFailure(request);
		}
		else {
			chain.doFilter(request, response);
		}
	}

	/** Of a filter that has caught it. */
	private static void throwFailure(ServletRequest request) throws IOException {
		Object failure = request.getAttribute(FAILURE);
		if (failure instanceof IOException ioFailure) {
			throw ioFailure;
		}
		if (failure instanceof BrokenAnswerException broken) {
			throw broken;
		}
	}

	/** Takes nothing more once the answer is broken. */
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
