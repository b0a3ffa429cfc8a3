/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Tag("prove")
class MemoryBudgetTests {

	private static final long MEGABYTE = 1 << 20;

	private final AtomicLong clock = new AtomicLong();

	private final MemoryBudget budget = budget(10);

	private MemoryBudget budget(int megabytes) {
		return new MemoryBudget(megabytes * MEGABYTE, this.clock::get);
	}

	@Test
	void allIsGivenBack() {
		for (int i = 0; i < 100; i++) {
			try (MemoryBudget.Reservation reservation = this.budget.open("ann")) {
				for (int step = 0; step < 1000; step++) {
					reservation.grow(i * 70L);
				}
				assertThat(this.budget.free()).isLessThanOrEqualTo(10 * MEGABYTE - i * 70_000L);
			}
		}
		assertThat(this.budget.free()).isEqualTo(10 * MEGABYTE);
	}

	@Test
	void whatNeverFitsIsTooLarge() {
		try (MemoryBudget.Reservation reservation = this.budget.open("ann")) {
			reservation.grow(7 * MEGABYTE);
			assertThatExceptionOfType(SyncException.class).isThrownBy(() -> reservation.grow(MEGABYTE))
				.withMessageContaining("send smaller uploads")
				.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.REQUEST_TOO_LARGE));
		}
		assertThat(this.budget.free()).isEqualTo(10 * MEGABYTE);
	}

	@Test
	void whatDoesNotFitBesideOthersWaitsForThem() throws Exception {
		CompletableFuture<Void> second;
		try (MemoryBudget.Reservation first = this.budget.open("ann")) {
			first.grow(6 * MEGABYTE);
			second = CompletableFuture.runAsync(() -> {
				try (MemoryBudget.Reservation reservation = this.budget.open("ann")) {
					reservation.grow(6 * MEGABYTE);
				}
			});
		}
		second.get(10, TimeUnit.SECONDS);
		assertThat(this.budget.free()).isEqualTo(10 * MEGABYTE);
	}

	@Test
	void butNotForLong() {
		try (MemoryBudget.Reservation first = this.budget.open("ann");
				MemoryBudget.Reservation second = this.budget.open("ben")) {
			first.grow(6 * MEGABYTE);
			assertThatExceptionOfType(SyncException.class).isThrownBy(() -> second.grow(6 * MEGABYTE))
				.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
		}
		assertThat(this.budget.free()).isEqualTo(10 * MEGABYTE);
	}

	@Test
	void aPartIsLeftToSmallUploads() {
		try (MemoryBudget.Reservation first = this.budget.open("ann");
				MemoryBudget.Reservation second = this.budget.open("ben");
				MemoryBudget.Reservation small = this.budget.open("cat")) {
			first.grow(7 * MEGABYTE);
			assertThatExceptionOfType(SyncException.class).isThrownBy(() -> second.grow(2 * MEGABYTE))
				.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
			small.grow(MEGABYTE / 2);
		}
		assertThat(this.budget.free()).isEqualTo(10 * MEGABYTE);
	}

	@Test
	void aPartIsLeftToOtherUsers() {
		try (MemoryBudget.Reservation first = this.budget.open("ann");
				MemoryBudget.Reservation second = this.budget.open("ann");
				MemoryBudget.Reservation other = this.budget.open("ben")) {
			first.grow(7 * MEGABYTE);
			assertThatExceptionOfType(SyncException.class).isThrownBy(() -> second.grow(MEGABYTE))
				.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
			other.grow(MEGABYTE / 2);
			assertThat(this.budget.users()).isEqualTo(2);
		}
		assertThat(this.budget.users()).isZero();
		assertThat(this.budget.free()).isEqualTo(10 * MEGABYTE);
	}

	@Test
	void whatWasNotNeededIsGivenBackOnceAllIsRead() {
		try (MemoryBudget.Reservation reservation = this.budget.open("ann")) {
			reservation.grow(MEGABYTE * 3 / 2);
			assertThat(this.budget.free()).isEqualTo(6 * MEGABYTE);
			reservation.settle();
			assertThat(this.budget.free()).isEqualTo(10 * MEGABYTE - MEGABYTE * 3 / 2);
		}
		assertThat(this.budget.free()).isEqualTo(10 * MEGABYTE);
		assertThat(this.budget.users()).isZero();
	}

	/**
	 * Each has a part of its memory, and together they leave too little for any of them:
	 * without intervention all would wait until they are refused.
	 */
	@Test
	void fewAreRefusedWhenAllWaitForEachOther() throws Exception {
		MemoryBudget budget = budget(64);
		int uploads = 60;
		CountDownLatch started = new CountDownLatch(uploads);
		List<CompletableFuture<Boolean>> all = new ArrayList<>();
		ExecutorService threads = Executors.newFixedThreadPool(uploads);
		for (int i = 0; i < uploads; i++) {
			String user = "user" + i;
			all.add(CompletableFuture.supplyAsync(() -> upload(budget, user, started), threads));
		}
		int refused = 0;
		for (CompletableFuture<Boolean> upload : all) {
			refused += upload.get(60, TimeUnit.SECONDS) ? 0 : 1;
		}
		threads.shutdown();
		// 4 MB are free; the first large one needs 3 and must leave 8
		assertThat(refused).isBetween(1, 8);
		assertThat(budget.free()).isEqualTo(64 * MEGABYTE);
	}

	private static boolean upload(MemoryBudget budget, String user, CountDownLatch started) {
		try (MemoryBudget.Reservation reservation = budget.open(user)) {
			reservation.grow(MEGABYTE * 15 / 16);
			started.countDown();
			started.await();
			for (int step = 0; step < 40; step++) {
				reservation.grow(MEGABYTE / 20);
				Thread.yield();
			}
			reservation.settle();
			return true;
		}
		catch (SyncException ex) {
			assertThat(ex.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE);
			return false;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void aFewUsersWithManyUploadsLeaveAsMuchToTheOthers() {
		MemoryBudget budget = budget(64);
		List<MemoryBudget.Reservation> all = new ArrayList<>();
		for (String user : List.of("ann", "ben")) {
			for (int upload = 0; upload < 3; upload++) {
				MemoryBudget.Reservation reservation = budget.open(user);
				all.add(reservation);
				try {
					reservation.grow(6 * MEGABYTE);
				}
				catch (SyncException ex) {
					break;
				}
			}
		}
		assertThat(budget.free()).isGreaterThanOrEqualTo(16 * MEGABYTE);
		try (MemoryBudget.Reservation other = budget.open("cat")) {
			other.grow(8 * MEGABYTE);
		}
		all.forEach(MemoryBudget.Reservation::close);
		assertThat(budget.free()).isEqualTo(64 * MEGABYTE);
	}

	@Test
	void theLastIsRefusedAtOnceWhenAllWait() throws Exception {
		MemoryBudget budget = budget(16);
		try (MemoryBudget.Reservation first = budget.open("ann"); MemoryBudget.Reservation last = budget.open("ben")) {
			first.grow(8 * MEGABYTE);
			last.grow(4 * MEGABYTE);
			CompletableFuture<Void> more = CompletableFuture.runAsync(() -> first.grow(MEGABYTE));
			Awaitility.await().until(first::isWaiting);
			assertThatExceptionOfType(SyncException.class).isThrownBy(() -> last.grow(4 * MEGABYTE))
				.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
			assertThat(more).isNotDone();
			last.close();
			more.get(20, TimeUnit.SECONDS);
		}
		assertThat(budget.free()).isEqualTo(16 * MEGABYTE);
	}

	private static void assertGivesWay(MemoryBudget.Reservation reservation) {
		assertThatExceptionOfType(SyncException.class).isThrownBy(() -> reservation.grow(1))
			.withMessageContaining("slowly")
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
		reservation.close();
	}

	@Test
	void theOldestThatComesInGivesWayToAUserWhoHasLess() throws Exception {
		MemoryBudget budget = budget(32);
		try (MemoryBudget.Reservation read = budget.open("zoe");
				MemoryBudget.Reservation oldest = budget.open("ann");
				MemoryBudget.Reservation other = budget.open("ben");
				MemoryBudget.Reservation late = budget.open("cat")) {
			read.grow(4 * MEGABYTE);
			read.settle();
			oldest.grow(7 * MEGABYTE);
			other.grow(15 * MEGABYTE);
			this.clock.addAndGet(Duration.ofMillis(3001).toNanos());
			CompletableFuture<Void> small = CompletableFuture.runAsync(() -> late.grow(2 * MEGABYTE));
			Awaitility.await().until(late::isWaiting);
			assertGivesWay(oldest);
			small.get(20, TimeUnit.SECONDS);
			other.grow(1);
		}
		assertThat(budget.free()).isEqualTo(32 * MEGABYTE);
	}

	@Test
	void youngOnesAndThoseOfUsersWithLessDoNot() {
		MemoryBudget budget = budget(32);
		try (MemoryBudget.Reservation slow = budget.open("ann"); MemoryBudget.Reservation large = budget.open("ben")) {
			slow.grow(3 * MEGABYTE);
			large.grow(15 * MEGABYTE);
			refuses(budget, 12 * MEGABYTE);
			this.clock.addAndGet(Duration.ofSeconds(19).toNanos());
			refuses(budget, 20 * MEGABYTE);
			slow.grow(1);
			large.grow(1);
			this.clock.addAndGet(Duration.ofSeconds(2).toNanos());
			refuses(budget, 20 * MEGABYTE);
			assertGivesWay(slow);
			assertGivesWay(large);
		}
	}

	private static void refuses(MemoryBudget budget, long bytes) {
		try (MemoryBudget.Reservation late = budget.open("late")) {
			assertThatExceptionOfType(SyncException.class).isThrownBy(() -> late.grow(bytes))
				.withMessageContaining("busy")
				.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
		}
	}

}
