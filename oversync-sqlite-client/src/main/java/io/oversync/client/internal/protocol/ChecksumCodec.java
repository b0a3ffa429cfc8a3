/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.protocol;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads checksums (§4.1).
 */
public final class ChecksumCodec {

	private static final int HEX = 16;

	private ChecksumCodec() {
	}

	/**
	 * Reads an answer.
	 * @param body JSON in UTF-8
	 * @throws IllegalArgumentException if it is none of the protocol's
	 */
	public static ServerChecksums read(InputStream body) {
		long head = -1;
		List<ServerChecksums.Sum> tables = null;
		try (JsonParser parser = WireJson.parser(body)) {
			require(JsonToken.START_OBJECT, parser.nextToken());
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = parser.currentName();
				parser.nextToken();
				switch (name) {
					case "head" -> head = parser.getLongValue();
					case "tables" -> tables = readTables(parser);
					default -> parser.skipChildren();
				}
			}
		}
		if (head < 0 || tables == null) {
			throw new IllegalArgumentException("head or tables are missing");
		}
		return new ServerChecksums(head, tables);
	}

	private static List<ServerChecksums.Sum> readTables(JsonParser parser) {
		require(JsonToken.START_ARRAY, parser.currentToken());
		List<ServerChecksums.Sum> tables = new ArrayList<>();
		while (parser.nextToken() != JsonToken.END_ARRAY) {
			tables.add(readTable(parser));
		}
		return tables;
	}

	private static ServerChecksums.Sum readTable(JsonParser parser) {
		require(JsonToken.START_OBJECT, parser.currentToken());
		String schema = "";
		String table = "";
		long rows = 0;
		String digest = "";
		List<ServerChecksums.Entry> entries = null;
		while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
			String name = parser.currentName();
			JsonToken token = parser.nextToken();
			switch (name) {
				case "schema" -> schema = parser.getString();
				case "table" -> table = parser.getString();
				case "rows" -> rows = parser.getLongValue();
				case "digest" -> digest = parser.getString();
				case "entries" -> entries = (token == JsonToken.START_ARRAY) ? readEntries(parser) : null;
				default -> parser.skipChildren();
			}
		}
		return new ServerChecksums.Sum(schema, table, rows, Long.parseUnsignedLong(digest, HEX), entries);
	}

	private static List<ServerChecksums.Entry> readEntries(JsonParser parser) {
		List<ServerChecksums.Entry> entries = new ArrayList<>();
		while (parser.nextToken() != JsonToken.END_ARRAY) {
			require(JsonToken.START_OBJECT, parser.currentToken());
			String pk = "";
			long version = 0;
			long serverId = 0;
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = parser.currentName();
				parser.nextToken();
				switch (name) {
					case "pk" -> pk = parser.getString().toLowerCase(Locale.ROOT);
					case "server_version" -> version = parser.getLongValue();
					case "server_id" -> serverId = parser.getLongValue();
					default -> parser.skipChildren();
				}
			}
			entries.add(new ServerChecksums.Entry(pk, version, serverId));
		}
		return entries;
	}

	private static void require(JsonToken expected, @Nullable JsonToken found) {
		if (found != expected) {
			throw new IllegalArgumentException(expected + " was expected, not " + found);
		}
	}

}
