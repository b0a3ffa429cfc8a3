/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class Uuid7Tests {

	private static LongSupplier values(Long... values) {
		Iterator<Long> iterator = List.of(values).iterator();
		return iterator::next;
	}

	/** The example of RFC 9562, appendix A.6, but for the counter's highest bit. */
	@Test
	void hasTheLayoutOfTheStandard() {
		Uuid7 generator = new Uuid7(() -> 0x017F22E279B0L, values(0x4C3L, 0x18C4DC0C0C07398FL));
		assertThat(generator.generate()).hasToString("017f22e2-79b0-74c3-98c4-dc0c0c07398f");
	}

	@Test
	void countsWithinAMillisecond() {
		Uuid7 generator = new Uuid7(() -> 1, () -> 0);
		assertThat(List.of(generator.generate(), generator.generate(), generator.generate())).extracting(UUID::toString)
			.containsExactly("00000000-0001-7000-8000-000000000000", "00000000-0001-7001-8000-000000000000",
					"00000000-0001-7002-8000-000000000000");
	}

	@Test
	void borrowsFromTheNextMillisecondWhenTheCounterOverflows() {
		Uuid7 generator = new Uuid7(() -> 1, () -> -1);
		UUID last = generator.generate();
		assertThat(last).hasToString("00000000-0001-77ff-bfff-ffffffffffff");
		for (int i = 0; i <= 0x800; i++) {
			last = generator.generate();
		}
		assertThat(last).hasToString("00000000-0002-7000-bfff-ffffffffffff");
	}

	@Test
	void goesOnFromTheLastTimeWhenTheClockGoesBack() {
		Uuid7 generator = new Uuid7(values(9L, 3L, 10L), () -> 0);
		assertThat(List.of(generator.generate(), generator.generate(), generator.generate())).extracting(UUID::toString)
			.containsExactly("00000000-0009-7000-8000-000000000000", "00000000-0009-7001-8000-000000000000",
					"00000000-000a-7000-8000-000000000000");
	}

	@Test
	void threadsShareOneOrder() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(4);
		List<Future<List<String>>> running = new ArrayList<>();
		for (int thread = 0; thread < 4; thread++) {
			running.add(threads.submit(() -> {
				List<String> made = new ArrayList<>();
				for (int i = 0; i < 20_000; i++) {
					made.add(Uuid7.next().toString());
				}
				return made;
			}));
		}
		Set<String> all = new HashSet<>();
		for (Future<List<String>> made : running) {
			assertThat(made.get()).isSorted();
			all.addAll(made.get());
		}
		threads.shutdown();
		assertThat(all).hasSize(80_000);
		assertThat(Uuid7.next().toString()).isGreaterThan(Collections.max(all));
	}

	@Test
	void startsWithTheTimeOfNow() {
		long before = System.currentTimeMillis();
		assertThat(new Uuid7(System::currentTimeMillis, () -> 0).generate().getMostSignificantBits() >>> 16)
			.isBetween(before, System.currentTimeMillis());
	}

}
