package io.oversync.client;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;

import javax.net.ssl.SSLException;

import org.jspecify.annotations.Nullable;

/**
 * Says why a request had no answer; the JDK's own exceptions often have no message.
 */
final class NetworkCause {

	private static final int MAX_DEPTH = 10;

	private NetworkCause() {
	}

	static String describe(Throwable failure, URI uri) {
		Throwable cause = failure;
		for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++) {
			String known = known(cause, uri);
			if (known != null) {
				return known;
			}
			cause = cause.getCause();
		}
		String message = failure.getMessage();
		return (message != null) ? Texts.shortened(message) : failure.getClass().getSimpleName();
	}

	private static @Nullable String known(Throwable cause, URI uri) {
		if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
			return "the host " + uri.getHost() + " is unknown";
		}
		// by name: java.net.http is missing on some platforms
		if (cause.getClass().getSimpleName().endsWith("TimeoutException") || cause instanceof SocketTimeoutException) {
			return uri.getHost() + " did not answer in time";
		}
		if (cause instanceof SSLException) {
			return "no secure connection to " + uri.getHost() + ": "
					+ Texts.shortened(String.valueOf(cause.getMessage()));
		}
		// wraps the reasons above
		return (cause instanceof ConnectException && cause.getCause() == null) ? refused(cause, uri) : null;
	}

	private static String refused(Throwable cause, URI uri) {
		String message = cause.getMessage();
		return (message == null || message.toLowerCase(Locale.ROOT).contains("refused"))
				? "connection refused by " + uri.getAuthority() : Texts.shortened(message);
	}

}
