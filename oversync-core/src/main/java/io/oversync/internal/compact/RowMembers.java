/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.compact;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import io.oversync.internal.catalog.ColumnNames;
import io.oversync.protocol.JsonValue;
import io.oversync.protocol.Payload;
import io.oversync.protocol.PayloadMembers;
import io.oversync.protocol.Uuids;
import org.jspecify.annotations.Nullable;

/**
 * The members of payloads of one table by the columns that they belong to. Only the
 * values of columns that constrain rows are kept, and equal members once, so that many
 * rows take little memory.
 */
final class RowMembers {

	/** A value that constrains nothing. */
	static final String ANY = "";

	private static final String EMPTY = "\"\"";

	private static final int LONGEST = 40;

	private final ColumnNames names;

	private final Set<String> references;

	private final Set<String> unique;

	private final Map<Map<String, String>, Map<String, String>> pool;

	/**
	 * Creates the reader.
	 * @param names the columns of the table
	 * @param references the columns that refer to rows
	 * @param unique the columns of unique indexes
	 * @param pool the members that were read before
	 */
	RowMembers(ColumnNames names, Set<String> references, Set<String> unique,
			Map<Map<String, String>, Map<String, String>> pool) {
		this.names = names;
		this.references = references;
		this.unique = unique;
		this.pool = pool;
	}

	/**
	 * Reads the members of a payload.
	 * @param payload the payload
	 * @return values by the names of columns; of a member without a column by its own
	 * name, whose case means nothing to SQLite
	 */
	Map<String, String> read(Payload payload) {
		Map<String, JsonValue> members = PayloadMembers.read(payload.utf8());
		Map<String, String> values = new HashMap<>();
		members.forEach((name, value) -> {
			String column = this.names.find(name);
			if (column == null) {
				values.put("?" + name.toLowerCase(Locale.ROOT), ANY);
			}
			else if (column.equals(name) || !members.containsKey(column)) {
				values.put(column, text(column, value));
			}
		});
		Map<String, String> shared = this.pool.get(values);
		if (shared == null) {
			shared = Map.copyOf(values);
			this.pool.put(shared, shared);
		}
		return shared;
	}

	private String text(String column, JsonValue value) {
		// base64, in which case means something
		UUID key = (this.references.contains(column) && value.type() == JsonValue.Type.STRING)
				? Uuids.parseValue(value.text()) : null;
		if (key != null) {
			return key.toString();
		}
		return (this.references.contains(column) || this.unique.contains(column)) ? text(value) : ANY;
	}

	/** Case means nothing to some unique indexes. */
	private static String text(JsonValue value) {
		if (value.type() == JsonValue.Type.NULL) {
			return ANY;
		}
		String text = value.text().isEmpty() ? EMPTY : value.text().toLowerCase(Locale.ROOT);
		return (text.length() <= LONGEST) ? text : digest(text);
	}

	private static String digest(String text) {
		try {
			byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(hash, 0, 16);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java runtime has SHA-256", ex);
		}
	}

	/**
	 * Returns whether a value constrains a row.
	 * @param value the value of a column, null for none
	 * @return false for null
	 */
	static boolean constrains(@Nullable String value) {
		return value != null && !value.equals(ANY);
	}

}
