/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample;

import java.util.Locale;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The container's answer to errors that nothing else answered:
 * {@code {"error":…,"message":…}} with the status alone, no paths, exceptions or stack
 * traces.
 */
@RestController
class ErrorAnswer implements ErrorController {

	@RequestMapping("/error")
	ResponseEntity<Problem> error(HttpServletRequest request) {
		Object code = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
		HttpStatus resolved = (code instanceof Integer number) ? HttpStatus.resolve(number) : HttpStatus.NOT_FOUND;
		HttpStatus status = (resolved != null) ? resolved : HttpStatus.INTERNAL_SERVER_ERROR;
		return ResponseEntity.status(status)
			.contentType(MediaType.APPLICATION_JSON)
			.body(new Problem(error(status), status.getReasonPhrase()));
	}

	/** The sync endpoints use a code of their own for the first. */
	private static String error(HttpStatus status) {
		return (status == HttpStatus.BAD_REQUEST) ? "invalid_request" : status.name().toLowerCase(Locale.ROOT);
	}

}
