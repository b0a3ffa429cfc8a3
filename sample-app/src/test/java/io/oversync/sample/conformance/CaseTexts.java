/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

/**
 * Keeps messages readable.
 */
final class CaseTexts {

	private CaseTexts() {
	}

	static String cut(String text, int length) {
		return (text.length() <= length) ? text
				: text.substring(0, length) + "… (" + (text.length() - length) + " characters more)";
	}

}
