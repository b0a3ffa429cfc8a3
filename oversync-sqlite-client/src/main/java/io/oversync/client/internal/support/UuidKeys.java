/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.support;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * UUIDs as keys: as texts in any spelling, as 16 bytes, and as a dashed text in lower
 * case.
 */
public final class UuidKeys {

	private static final Pattern UUID_TEXT = Pattern
		.compile("[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}");

	private static final int UUID_BYTES = 16;

	private static final int BARE_LENGTH = 32;

	private static final int DASHED_LENGTH = 36;

	private UuidKeys() {
	}

	/** Returns the dashed UUID in lower case, or null if the key is no UUID. */
	public static @Nullable String uuid(@Nullable Object key) {
		if (key instanceof byte[] bytes) {
			if (bytes.length != UUID_BYTES) {
				return null;
			}
			ByteBuffer buffer = ByteBuffer.wrap(bytes);
			return new UUID(buffer.getLong(), buffer.getLong()).toString();
		}
		if (key instanceof String usual && isUsual(usual)) {
			return usual;
		}
		if (!(key instanceof String text) || (text.length() != BARE_LENGTH && text.length() != DASHED_LENGTH)
				|| !UUID_TEXT.matcher(text).matches()) {
			return null;
		}
		String digits = text.replace("-", "");
		return new UUID(Long.parseUnsignedLong(digits, 0, 16, 16), Long.parseUnsignedLong(digits, 16, 32, 16))
			.toString();
	}

	/**
	 * Returns whether a text is a dashed UUID in lower case already, as nearly all are.
	 */
	private static boolean isUsual(String text) {
		if (text.length() != DASHED_LENGTH) {
			return false;
		}
		for (int i = 0; i < DASHED_LENGTH; i++) {
			char c = text.charAt(i);
			boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
			if (dash ? c != '-' : (c < '0' || c > '9') && (c < 'a' || c > 'f')) {
				return false;
			}
		}
		return true;
	}

	/** Returns a key for people to read: bytes as SQLite writes them. */
	public static String text(Object key) {
		return (key instanceof byte[] bytes) ? "x'" + HexFormat.of().formatHex(bytes) + "'" : String.valueOf(key);
	}

	public static byte[] bytes(String uuid) {
		UUID value = UUID.fromString(uuid);
		return ByteBuffer.allocate(UUID_BYTES)
			.putLong(value.getMostSignificantBits())
			.putLong(value.getLeastSignificantBits())
			.array();
	}

	public static boolean isSame(Object key, Object other) {
		return Objects.deepEquals(key, other);
	}

}
