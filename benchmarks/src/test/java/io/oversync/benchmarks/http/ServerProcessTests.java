/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ServerProcessTests {

	@Test
	void findsTheMostBeforeAndAfterCollections() {
		assertThat(ServerProcess.Heap.parse(List.of("[0.010s][info][gc] Using G1",
				"[0.9s][info][gc] GC(0) Pause Young (Normal) (G1 Evacuation Pause) 120M->30M(256M) 5.001ms",
				"[1.2s][info][gc] GC(1) Concurrent Mark Cycle",
				"[1.9s][info][gc] GC(2) Pause Young (Normal) (G1 Evacuation Pause) 90M->41M(256M) 5.001ms")))
			.isEqualTo(new ServerProcess.Heap(120, 41));
	}

	@Test
	void theHeapIsEmptyWithoutCollections() {
		assertThat(ServerProcess.Heap.parse(List.of())).isEqualTo(new ServerProcess.Heap(0, 0));
	}

}
