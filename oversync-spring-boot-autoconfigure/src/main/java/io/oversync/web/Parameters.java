package io.oversync.web;

import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Reads query parameters; an empty one counts as missing.
 */
final class Parameters {

	private final HttpServletRequest request;

	Parameters(HttpServletRequest request) {
		this.request = request;
	}

	@Nullable String text(String name) {
		try {
			String text = this.request.getParameter(name);
			return (text == null || text.isEmpty()) ? null : text;
		}
		catch (IllegalStateException ex) {
			// as the servlet API has it when they cannot be decoded
			throw new SyncException(ErrorCode.INVALID_REQUEST, "The parameters must be text in UTF-8, URL-encoded", ex);
		}
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
