/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.servlet.HandlerExecutionChain;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

/**
 * Maps the console's paths. Preflight requests, which Spring answers by itself, reach the
 * console as any other: it is not found without the authority.
 */
public final class ConsoleHandlerMapping extends SimpleUrlHandlerMapping {

	/**
	 * Creates the mapping.
	 * @param pattern the paths
	 * @param handler the console
	 * @param order before the application's mappings
	 */
	public ConsoleHandlerMapping(String pattern, ConsoleHandler handler, int order) {
		super(Map.of(pattern, handler), order);
	}

	@Override
	protected HandlerExecutionChain getCorsHandlerExecutionChain(HttpServletRequest request,
			HandlerExecutionChain chain, @Nullable CorsConfiguration configuration) {
		return chain;
	}

}
