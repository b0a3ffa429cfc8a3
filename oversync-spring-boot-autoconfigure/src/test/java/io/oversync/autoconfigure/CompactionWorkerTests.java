/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CompactionWorkerTests {

	private static final Duration INTERVAL = Duration.ofHours(3);

	private static final Duration TICK = Duration.ofMillis(5);

	@Test
	void compactsFromTimeToTimeAlsoAfterAFailure() throws Exception {
		CountDownLatch runs = new CountDownLatch(3);
		CompactionWorker worker = new CompactionWorker((interval) -> {
			assertThat(interval).isEqualTo(INTERVAL);
			runs.countDown();
			if (runs.getCount() == 2) {
				throw new IllegalStateException("Once");
			}
			return 1;
		}, INTERVAL, TICK);
		assertThat(worker.isAutoStartup()).isTrue();
		worker.start();
		assertThat(runs.await(1, TimeUnit.MINUTES)).isTrue();
		worker.stop();
		assertThat(worker.isRunning()).isFalse();
	}

	@Test
	void cutsACompactionOffWhenTheApplicationStops() throws Exception {
		CountDownLatch begun = new CountDownLatch(1);
		AtomicInteger cut = new AtomicInteger();
		CompactionWorker worker = new CompactionWorker((interval) -> {
			begun.countDown();
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				cut.incrementAndGet();
			}
			return 0;
		}, INTERVAL, TICK);
		worker.start();
		assertThat(begun.await(1, TimeUnit.MINUTES)).isTrue();
		worker.stop();
		assertThat(cut).hasValue(1);
	}

	@Test
	void doesNothingUnlessItIsEnabled() {
		assertThat(new CompactionWorker(null, INTERVAL).isAutoStartup()).isFalse();
	}

}
