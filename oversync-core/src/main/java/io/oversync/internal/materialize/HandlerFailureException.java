/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import io.oversync.materialize.MaterializationHandler;

/**
 * The failure of a {@link MaterializationHandler}: an exception, or a transaction that it
 * marked. Distinguishes it from the engine's own errors, which judge no row.
 */
final class HandlerFailureException extends RuntimeException {

	HandlerFailureException(Throwable cause) {
		super("A materialization handler failed", cause);
	}

	HandlerFailureException(String message) {
		super(message);
	}

}
