package io.oversync.download;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.oversync.download.BlockMemory.Reservation;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class BlockMemoryTests {

	private final BlockMemory memory = new BlockMemory(100, Duration.ofMillis(1));

	private void refuses(String user, long bytes) {
		assertThatExceptionOfType(SyncException.class).isThrownBy(() -> this.memory.reserve(user, bytes))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
	}

	@Test
	void givesOneUserAQuarter() {
		this.memory.reserve("ann", 20);
		refuses("ann", 6);
		this.memory.reserve("ann", 5);
		this.memory.reserve("bob", 25);
		assertThat(this.memory.reserved()).isEqualTo(50);
	}

	@Test
	void givesOneUserALargeBlockButNothingBesideIt() {
		this.memory.reserve("ann", 60);
		refuses("ann", 1);
		refuses("bob", 41);
		this.memory.reserve("bob", 40);
		refuses("carl", 1);
	}

	@Test
	void admitsABlockThatIsTooLargeByItself() {
		Reservation small = this.memory.reserve("ann", 1);
		refuses("bob", 1000);
		small.close();
		try (Reservation large = this.memory.reserve("bob", 1000)) {
			refuses("ann", 1);
		}
		assertThat(this.memory.reserved()).isZero();
	}

	@Test
	void takesBackWhatIsNotNeededOnce() {
		try (Reservation reservation = this.memory.reserve("ann", 25)) {
			reservation.shrinkTo(10);
			reservation.shrinkTo(20);
			assertThat(this.memory.reserved()).isEqualTo(10);
		}
		assertThat(this.memory.reserved()).isZero();
	}

	@Test
	void waitsForOthers() {
		BlockMemory patient = new BlockMemory(100, Duration.ofMinutes(1));
		Reservation held = patient.reserve("ann", 25);
		CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> patient.reserve("ann", 25).close());
		held.close();
		assertThat(waiting).succeedsWithin(Duration.ofSeconds(30));
		assertThat(patient.reserved()).isZero();
	}

}
