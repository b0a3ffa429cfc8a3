/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.transport;

import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;
import java.util.regex.Pattern;

import javax.net.ssl.SSLException;

import io.oversync.client.internal.support.MessageText;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Describes why a request had no answer; exceptions of the JDK often have no message.
 */
final class NetworkCause {

	private static final int MAX_DEPTH = 10;

	private static final Pattern PLACE = Pattern.compile(" \\(start marker at \\[.*?\\]\\)|\n at \\[.*",
			Pattern.DOTALL);

	private NetworkCause() {
	}

	static String describe(Throwable failure, URI uri) {
		boolean connecting = false;
		Throwable cause = failure;
		for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++) {
			String known = known(cause, uri);
			if (known != null) {
				return known;
			}
			connecting |= cause instanceof ConnectException;
			cause = cause.getCause();
		}
		String message = message(failure);
		if (connecting && (message == null || message.toLowerCase(Locale.ROOT).contains("refused"))) {
			return "connection refused by " + uri.getAuthority();
		}
		return (message != null) ? MessageText.shortened(message) : failure.getClass().getSimpleName();
	}

	private static @Nullable String message(Throwable failure) {
		return (failure instanceof JacksonException parsing) ? describe(parsing) : failure.getMessage();
	}

	/** Returns what a parser has found wrong, without the places that it adds. */
	public static String describe(JacksonException failure) {
		return MessageText.shortened(PLACE.matcher(String.valueOf(failure.getOriginalMessage())).replaceAll(""));
	}

	private static @Nullable String known(Throwable cause, URI uri) {
		if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
			return "the host " + uri.getHost() + " is unknown";
		}
		// by name: java.net.http is missing on some platforms
		if (cause.getClass().getSimpleName().endsWith("TimeoutException")) {
			return uri.getHost() + " did not answer in time";
		}
		if (cause instanceof SSLException) {
			return "no secure connection to " + uri.getHost() + ": "
					+ MessageText.shortened(String.valueOf(cause.getMessage()));
		}
		return null;
	}

}
