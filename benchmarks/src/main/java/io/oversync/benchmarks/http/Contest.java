/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.ArrayList;
import java.util.List;

/**
 * Loads that are compared.
 *
 * @param entrants what is measured, each by itself
 * @param denominator what each is measured by
 */
record Contest(List<Entrant> entrants, Load<?> denominator) implements AutoCloseable {

	Contest(Load<?> ours, Load<?> denominator) {
		this(List.of(new Entrant("", ours)), denominator);
	}

	List<Load<?>> loads() {
		List<Load<?>> loads = new ArrayList<>();
		this.entrants.forEach((entrant) -> loads.add(entrant.load()));
		loads.add(this.denominator);
		return loads;
	}

	@Override
	public void close() throws Exception {
		for (Load<?> load : loads()) {
			load.close();
		}
	}

}
