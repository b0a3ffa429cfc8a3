/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import java.time.Clock;
import java.util.concurrent.CountDownLatch;

import io.oversync.internal.console.OperatorJobs.Job;
import io.oversync.internal.console.OperatorJobs.State;
import io.oversync.internal.console.OperatorJobs.Task;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

class OperatorJobsTests {

	private static final Task TASK = new Task("check", "app.note", null, 100);

	private final OperatorJobs jobs = new OperatorJobs(Clock.systemUTC());

	private Job last() {
		return this.jobs.last().get(0);
	}

	@Test
	void oneRunsAtATime() {
		CountDownLatch end = new CountDownLatch(1);
		this.jobs.start(TASK, "ann", (rows) -> {
			await().until(() -> end.getCount() == 0);
			return "result";
		});
		assertThat(last().state()).isEqualTo(State.RUNNING);
		assertThatIllegalStateException().isThrownBy(() -> this.jobs.start(TASK, "ben", (rows) -> "other"))
			.withMessageContaining("Another job is running");
		end.countDown();
		await().until(() -> last().state() == State.DONE);
		assertThat(last().result()).isEqualTo("result");
		assertThat(this.jobs.last()).hasSize(1);
	}

	@Test
	void aFailureIsShown() {
		this.jobs.start(TASK, "ann", (rows) -> {
			throw new IllegalStateException("the table cannot be read");
		});
		await().until(() -> last().state() == State.FAILED);
		assertThat(last().error()).isEqualTo("the table cannot be read");
	}

	@Test
	void theLastOnesAreKept() {
		for (int i = 0; i < 30; i++) {
			int number = i;
			this.jobs.start(TASK, "ann", (rows) -> number);
			await().until(() -> last().state() == State.DONE);
		}
		assertThat(this.jobs.last()).hasSize(20).first().satisfies((job) -> assertThat(job.result()).isEqualTo(29));
	}

}
