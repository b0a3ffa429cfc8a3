/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.oversync.protocol.JsonText;
import io.oversync.protocol.JsonValue;
import io.oversync.protocol.PayloadMembers;
import org.jspecify.annotations.Nullable;

/**
 * Compares two versions of a row, member by member. Pure.
 */
final class RowDiff {

	/** The most characters of a value. */
	static final int LONGEST = 2000;

	/** The most members. */
	static final int MOST_MEMBERS = 500;

	private RowDiff() {
	}

	/**
	 * Compares two versions.
	 * @param before the payload of the earlier version, null for none
	 * @param after the payload of the later version, null for a deleted row
	 * @return the members in the order of the later version, followed by those that only
	 * the earlier one has
	 */
	static List<Field> between(@Nullable String before, @Nullable String after) {
		Map<String, JsonValue> old = members(before);
		Map<String, JsonValue> now = members(after);
		Set<String> names = new LinkedHashSet<>(now.keySet());
		names.addAll(old.keySet());
		List<Field> fields = new ArrayList<>();
		for (String name : names) {
			if (fields.size() == MOST_MEMBERS) {
				break;
			}
			fields.add(field(name, old.get(name), now.get(name)));
		}
		return fields;
	}

	/**
	 * Lists the members of one version, where no other is known.
	 * @param payload the payload
	 * @return its members, without any difference
	 */
	static List<Field> contents(String payload) {
		return between(payload, payload);
	}

	private static Map<String, JsonValue> members(@Nullable String payload) {
		return (payload != null) ? PayloadMembers.read(payload.getBytes(StandardCharsets.UTF_8)) : Map.of();
	}

	private static Field field(String name, @Nullable JsonValue before, @Nullable JsonValue after) {
		Kind kind;
		if (before == null) {
			kind = Kind.ADDED;
		}
		else if (after == null) {
			kind = Kind.REMOVED;
		}
		else {
			kind = isSame(before, after) ? Kind.SAME : Kind.CHANGED;
		}
		return new Field(cut(name), kind, shown(before), shown(after));
	}

	/** The order of members and white space are no difference. */
	private static boolean isSame(JsonValue one, JsonValue other) {
		boolean nested = one.type() == JsonValue.Type.OBJECT || one.type() == JsonValue.Type.ARRAY;
		return one.equals(other) || (nested && one.type() == other.type()
				&& JsonText.contentDigest(one.text()).equals(JsonText.contentDigest(other.text())));
	}

	private static @Nullable Shown shown(@Nullable JsonValue value) {
		return (value != null) ? new Shown(value.type(), cut(value.text())) : null;
	}

	private static String cut(String text) {
		if (text.length() <= LONGEST) {
			return text;
		}
		int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
		return text.substring(0, end) + "…";
	}

	/** What happened to a member. */
	enum Kind {

		ADDED, REMOVED, CHANGED, SAME

	}

	/**
	 * A member of a row.
	 *
	 * @param name its name
	 * @param kind what happened to it
	 * @param before its earlier value, null for none
	 * @param after its later value, null for none
	 */
	record Field(String name, Kind kind, @Nullable Shown before, @Nullable Shown after) {
	}

	/**
	 * A value.
	 *
	 * @param type its JSON type
	 * @param text its text, cut after {@value #LONGEST} characters
	 */
	record Shown(JsonValue.Type type, String text) {
	}

}
