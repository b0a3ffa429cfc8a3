/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The memory accounted for an upload is the memory that it takes, whatever its shape:
 * measured in the heap while bodies come in.
 */
@Tag("prove")
class UploadMemoryTests {

	private static final int BYTES = 12_000_000;

	private static final int MEGABYTE = 1024 * 1024;

	/** The heap holds other objects, too. */
	private static final long NOISE = 4 * MEGABYTE;

	private static final int LOOKS = 12;

	private final UploadRequestReader reader = new UploadRequestReader(new UploadLimits(2 * BYTES, 2 * BYTES, 500));

	private final Ledger ledger = new Ledger();

	@ParameterizedTest
	@MethodSource
	void takesNoMoreThanItSays(Shape shape) throws IOException {
		byte[] body = shape.body();
		Looking source = new Looking(body);
		UploadRequest request = this.reader.read(source, this.ledger);
		source.look();
		assertThat(request.changes()).isNotEmpty();
		assertThat(source.mostAbove).as("bytes that the heap holds beyond what was said").isLessThan(NOISE);
	}

	static Stream<Shape> takesNoMoreThanItSays() {
		return Stream.of(new Shape("one value", payload("\"a\":\"" + "x".repeat(BYTES) + "\"")),
				new Shape("one name", payload("\"" + "x".repeat(BYTES) + "\":1")),
				new Shape("names of a megabyte",
						payload(repeat(BYTES / MEGABYTE, (i) -> "\"" + i + "x".repeat(MEGABYTE) + "\":1"))),
				new Shape("long names", payload(repeat(BYTES / 1000, (i) -> "\"" + i + "x".repeat(990) + "\":1"))),
				new Shape("names of one hash code", payload(repeat(BYTES / 45, (i) -> "\"" + collision(i) + "\":1"))),
				new Shape("short names", payload(repeat(BYTES / 10, (i) -> "\"" + Integer.toString(i, 36) + "\":1"))),
				new Shape("many values", payload("\"a\":[" + "1,".repeat(BYTES / 2) + "1]")),
				new Shape("deep values", payload("\"a\":" + "[".repeat(100_000) + "]".repeat(100_000))),
				new Shape("two values",
						payload("\"a\":\"" + "x".repeat(BYTES / 2) + "\"") + ","
								+ payload("\"a\":\"" + "y".repeat(BYTES / 2) + "\"")),
				new Shape("small rows",
						repeat(BYTES / 200, (i) -> payload("\"name\":\"name " + i + "\",\"age\":" + i))),
				new Shape("no payloads", repeat(BYTES / 150, (i) -> change(""))),
				new Shape("long keys", repeat(BYTES / 1_000_000,
						(i) -> "{\"table\":\"t\",\"op\":\"DELETE\",\"pk\":\"" + "k".repeat(1_000_000) + "\"}")));
	}

	private static String payload(String members) {
		return change(",\"payload\":{" + members + "}");
	}

	private static String change(String more) {
		return "{\"source_change_id\":1,\"schema\":\"s\",\"table\":\"t\",\"op\":\"INSERT\",\"pk\":\""
				+ UUID.randomUUID() + "\"" + more + "}";
	}

	private static String repeat(int count, IntFunction<String> part) {
		return String.join(",", IntStream.range(0, count).mapToObj(part).toList());
	}

	private static String collision(int number) {
		StringBuilder text = new StringBuilder();
		for (int bit = 0; bit < 20; bit++) {
			text.append(((number >> bit & 1) == 0) ? "Aa" : "BB");
		}
		return text.toString();
	}

	private static long heap() {
		System.gc();
		return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
	}

	private record Shape(String name, String changes) {

		byte[] body() {
			return ("{\"changes\":[" + this.changes + "]}").getBytes(StandardCharsets.US_ASCII);
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

	private static final class Ledger implements MemoryUse {

		private long used;

		@Override
		public void grow(long more) {
			this.used += more;
		}

	}

	/** Measures the heap now and then, and just before the end. */
	private final class Looking extends FilterInputStream {

		private final long before = heap();

		private final int step;

		private long next;

		private long position;

		private long mostAbove = Long.MIN_VALUE;

		Looking(byte[] body) {
			super(new ByteArrayInputStream(body));
			this.step = body.length / LOOKS - 1000;
			this.next = this.step;
		}

		@Override
		public int read(byte[] buffer, int offset, int length) throws IOException {
			if (this.position >= this.next) {
				this.next += this.step;
				look();
			}
			int count = this.in.read(buffer, offset, length);
			this.position += Math.max(0, count);
			return count;
		}

		void look() {
			long above = heap() - this.before - UploadMemoryTests.this.ledger.used;
			this.mostAbove = Math.max(this.mostAbove, above);
		}

	}

}
