/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

import java.util.ArrayList;
import java.util.List;

/**
 * Rules for every answer, whatever a case expects.
 */
interface AnswerRules {

	/**
	 * Checks one answer.
	 * @param request the request
	 * @param answer the answer
	 * @return the violations, empty if there are none
	 */
	List<Mismatch> check(ApiRequest request, ApiAnswer answer);

	default AnswerRules and(AnswerRules others) {
		return (request, answer) -> {
			List<Mismatch> all = new ArrayList<>(check(request, answer));
			all.addAll(others.check(request, answer));
			return all;
		};
	}

}
