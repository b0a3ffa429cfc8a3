/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import io.oversync.internal.catalog.OversyncStartupException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Prints the problem and its remedy instead of a stack trace. Ordered before the analyzer
 * of binding failures, whose message about a bad property says less.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 100)
class OversyncStartupFailureAnalyzer extends AbstractFailureAnalyzer<OversyncStartupException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, OversyncStartupException cause) {
		return new FailureAnalysis(cause.getProblem(), cause.getAction(), cause);
	}

}
