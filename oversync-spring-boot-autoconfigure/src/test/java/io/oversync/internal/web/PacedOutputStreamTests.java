/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

class PacedOutputStreamTests {

	private static final int KILOBYTE = 1024;

	private long nanos = -1;

	private long bytesPerSecond;

	private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

	/** Receives bytes at the speed of a client. */
	private final OutputStream client = new OutputStream() {

		@Override
		public void write(int value) {
			throw new AssertionError("Written byte by byte, which no client is to be");
		}

		@Override
		public void write(byte[] bytes, int offset, int length) {
			PacedOutputStreamTests.this.taken.write(bytes, offset, length);
			PacedOutputStreamTests.this.nanos += length * 1_000_000_000L / PacedOutputStreamTests.this.bytesPerSecond;
		}

	};

	private PacedOutputStream paced() {
		return new PacedOutputStream(() -> this.client, 2 * KILOBYTE, Duration.ofSeconds(60), () -> this.nanos);
	}

	/** Kilobytes of an answer, and kilobytes per second. */
	@ParameterizedTest
	@CsvSource({ "1000, 64", "10240, 10", "10240, 3", "16, 1", "60, 1" })
	void letsASlowDeviceFinish(int size, int rate) throws IOException {
		this.bytesPerSecond = rate * KILOBYTE;
		byte[] page = new byte[size * KILOBYTE];
		paced().write(page);
		assertThat(this.taken.toByteArray()).isEqualTo(page);
	}

	@Test
	void endsATrickle() {
		this.bytesPerSecond = KILOBYTE;
		assertThatIOException().isThrownBy(() -> paced().write(new byte[1024 * KILOBYTE]))
			.withMessageContaining("2048 bytes a second");
		assertThat(Duration.ofNanos(this.nanos)).as("after twice the time of grace")
			.isBetween(Duration.ofSeconds(110), Duration.ofSeconds(140));
	}

	@Test
	void endsATrickleOfSmallWrites() {
		this.bytesPerSecond = 1;
		PacedOutputStream paced = paced();
		assertThatIOException().isThrownBy(() -> {
			for (int i = 0; i < 100; i++) {
				paced.write('x');
			}
		});
		assertThat(Duration.ofNanos(this.nanos)).isLessThan(Duration.ofSeconds(65));
	}

	@Test
	void aClientThatWasFastMayNotRestOnIt() {
		this.bytesPerSecond = 1024 * KILOBYTE;
		PacedOutputStream paced = paced();
		assertThatIOException().isThrownBy(() -> {
			paced.write(new byte[10_240 * KILOBYTE]);
			this.bytesPerSecond = 1;
			for (int i = 0; i < 1000; i++) {
				paced.write('x');
			}
		});
		assertThat(Duration.ofNanos(this.nanos)).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(131));
	}

	/** The database may be slow before the first byte. */
	@Test
	void startsWithTheFirstWrite() throws IOException {
		this.bytesPerSecond = KILOBYTE;
		PacedOutputStream paced = paced();
		this.nanos += Duration.ofHours(1).toNanos();
		paced.write(new byte[16 * KILOBYTE]);
		assertThat(this.taken.size()).isEqualTo(16 * KILOBYTE);
	}

}
