/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

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

	static SentRequest of(String device, Delivery delivery) {
		return new SentRequest(device, delivery.method() + " " + delivery.pathAndQuery(), delivery.status(),
				delivery.started(), delivery.ended());
	}

}
