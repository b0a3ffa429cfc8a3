/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;

import io.oversync.internal.catalog.WireFormat.Forms;
import io.oversync.internal.catalog.WireFormat.Uuids;
import io.oversync.protocol.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Renders UUIDs and bytes.
 */
final class BinaryRenderer {

	private static final String HEX_PREFIX = "\\x";

	private static final int BASE64_LENGTH = 24;

	private static final int HEX_LENGTH = 32;

	private static final int BASE64_GROUP = 4;

	private BinaryRenderer() {
	}

	/**
	 * Renders a UUID.
	 * @param text the UUID as PostgreSQL prints it
	 * @param example a string that holds one or is empty, null for none
	 * @param forms the forms that devices expect
	 * @return a string
	 */
	static JsonValue uuid(String text, @Nullable JsonValue example, Forms forms) {
		UUID uuid = UUID.fromString(text);
		if (example == null) {
			return uuid(uuid, forms.uuids());
		}
		String old = example.text();
		return switch (old.length()) {
			case 0 -> uuid(uuid, forms.blankUuids());
			case BASE64_LENGTH -> uuid(uuid, Uuids.BASE64);
			case HEX_LENGTH -> ValueRenderer.string(inCase(text.replace("-", ""), old));
			default -> ValueRenderer.string(inCase(text, old));
		};
	}

	/**
	 * Renders a UUID.
	 * @param uuid the UUID
	 * @param form its form
	 * @return a string
	 */
	static JsonValue uuid(UUID uuid, Uuids form) {
		if (form == Uuids.DASHED) {
			return ValueRenderer.string(uuid.toString());
		}
		ByteBuffer bytes = ByteBuffer.allocate(2 * Long.BYTES)
			.putLong(uuid.getMostSignificantBits())
			.putLong(uuid.getLeastSignificantBits());
		return ValueRenderer.string(Base64.getEncoder().encodeToString(bytes.array()));
	}

	/**
	 * Renders bytes.
	 * @param text hexadecimal digits after {@code \x}
	 * @param example a string that holds bytes, null for none
	 * @return a string: base64 unless the example is hexadecimal
	 */
	static JsonValue bytes(String text, @Nullable JsonValue example) {
		String old = (example != null) ? example.text() : "";
		if (old.startsWith(HEX_PREFIX)) {
			return ValueRenderer.string(HEX_PREFIX + inCase(text.substring(HEX_PREFIX.length()), old));
		}
		Base64.Encoder encoder = (old.length() % BASE64_GROUP == 0) ? Base64.getEncoder()
				: Base64.getEncoder().withoutPadding();
		return ValueRenderer
			.string(encoder.encodeToString(HexFormat.of().parseHex(text, HEX_PREFIX.length(), text.length())));
	}

	private static String inCase(String hex, String example) {
		boolean upper = example.chars().anyMatch((character) -> character >= 'A' && character <= 'F')
				&& example.chars().noneMatch((character) -> character >= 'a' && character <= 'f');
		return upper ? hex.toUpperCase(Locale.ROOT) : hex;
	}

}
