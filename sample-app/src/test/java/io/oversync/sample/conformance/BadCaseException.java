/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

/**
 * The case itself is wrong, so that the server cannot be judged.
 */
class BadCaseException extends RuntimeException {

	BadCaseException(String message) {
		super(message);
	}

}
