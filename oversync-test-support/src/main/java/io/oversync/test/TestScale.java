/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.test;

/**
 * The size of tests with the tag {@value #TAG}, which run small in every build and at
 * full size with {@code -Pprove}.
 */
public final class TestScale {

	/** The tag of tests whose size depends on the tier. */
	public static final String TAG = "scaled";

	private static final int FACTOR = Integer.getInteger("oversync.test.scale", 1);

	private TestScale() {
	}

	/**
	 * Returns a size for the current tier.
	 * @param small the size in every build
	 * @return the size, ten times as large with {@code -Pprove}
	 */
	public static int of(int small) {
		return small * FACTOR;
	}

}
