/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import io.oversync.internal.catalog.Column;
import io.oversync.internal.catalog.ColumnType.Kind;
import io.oversync.internal.catalog.ColumnType;
import io.oversync.protocol.JsonValue.Type;
import io.oversync.protocol.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Columns and values for the tests of conversion.
 */
final class Values {

	private Values() {
	}

	static Column column(String sqlName) {
		return new Column("c", type(sqlName), true, false);
	}

	static Column required(String sqlName) {
		return new Column("c", type(sqlName), false, false);
	}

	/** The type by its SQL name; {@code numeric(2)} for a scale of two. */
	static ColumnType type(String sqlName) {
		if (sqlName.endsWith("[]")) {
			ColumnType element = type(sqlName.substring(0, sqlName.length() - 2));
			return new ColumnType(Kind.ARRAY, element.sqlName() + "[]", null, element);
		}
		if (sqlName.startsWith("numeric(")) {
			return new ColumnType(Kind.NUMERIC, "numeric", Integer.valueOf(sqlName.substring(8, sqlName.length() - 1)),
					null);
		}
		return ColumnType.of(switch (sqlName) {
			case "uuid" -> Kind.UUID;
			case "bytea" -> Kind.BYTEA;
			case "boolean" -> Kind.BOOLEAN;
			case "timestamp" -> Kind.TIMESTAMP;
			case "timestamptz" -> Kind.TIMESTAMP_WITH_TIME_ZONE;
			case "date" -> Kind.DATE;
			case "time" -> Kind.TIME;
			case "timetz" -> Kind.TIME_WITH_TIME_ZONE;
			case "smallint", "integer", "bigint" -> Kind.INTEGER;
			case "numeric" -> Kind.NUMERIC;
			case "real", "float8" -> Kind.FLOAT;
			case "json", "jsonb" -> Kind.JSON;
			case "name" -> Kind.NAME;
			case "\"char\"" -> Kind.SINGLE_BYTE;
			default -> Kind.TEXT;
		}, sqlName);
	}

	/** A value from its JSON text; strings must have no escapes. */
	static JsonValue json(String text) {
		return switch (text.charAt(0)) {
			case '"' -> string(text.substring(1, text.length() - 1));
			case '{' -> new JsonValue(Type.OBJECT, text);
			case '[' -> new JsonValue(Type.ARRAY, text);
			case 't' -> new JsonValue(Type.TRUE, text);
			case 'f' -> new JsonValue(Type.FALSE, text);
			case 'n' -> new JsonValue(Type.NULL, text);
			default -> new JsonValue(Type.NUMBER, text);
		};
	}

	static JsonValue string(String text) {
		return new JsonValue(Type.STRING, text);
	}

	static @Nullable String convert(String json, String sqlName) {
		return ValueConverter.convert(json(json), column(sqlName));
	}

}
