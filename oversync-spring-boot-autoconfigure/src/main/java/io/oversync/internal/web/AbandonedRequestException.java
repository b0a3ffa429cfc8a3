/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;

/**
 * A request whose body takes too long. The connection ends with the answer: otherwise the
 * container would read the body for as long as it trickles in.
 */
final class AbandonedRequestException extends SyncException {

	AbandonedRequestException(String message) {
		super(ErrorCode.TEMPORARILY_UNAVAILABLE, message);
	}

}
