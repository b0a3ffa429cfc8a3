/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

/**
 * The value of one member of a payload.
 *
 * @param type its JSON type
 * @param text a string's characters; any other value's JSON text, verbatim
 */
public record JsonValue(Type type, String text) {

	/** JSON types. */
	public enum Type {

		STRING, NUMBER, TRUE, FALSE, NULL, OBJECT, ARRAY

	}

}
