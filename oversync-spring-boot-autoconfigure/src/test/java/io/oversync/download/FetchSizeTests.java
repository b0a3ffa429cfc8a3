package io.oversync.download;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FetchSizeTests {

	private static final int MEGABYTE = 1024 * 1024;

	private final FetchSize fetchSize = new FetchSize();

	@Test
	void growsWhileRowsAreSmall() {
		assertThat(next(FetchSize.FIRST, 200)).isEqualTo(256);
		assertThat(next(256, 200)).isEqualTo(2048);
		assertThat(next(2048, 200)).as("a megabyte of them").isEqualTo(MEGABYTE / 200);
	}

	@Test
	void growsWhenRowsHaveNoPayload() {
		assertThat(next(FetchSize.FIRST, 0)).isEqualTo(256);
	}

	@Test
	void shrinksWhenRowsAreLarge() {
		assertThat(next(FetchSize.FIRST, 100_000)).isEqualTo(10);
		assertThat(next(10, 600_000)).isEqualTo(1);
		assertThat(next(1, 16 * MEGABYTE)).isEqualTo(1);
	}

	@Test
	void growsAgainStepByStep() {
		assertThat(next(FetchSize.FIRST, 16 * MEGABYTE)).isEqualTo(1);
		assertThat(next(1, 200)).isEqualTo(8);
		assertThat(next(8, 200)).isEqualTo(64);
	}

	private int next(int rows, int payloadBytes) {
		for (int i = 1; i < rows; i++) {
			assertThat(this.fetchSize.endsBlock(payloadBytes)).as("row %s of %s", i, rows).isFalse();
		}
		assertThat(this.fetchSize.endsBlock(payloadBytes)).isTrue();
		return this.fetchSize.next();
	}

}
