/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The version of a migration, such as {@code 1} or {@code 1.2}. A library works with
 * every schema of its own first number that is not older than the one it ships: later
 * migrations with the same first number only add. One with a higher first number takes
 * something away that older libraries need.
 *
 * @param numbers its numbers, the most significant first
 */
record SchemaVersion(int... numbers) implements Comparable<SchemaVersion> {

	/**
	 * Reads a version.
	 * @param text numbers with dots between them, as in Flyway's history
	 * @return the version
	 */
	static SchemaVersion parse(String text) {
		return new SchemaVersion(Arrays.stream(text.split("[._]")).mapToInt(Integer::parseInt).toArray());
	}

	/**
	 * Returns whether a library that needs the given version cannot work with this one
	 * because it is too new.
	 * @param needed the version that the library ships
	 * @return whether this version's first number is higher
	 */
	boolean isTooNewFor(SchemaVersion needed) {
		return this.numbers[0] > needed.numbers[0];
	}

	@Override
	public int compareTo(SchemaVersion other) {
		return Arrays.compare(this.numbers, other.numbers);
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof SchemaVersion version && Arrays.equals(this.numbers, version.numbers);
	}

	@Override
	public int hashCode() {
		return Arrays.hashCode(this.numbers);
	}

	@Override
	public String toString() {
		return Arrays.stream(this.numbers).mapToObj(Integer::toString).collect(Collectors.joining("."));
	}

}
