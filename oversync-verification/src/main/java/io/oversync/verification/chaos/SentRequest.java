/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request of a device that reached the server.
 *
 * @param device its id
 * @param what the method and where to
 * @param status the answer, 0 if none came or not all of it
 * @param started when it was sent to the server, in {@link System#nanoTime}
 * @param ended when it was answered
 */
record SentRequest(String device, String what, int status, long started, long ended) {

	static final int OK = 200;

	/** Tombstones have expired that the device does not know. */
	static final int GONE = 410;

	private static final Pattern AFTER = Pattern.compile("[?&]after=(\\d+)");

	static SentRequest of(String device, Delivery delivery) {
		return new SentRequest(device, delivery.method() + " " + delivery.pathAndQuery(), delivery.status(),
				delivery.started(), delivery.ended());
	}

	/**
	 * Returns the position after which a device that has everything up to there asks for
	 * rows, -1 if it does not ask for any.
	 */
	long cursor() {
		Matcher after = AFTER.matcher(this.what);
		boolean rows = (this.what.contains("/download") || this.what.contains("/changes"))
				&& !this.what.contains("peek=true");
		return (rows && after.find()) ? Long.parseLong(after.group(1)) : -1;
	}

}
