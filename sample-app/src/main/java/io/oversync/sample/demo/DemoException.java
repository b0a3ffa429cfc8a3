/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import org.springframework.http.HttpStatus;

/**
 * A request of the page that cannot be carried out.
 */
final class DemoException extends RuntimeException {

	private final HttpStatus status;

	private final String error;

	private final String text;

	private DemoException(HttpStatus status, String error, String text) {
		super(text);
		this.status = status;
		this.error = error;
		this.text = text;
	}

	static DemoException invalid(String text) {
		return new DemoException(HttpStatus.BAD_REQUEST, "invalid_request", text);
	}

	static DemoException noSession() {
		return new DemoException(HttpStatus.UNAUTHORIZED, "no_session", "This session of the demo has ended.");
	}

	static DemoException noNote() {
		return new DemoException(HttpStatus.NOT_FOUND, "no_note", "This note was deleted meanwhile.");
	}

	static DemoException full(int sessions) {
		return new DemoException(HttpStatus.SERVICE_UNAVAILABLE, "demo_full", "The demo is in use by " + sessions
				+ " browsers, which is its limit (sample.demo.max-sessions). Try again in some minutes.");
	}

	static DemoException broken() {
		return new DemoException(HttpStatus.CONFLICT, "phone_broken",
				"The file of this phone cannot be used. Reinstall the phone.");
	}

	static DemoException tooMuch(String text) {
		return new DemoException(HttpStatus.TOO_MANY_REQUESTS, "limit_reached", text);
	}

	HttpStatus status() {
		return this.status;
	}

	String error() {
		return this.error;
	}

	String text() {
		return this.text;
	}

}
