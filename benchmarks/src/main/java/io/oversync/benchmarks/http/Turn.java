/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.List;
import java.util.stream.DoubleStream;

/**
 * What a load has done in its turn.
 *
 * @param perSecond changes or rows, of all clients
 * @param millis of each request
 * @param seconds how long it took
 * @param cpu what was used meanwhile
 */
record Turn(double perSecond, double[] millis, double seconds, Cpu cpu) {

	/** Each client counts until its own last answer: none is measured while it rests. */
	static Turn of(List<Lane.Stint> stints, Cpu cpu) {
		return new Turn(stints.stream().mapToDouble((stint) -> stint.items() / stint.seconds()).sum(),
				stints.stream().flatMapToDouble((stint) -> DoubleStream.of(stint.millis())).toArray(),
				stints.stream().mapToDouble(Lane.Stint::seconds).max().orElseThrow(), cpu);
	}

}
