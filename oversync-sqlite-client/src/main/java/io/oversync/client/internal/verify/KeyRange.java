/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.verify;

import java.math.BigInteger;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A range of keys, in the order of their bytes.
 *
 * @param from the first key, a dashed UUID in lower case
 * @param to the last key
 */
record KeyRange(String from, String to) {

	static final KeyRange ALL = new KeyRange("00000000-0000-0000-0000-000000000000",
			"ffffffff-ffff-ffff-ffff-ffffffffffff");

	private static final int HEX = 16;

	boolean contains(String pk) {
		return this.from.compareTo(pk) <= 0 && pk.compareTo(this.to) <= 0;
	}

	/**
	 * Returns two ranges that make up this one, with about as many rows each: keys that
	 * begin with a time are all in a small part of it.
	 * @param first the first key of a row in this range, or null if there is none
	 * @param last the last one
	 * @throws IllegalStateException if the range has one key only
	 */
	List<KeyRange> halves(@Nullable String first, @Nullable String last) {
		if (this.from.equals(this.to)) {
			throw new IllegalStateException("One key cannot be divided");
		}
		boolean several = first != null && last != null && !first.equals(last);
		BigInteger low = number(several ? first : this.from);
		BigInteger high = number(several ? last : this.to);
		BigInteger middle = low.add(high).shiftRight(1);
		return List.of(new KeyRange(this.from, text(middle)), new KeyRange(text(middle.add(BigInteger.ONE)), this.to));
	}

	private static BigInteger number(@Nullable String key) {
		return new BigInteger(String.valueOf(key).replace("-", ""), HEX);
	}

	private static String text(BigInteger key) {
		String hex = "%032x".formatted(key);
		return hex.substring(0, 8) + "-" + hex.substring(8, 12) + "-" + hex.substring(12, 16) + "-"
				+ hex.substring(16, 20) + "-" + hex.substring(20);
	}

}
