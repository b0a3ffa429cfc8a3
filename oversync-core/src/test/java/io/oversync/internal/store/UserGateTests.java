/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import io.oversync.protocol.Deadline;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class UserGateTests {

	private static final Deadline LONG = Deadline.in(Duration.ofMinutes(1));

	private final UserGate gate = new UserGate(2, 3);

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final CountDownLatch release = new CountDownLatch(1);

	private final List<String> started = Collections.synchronizedList(new ArrayList<>());

	@AfterEach
	void stop() {
		this.release.countDown();
		this.threads.shutdown();
	}

	private Future<String> exclusive(String name) {
		return this.threads.submit(() -> this.gate.exclusive("ann", LONG, () -> hold(name)));
	}

	private Future<String> shared(String name) {
		return this.threads.submit(() -> this.gate.shared("ann", LONG, () -> hold(name)));
	}

	private String hold(String name) {
		this.started.add(name);
		await(this.release);
		return name;
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void awaitWaiting(int count) {
		Awaitility.await().until(() -> this.gate.waiting("ann") == count);
	}

	private void awaitStarted(String... names) {
		Awaitility.await().untilAsserted(() -> assertThat(this.started).containsExactly(names));
	}

	@Test
	void downloadsGoOnBesideASlowUploadAndOtherUploadsWait() {
		exclusive("first upload");
		awaitStarted("first upload");
		exclusive("second upload");
		awaitWaiting(1);
		shared("download");
		awaitStarted("first upload", "download");
		assertThat(this.gate.waiting("ann")).isEqualTo(1);
	}

	@Test
	void otherUsersDoNotWait() {
		exclusive("upload");
		shared("download");
		Awaitility.await().until(() -> this.started.size() == 2);
		assertThat(this.gate.exclusive("ben", LONG, () -> "done")).isEqualTo("done");
	}

	@Test
	void turnsComeInOrder() throws Exception {
		shared("a");
		shared("b");
		Awaitility.await().until(() -> this.started.size() == 2);
		List<Future<String>> waiting = new ArrayList<>();
		for (String name : List.of("c", "d", "e")) {
			waiting.add(exclusive(name));
			awaitWaiting(waiting.size());
		}
		this.release.countDown();
		for (Future<String> future : waiting) {
			future.get();
		}
		assertThat(this.started.subList(2, 5)).containsExactly("c", "d", "e");
	}

	@Test
	void whatIsTooMuchIsToldToComeAgainAtOnce() {
		exclusive("upload");
		awaitStarted("upload");
		for (int i = 1; i <= 3; i++) {
			exclusive("more");
			awaitWaiting(i);
		}
		long start = System.nanoTime();
		assertUnavailable(LONG, "Too many requests of this user wait already");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
		assertThat(this.gate.waiting("ann")).isEqualTo(3);
	}

	@Test
	void waitsNoLongerThanItsDeadline() {
		exclusive("upload");
		awaitStarted("upload");
		assertUnavailable(Deadline.in(Duration.ofMillis(50)), "Other requests of this user took too long");
		assertThat(this.gate.waiting("ann")).isZero();
	}

	private void assertUnavailable(Deadline deadline, String message) {
		assertThatExceptionOfType(SyncException.class)
			.isThrownBy(() -> this.gate.exclusive("ann", deadline, () -> "never"))
			.withMessageStartingWith(message)
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
	}

	@Test
	void workThatFailsGivesItsTurnBack() {
		for (int i = 0; i < 5; i++) {
			assertThatIllegalStateException().isThrownBy(() -> this.gate.exclusive("ann", LONG, () -> {
				throw new IllegalStateException("failed");
			}));
		}
		assertThat(this.gate.users()).isZero();
	}

	@Test
	void anInterruptedThreadStopsWaitingAndStaysInterrupted() throws Exception {
		exclusive("upload");
		awaitStarted("upload");
		boolean[] interrupted = new boolean[1];
		Thread waiting = new Thread(() -> {
			assertUnavailable(LONG, "The server is shutting down");
			interrupted[0] = Thread.currentThread().isInterrupted();
		});
		waiting.start();
		awaitWaiting(1);
		waiting.interrupt();
		waiting.join();
		assertThat(interrupted[0]).isTrue();
		assertThat(this.gate.waiting("ann")).isZero();
	}

	/** Failures, interrupts and deadlines in any order. */
	@Test
	void nothingIsLeftOfUsersWhoAreGone() throws Exception {
		AtomicInteger running = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		List<Future<?>> all = new ArrayList<>();
		for (int i = 0; i < 2000; i++) {
			int number = i;
			all.add(this.threads.submit(() -> {
				if (number % 7 == 0) {
					Thread.currentThread().interrupt();
				}
				Deadline deadline = (number % 5 == 0) ? Deadline.in(Duration.ofNanos(number)) : LONG;
				if (number % 2 == 0) {
					return this.gate.shared("ann", deadline, () -> count(running, most, number));
				}
				return this.gate.exclusive("ann", deadline, () -> count(running, most, number));
			}));
		}
		for (Future<?> future : all) {
			try {
				future.get();
			}
			catch (java.util.concurrent.ExecutionException ex) {
				assertThat(ex.getCause()).isInstanceOfAny(SyncException.class, IllegalStateException.class);
			}
		}
		assertThat(most).hasValueBetween(1, 2);
		assertThat(this.gate.users()).isZero();
		assertThat(this.gate.exclusive("ann", LONG, () -> "free")).isEqualTo("free");
	}

	private static int count(AtomicInteger running, AtomicInteger most, int number) {
		most.accumulateAndGet(running.incrementAndGet(), Math::max);
		Thread.yield();
		running.decrementAndGet();
		if (number % 3 == 0) {
			throw new IllegalStateException("failed");
		}
		return number;
	}

}
