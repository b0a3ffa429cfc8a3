/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import java.util.Locale;

/**
 * The errors that end a request as a whole (§5), with their HTTP status.
 */
public enum ErrorCode {

	/** Malformed JSON, wrong types, trailing garbage, bad parameters. */
	INVALID_REQUEST(400),
	/** No authenticated user, or no usable source. */
	AUTHENTICATION_FAILED(401),
	/** No such endpoint or failure. */
	NOT_FOUND(404),
	/** The endpoint exists, for another method. */
	METHOD_NOT_ALLOWED(405),
	/** The failure is being retried at this moment. */
	RETRY_IN_PROGRESS(409),
	/** Deletes behind the cursor are gone: the device has to begin with nothing (§3). */
	CURSOR_EXPIRED(410),
	/** The body is larger than the configured limit. */
	REQUEST_TOO_LARGE(413),
	/** The body is named as something other than JSON or text. */
	UNSUPPORTED_MEDIA_TYPE(415),
	/** Too many devices wait for news, of this user or of all. */
	TOO_MANY_REQUESTS(429),
	/** An upload failed; the message says if its changes were saved all the same. */
	UPLOAD_FAILED(500),
	/** A download failed. */
	DOWNLOAD_FAILED(500),
	/** Any other request failed. */
	INTERNAL_ERROR(500),
	/** Try again; nothing was committed unless the message says that this is unknown. */
	TEMPORARILY_UNAVAILABLE(503);

	private final int status;

	ErrorCode(int status) {
		this.status = status;
	}

	/**
	 * Returns the HTTP status.
	 * @return 400 to 503
	 */
	public int status() {
		return this.status;
	}

	/**
	 * Returns the code as it stands in the member {@code error}.
	 * @return such as {@code invalid_request}
	 */
	public String code() {
		return name().toLowerCase(Locale.ROOT);
	}

}
