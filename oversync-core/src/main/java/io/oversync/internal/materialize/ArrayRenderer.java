/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import io.oversync.internal.catalog.Column;
import io.oversync.internal.catalog.ColumnType;
import io.oversync.internal.catalog.ColumnType.Kind;
import io.oversync.internal.catalog.WireFormat.Forms;
import io.oversync.protocol.JsonText;
import io.oversync.protocol.JsonValue;
import io.oversync.protocol.JsonValue.Type;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Renders arrays, each element in the form of the first element of the old value: as a
 * JSON array if that was one, otherwise as text that holds one, which SQLite can keep. An
 * array stays in PostgreSQL's own form where the old one had that, and where a JSON array
 * would be read as another: with bounds of its own, or of several dimensions if elements
 * may be JSON arrays themselves.
 */
final class ArrayRenderer {

	/** The one built-in type whose elements are not separated by commas. */
	private static final String BOX = "box";

	private ArrayRenderer() {
	}

	/**
	 * Renders an array.
	 * @param text what PostgreSQL prints
	 * @param column an array column
	 * @param example the value that is replaced, null for none
	 * @param forms the forms that devices expect
	 * @return an array, or a string that holds one
	 */
	static JsonValue render(String text, Column column, @Nullable JsonValue example, Forms forms) {
		Column element = ArrayConverter.elementOf(column);
		String old = (example != null) ? example.text().strip() : "";
		boolean postgres = example != null && example.type() == Type.STRING && ArrayText.isArray(old);
		if (postgres || !hasJsonForm(text, element.type())) {
			return ValueRenderer.string(text);
		}
		JsonValue first = old.isEmpty() ? null : firstElement(old, element.type());
		String json = ArrayText.toJson(text,
				(value) -> JsonText.write(ValueRenderer.render(value, element, first, forms)));
		boolean inline = example != null && example.type() == Type.ARRAY;
		return inline ? new JsonValue(Type.ARRAY, json) : ValueRenderer.string(json);
	}

	private static boolean hasJsonForm(String text, ColumnType element) {
		boolean nested = element.kind() == Kind.JSON || element.kind() == Kind.ARRAY;
		return text.startsWith("{") && !(nested && text.startsWith("{{")) && !element.sqlName().equals(BOX);
	}

	private static @Nullable JsonValue firstElement(String json, ColumnType element) {
		boolean nested = element.kind() == Kind.JSON || element.kind() == Kind.ARRAY;
		try (JsonParser parser = JsonText.parser(json)) {
			parser.nextToken();
			for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
				boolean structure = token == JsonToken.END_ARRAY || (token == JsonToken.START_ARRAY && !nested);
				if (!structure && token != JsonToken.VALUE_NULL) {
					int start = (int) parser.currentTokenLocation().getCharOffset();
					parser.skipChildren();
					parser.finishToken();
					return JsonText.value(json.substring(start, (int) parser.currentLocation().getCharOffset()));
				}
			}
			return null;
		}
	}

}
