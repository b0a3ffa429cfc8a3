/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.oversync.internal.console.OperatorJobs.Job;
import io.oversync.internal.console.OperatorJobs.State;
import io.oversync.internal.console.OperatorJobs.Task;
import io.oversync.service.SyncChecks.Progress;
import io.oversync.service.SyncChecks.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

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
	void aCheckSaysHowFarItIsAndEndsWhenCancelled() {
		AtomicInteger users = new AtomicInteger();
		long number = this.jobs.start(TASK, "ann", (run) -> {
			await().until(() -> !run.goesOn(new Progress(users.incrementAndGet(), 1000, 0, 0)));
			return new Result(users.get(), 5, 0, 0, false);
		}).number();
		await().until(() -> last().progress() != null && last().progress().users() > 1);
		assertThat(last().cancelledBy()).isNull();
		assertThat(this.jobs.cancel(number + 1, "ben")).isFalse();
		assertThat(this.jobs.cancel(number, "ben")).isTrue();
		await().until(() -> last().state() == State.CANCELLED);
		assertThat(last().cancelledBy()).isEqualTo("ben");
		assertThat(last().result()).isEqualTo(new Result(users.get(), 5, 0, 0, false));
		assertThat(this.jobs.cancel(number, "ben")).isFalse();
		this.jobs.start(TASK, "ann", (run) -> "the next one");
		await().until(() -> last().state() == State.DONE);
		assertThat(last().cancelledBy()).isNull();
	}

	@Test
	void aCheckThatEndsBeforeItNoticesIsDone() {
		CountDownLatch cancelled = new CountDownLatch(1);
		long number = this.jobs.start(TASK, "ann", (run) -> {
			await().until(() -> cancelled.getCount() == 0);
			return new Result(1, 5, 0, 0);
		}).number();
		assertThat(this.jobs.cancel(number, "ben")).isTrue();
		cancelled.countDown();
		await().until(() -> last().state() == State.DONE);
	}

	@Test
	void aCheckDoesNotGoOnForever() {
		AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
		Clock clock = new Clock() {

			@Override
			public ZoneId getZone() {
				return ZoneOffset.UTC;
			}

			@Override
			public Clock withZone(ZoneId zone) {
				return this;
			}

			@Override
			public Instant instant() {
				return now.get();
			}

		};
		OperatorJobs limited = new OperatorJobs(clock);
		limited.start(TASK, "ann", (run) -> {
			assertThat(run.goesOn(new Progress(1, 2, 0, 0))).isTrue();
			now.set(Instant.EPOCH.plus(OperatorJobs.LONGEST_CHECK));
			assertThat(run.goesOn(new Progress(1, 2, 0, 0))).isTrue();
			now.set(now.get().plusMillis(1));
			return new Result(1, 5, 0, 0, run.goesOn(new Progress(1, 2, 0, 0)));
		});
		await().until(() -> limited.last().get(0).state() == State.OUT_OF_TIME);
		assertThat(limited.last().get(0).progress()).isEqualTo(new Progress(1, 2, 0, 0));
	}

	@Test
	void otherJobsCannotBeCancelled() {
		CountDownLatch end = new CountDownLatch(1);
		long number = this.jobs.start(new Task("compact", null, "ann", 100), "ann", (run) -> {
			await().until(() -> end.getCount() == 0);
			return "result";
		}).number();
		assertThatIllegalStateException().isThrownBy(() -> this.jobs.cancel(number, "ben"))
			.withMessageContaining("Only checks");
		end.countDown();
		await().until(() -> last().state() == State.DONE);
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
	@ExtendWith(OutputCaptureExtension.class)
	void aNameCannotForgeALineOfTheLog(CapturedOutput output) {
		Task forged = new Task("check", "app.note", "ann\nWARN operator 'ben', forget device", 100);
		this.jobs.start(forged, "ann", (rows) -> {
			throw new IllegalStateException("the table cannot be read");
		});
		await().until(() -> last().state() == State.FAILED);
		assertThat(output.getAll().lines()).noneMatch((line) -> line.startsWith("WARN operator 'ben'"));
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
