/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.util.Set;
import java.util.stream.Collectors;

import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/**
 * Answers the methods that an endpoint lacks: OPTIONS with the list of its methods, all
 * others with an error.
 */
@RestController
final class OtherMethods {

	private final String methods;

	/**
	 * Creates it.
	 * @param methods those of the endpoint
	 */
	OtherMethods(Set<RequestMethod> methods) {
		this.methods = methods.stream().map(RequestMethod::name).collect(Collectors.joining(", "));
	}

	void answer(HttpServletRequest request, HttpServletResponse response) {
		if (request.getMethod().equals(RequestMethod.OPTIONS.name())) {
			response.setHeader("Allow", this.methods + ", OPTIONS");
			return;
		}
		response.setHeader("Allow", this.methods);
		throw new SyncException(ErrorCode.METHOD_NOT_ALLOWED, "This endpoint does not support " + request.getMethod());
	}

}
