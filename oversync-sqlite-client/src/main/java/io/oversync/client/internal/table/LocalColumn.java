/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.table;

import java.util.Locale;

import io.oversync.client.internal.database.SqlText;
import org.jspecify.annotations.Nullable;

/**
 * A column of a synced table.
 *
 * @param name the declared name
 * @param member its name in payloads
 * @param kind what it holds, by its declared type
 * @param reference whether it is a foreign key
 * @param defaultExpression the SQL of its default, or null
 */
public record LocalColumn(String name, String member, Kind kind, boolean reference,
		@Nullable String defaultExpression) {

	LocalColumn(String name, Kind kind, boolean reference, @Nullable String defaultExpression) {
		this(name, name.toLowerCase(Locale.ROOT), kind, reference, defaultExpression);
	}

	/** What SQLite's type affinity makes of values. */
	enum Kind {

		/** Keeps texts, and makes texts of numbers. */
		TEXT,
		/** Holds bytes. */
		BLOB,
		/** Makes numbers of texts that look like one, or keeps what it gets. */
		OTHER;

		static Kind of(String declaredType) {
			String type = declaredType.toUpperCase(Locale.ROOT);
			if (type.contains("INT")) {
				return OTHER;
			}
			if (type.contains("CHAR") || type.contains("CLOB") || type.contains("TEXT")) {
				return TEXT;
			}
			return (type.contains("BLOB") || type.contains("BINARY")) ? BLOB : OTHER;
		}

	}

	public String quoted() {
		return SqlText.name(this.name);
	}

}
