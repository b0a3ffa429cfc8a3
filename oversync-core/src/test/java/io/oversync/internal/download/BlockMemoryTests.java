/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.download;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

import io.oversync.internal.download.BlockMemory.Reservation;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class BlockMemoryTests {

	private final AtomicLong clock = new AtomicLong();

	private final BlockMemory memory = new BlockMemory(100, Duration.ofMillis(1), this.clock::get);

	private void refuses(String user, long bytes) {
		assertThatExceptionOfType(SyncException.class).isThrownBy(() -> this.memory.reserveFirst(user, bytes))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
	}

	@Test
	void givesOneUserAQuarter() {
		this.memory.reserveFirst("ann", 20);
		refuses("ann", 6);
		this.memory.reserveFirst("ann", 5);
		this.memory.reserveFirst("bob", 25);
		assertThat(this.memory.reserved()).isEqualTo(50);
	}

	@Test
	void givesOneUserALargeBlockButNothingBesideIt() {
		this.memory.reserveFirst("ann", 60);
		refuses("ann", 1);
		refuses("bob", 41);
		this.memory.reserveFirst("bob", 40);
		refuses("carl", 1);
	}

	@Test
	void admitsABlockThatIsTooLargeByItself() {
		Reservation small = this.memory.reserveFirst("ann", 1);
		refuses("bob", 1000);
		small.close();
		try (Reservation large = this.memory.reserveFirst("bob", 1000)) {
			refuses("ann", 1);
		}
		assertThat(this.memory.reserved()).isZero();
	}

	@Test
	void takesBackWhatIsNotNeededOnce() {
		try (Reservation reservation = this.memory.reserveFirst("ann", 25)) {
			reservation.shrinkTo(10);
			reservation.shrinkTo(20);
			assertThat(this.memory.reserved()).isEqualTo(10);
		}
		assertThat(this.memory.reserved()).isZero();
	}

	@Test
	void waitsForOthers() {
		BlockMemory patient = new BlockMemory(100, Duration.ofMinutes(1), this.clock::get);
		Reservation held = patient.reserve("ann", 25);
		CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> patient.reserve("ann", 25).close());
		held.close();
		assertThat(waiting).succeedsWithin(Duration.ofSeconds(30));
		assertThat(patient.reserved()).isZero();
	}

	@Test
	void leavesAQuarterToFirstBlocks() {
		for (int i = 0; i < 3; i++) {
			this.memory.reserve("user" + i, 25);
		}
		assertThatExceptionOfType(SyncException.class).isThrownBy(() -> this.memory.reserve("ann", 1));
		this.memory.reserveFirst("ann", 25);
	}

	@Test
	void theOldestGiveWayToAUserWhoHasLess() {
		List<Reservation> blocks = new ArrayList<>();
		for (String user : List.of("ann", "bob", "carl", "dora")) {
			blocks.add(this.memory.reserveFirst(user, 25));
			this.clock.addAndGet(Duration.ofMillis(700).toNanos());
		}
		refuses("eve", 5);
		blocks.forEach(Reservation::requireKept);
		this.clock.addAndGet(Duration.ofMillis(300).toNanos());
		refuses("eve", 26);
		blocks.forEach(Reservation::requireKept);
		refuses("eve", 5);
		assertThatExceptionOfType(SyncException.class).isThrownBy(blocks.get(0)::requireKept)
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
		refuses("eve", 5);
		blocks.subList(1, 4).forEach(Reservation::requireKept);
		blocks.get(0).close();
		this.memory.reserveFirst("eve", 5);
	}

	@Test
	void veryOldOnesGiveWayToAll() {
		List<Reservation> blocks = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			blocks.add(this.memory.reserveFirst("user" + i, 10));
		}
		this.clock.addAndGet(Duration.ofSeconds(21).toNanos());
		refuses("eve", 25);
		for (Reservation block : blocks.subList(0, 3)) {
			assertThatExceptionOfType(SyncException.class).isThrownBy(block::requireKept);
		}
		blocks.subList(3, 10).forEach(Reservation::requireKept);
	}

	@Test
	void aUsersOwnLimitCutsNoOther() {
		Reservation other = this.memory.reserveFirst("bob", 10);
		this.memory.reserveFirst("ann", 20);
		this.clock.addAndGet(Duration.ofSeconds(21).toNanos());
		refuses("ann", 10);
		other.requireKept();
	}

}
