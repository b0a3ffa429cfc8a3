/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.web.bind.annotation.RestController;

/**
 * Answers requests below the base path that match no endpoint, neither of sync nor of the
 * application.
 */
@RestController
final class FallbackController {

	void notFound(HttpServletRequest request, HttpServletResponse response) {
		throw new SyncException(ErrorCode.NOT_FOUND, "There is no such endpoint");
	}

}
