/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import tools.jackson.databind.json.JsonMapper;

/**
 * The tables of a server.
 *
 * @param list parents before their children
 */
public record TableModels(List<TableModel> list) {

	private static final JsonMapper mapper = new JsonMapper();

	/**
	 * Finds a table.
	 * @param name its name
	 * @return the table
	 */
	public TableModel named(String name) {
		return this.list.stream()
			.filter((table) -> table.sqlName().equals(name))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("No table " + name));
	}

	/**
	 * Returns the rows that remain after all entries of a stream.
	 * @param stream the whole of it, by position
	 * @return as {@link Device#rows()}
	 */
	public Map<String, List<String>> fold(List<WireEntry> stream) {
		Map<String, List<String>> rows = new TreeMap<>();
		for (WireEntry entry : stream) {
			if (entry.payload() == null) {
				rows.remove(entry.row());
			}
			else {
				rows.put(entry.row(), named(entry.table()).texts(mapper.readTree(entry.payload())));
			}
		}
		return rows;
	}

	/**
	 * Returns the versions of the rows, deleted ones included.
	 * @param stream the whole of it, by position
	 * @return version and whether the row is deleted, by {@code "users 550e…"}
	 */
	public static Map<String, List<String>> versions(List<WireEntry> stream) {
		Map<String, List<String>> versions = new TreeMap<>();
		stream.forEach((entry) -> versions.put(entry.row(),
				List.of(Long.toString(entry.version()), Boolean.toString(entry.deleted()))));
		return versions;
	}

}
