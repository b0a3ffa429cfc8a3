/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * The payload of one uploaded change, as the client wrote it (§2): a JSON text that is
 * opaque to the sync engine and MUST come back byte for byte.
 *
 * @param kind what was found; only {@link Kind#OBJECT} may be applied
 * @param utf8 the text in UTF-8, from brace to brace; empty unless the kind is
 * {@link Kind#OBJECT}. Not to be modified.
 */
public record Payload(Kind kind, byte[] utf8) {

	/**
	 * The result of parsing a payload.
	 */
	public enum Kind {

		/** A JSON object: an after-image. */
		OBJECT,
		/** Another JSON value than an object or {@code null}. */
		NOT_AN_OBJECT,
		/** More bytes than the limit for one payload. */
		TOO_LARGE,
		/** Nested deeper than the limit. */
		TOO_DEEP,
		/**
		 * A string in it holds NUL or a lone surrogate, which PostgreSQL cannot store.
		 */
		UNSTORABLE

	}

	private static final byte[] NONE = {};

	/**
	 * An after-image.
	 * @param json the text of a JSON object
	 * @return the payload
	 */
	public static Payload of(String json) {
		return new Payload(Kind.OBJECT, json.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Reads an after-image, as {@link UploadRequestReader} does for an upload.
	 * @param json one JSON value, with or without white space around it
	 * @param limits what is accepted
	 * @return the payload, from brace to brace
	 * @throws IllegalArgumentException if the text is not one JSON value
	 */
	public static Payload parse(String json, UploadLimits limits) {
		int depth = JsonText.depth(json);
		String object = json.trim();
		if (!object.startsWith("{")) {
			return unusable(Kind.NOT_AN_OBJECT);
		}
		if (!StorableText.isPaired(object)) {
			return unusable(Kind.UNSTORABLE);
		}
		Payload payload = of(object);
		if (payload.utf8.length > limits.payloadBytes()) {
			return unusable(Kind.TOO_LARGE);
		}
		if (depth > limits.nestingDepth()) {
			return unusable(Kind.TOO_DEEP);
		}
		return StorableText.isStorable(payload.utf8) ? payload : unusable(Kind.UNSTORABLE);
	}

	/**
	 * A payload that cannot be applied.
	 * @param kind why
	 * @return the payload, without its text
	 */
	public static Payload unusable(Kind kind) {
		return new Payload(kind, NONE);
	}

	/**
	 * Returns the text.
	 * @return the JSON text, verbatim
	 */
	public String text() {
		return new String(this.utf8, StandardCharsets.UTF_8);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof Payload payload && this.kind == payload.kind
				&& Arrays.equals(this.utf8, payload.utf8));
	}

	/** Of the length, which takes no time for a large text. */
	@Override
	public int hashCode() {
		return 31 * this.kind.hashCode() + this.utf8.length;
	}

	@Override
	public String toString() {
		return this.kind + "[" + this.utf8.length + " bytes]";
	}

}
