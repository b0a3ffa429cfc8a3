/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PacedInputStreamTests {

	private final AtomicLong clock = new AtomicLong();

	private final PacedInputStream body = new PacedInputStream(new ByteArrayInputStream(new byte[100_000]), 100,
			Duration.ofSeconds(20), this.clock::get);

	private void pass(long seconds) {
		this.clock.addAndGet(Duration.ofSeconds(seconds).toNanos());
	}

	@Test
	void anyRateWillDoAtFirst() throws IOException {
		assertThat(this.body.read()).isZero();
		pass(19);
		assertThat(this.body.read()).isZero();
	}

	@Test
	void aBodyThatTricklesInIsGivenUp() throws IOException {
		for (int i = 0; i < 20; i++) {
			pass(1);
			this.body.read();
		}
		pass(1);
		assertThatExceptionOfType(AbandonedRequestException.class).isThrownBy(this.body::read)
			.withMessageContaining("less than 100 bytes a second");
	}

	@Test
	void aBodyThatWasFastMayNotRestOnIt() throws IOException {
		this.body.read(new byte[90_000]);
		int seconds = 0;
		try {
			while (seconds < 100) {
				seconds++;
				pass(1);
				this.body.read();
			}
		}
		catch (AbandonedRequestException ex) {
			// as expected
		}
		assertThat(seconds).isBetween(20, 40);
	}

	@Test
	void aSlowBodyMayTakeAnyTime() throws IOException {
		byte[] buffer = new byte[110];
		int received = 0;
		int count;
		while ((count = this.body.read(buffer)) >= 0) {
			received += count;
			pass(1);
		}
		assertThat(received).isEqualTo(100_000);
	}

}
