/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.function.Consumer;

/**
 * The rule for devices that were revoked: each request is refused, on every node, until
 * the device is let in again.
 */
final class RevocationRule {

	private static final int OK = 200;

	private static final int NOT_OK = 300;

	private RevocationRule() {
	}

	static void areRefused(History history, Consumer<String> violations) {
		for (Revocation revocation : history.evidence().revocations()) {
			for (SentRequest request : history.evidence().requests()) {
				if (request.device().equals(revocation.device()) && request.status() >= OK && request.status() < NOT_OK
						&& request.started() >= revocation.from() && request.ended() <= revocation.until()) {
					violations.accept(request.device() + " was revoked, and " + request.what() + " was answered "
							+ request.status());
				}
			}
		}
	}

}
