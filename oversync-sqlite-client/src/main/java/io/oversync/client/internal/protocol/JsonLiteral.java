/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.protocol;

/**
 * A JSON value that is kept as its text, so that no digit is lost.
 *
 * @param text the text of a number, an object or an array
 * @param number whether it is a number
 */
public record JsonLiteral(String text, boolean number) {

	@Override
	public String toString() {
		return this.text;
	}

}
