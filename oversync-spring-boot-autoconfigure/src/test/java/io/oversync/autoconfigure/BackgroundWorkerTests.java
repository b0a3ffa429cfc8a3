/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Work that goes on after failures, and ends with the application.
 */
@ExtendWith(OutputCaptureExtension.class)
class BackgroundWorkerTests {

	private static final Duration DELAY = Duration.ofMillis(5);

	@Test
	void worksFromTimeToTimeAlsoAfterAFailure() throws Exception {
		CountDownLatch runs = new CountDownLatch(3);
		BackgroundWorker worker = new BackgroundWorker("test", DELAY, () -> {
			runs.countDown();
			if (runs.getCount() == 2) {
				throw new IllegalStateException("Once");
			}
		}, "The test failed");
		assertThat(worker.isAutoStartup()).isTrue();
		worker.start();
		assertThat(runs.await(1, TimeUnit.MINUTES)).isTrue();
		worker.stop();
		assertThat(worker.isRunning()).isFalse();
	}

	@ParameterizedTest
	@EnumSource(names = { "TEMPORARILY_UNAVAILABLE", "INTERNAL_ERROR" })
	void aDatabaseThatIsBusyIsOneLineInTheLog(ErrorCode code, CapturedOutput output) throws Exception {
		CountDownLatch runs = new CountDownLatch(3);
		BackgroundWorker worker = new BackgroundWorker("test", DELAY, () -> {
			runs.countDown();
			throw new SyncException(code, "Of no use", new IllegalStateException("No connection"));
		}, "The test failed");
		worker.start();
		assertThat(runs.await(1, TimeUnit.MINUTES)).isTrue();
		worker.stop();
		assertThat(output.toString().lines().filter((line) -> line.contains("The test failed"))).hasSize(1);
		boolean busy = code == ErrorCode.TEMPORARILY_UNAVAILABLE;
		assertThat(output.toString().contains("The test failed: Of no use [No connection]")).isEqualTo(busy);
		assertThat(output.toString().contains("\tat io.oversync")).isEqualTo(!busy);
	}

	@Test
	void cutsWorkOffWhenTheApplicationStops() throws Exception {
		CountDownLatch begun = new CountDownLatch(1);
		AtomicInteger cut = new AtomicInteger();
		BackgroundWorker worker = new BackgroundWorker("test", DELAY, () -> {
			begun.countDown();
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				cut.incrementAndGet();
			}
		}, "The test failed");
		worker.start();
		assertThat(begun.await(1, TimeUnit.MINUTES)).isTrue();
		worker.stop();
		assertThat(cut).hasValue(1);
	}

	@Test
	void endsWithTheLastWork() throws Exception {
		CountDownLatch begun = new CountDownLatch(1);
		AtomicInteger last = new AtomicInteger();
		BackgroundWorker worker = new BackgroundWorker("test", DELAY, begun::countDown, last::incrementAndGet,
				"The test failed");
		worker.start();
		assertThat(begun.await(1, TimeUnit.MINUTES)).isTrue();
		worker.stop();
		assertThat(last).hasValue(1);
	}

	@Test
	void doesNothingWithoutWork() {
		assertThat(new BackgroundWorker("test", DELAY, null, "The test failed").isAutoStartup()).isFalse();
	}

}
