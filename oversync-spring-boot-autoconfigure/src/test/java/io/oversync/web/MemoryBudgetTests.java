package io.oversync.web;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class MemoryBudgetTests {

	private static final long MEGABYTE = 1 << 20;

	private final MemoryBudget budget = new MemoryBudget(10 * MEGABYTE);

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
			other.grow(MEGABYTE * 3 / 2);
			assertThat(this.budget.users()).isEqualTo(2);
		}
		assertThat(this.budget.users()).isZero();
		assertThat(this.budget.free()).isEqualTo(10 * MEGABYTE);
	}

}
