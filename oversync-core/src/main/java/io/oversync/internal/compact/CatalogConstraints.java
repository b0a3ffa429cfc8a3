/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.compact;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.oversync.internal.catalog.ForeignKey;
import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.protocol.Payload;
import io.oversync.protocol.TableName;
import io.oversync.protocol.Uuids;

/**
 * The constraints of the registered tables, which devices may have as well: foreign keys
 * that sync follows, and unique indexes.
 */
final class CatalogConstraints implements RowConstraints {

	private final Map<TableName, Table> tables = new HashMap<>();

	/**
	 * Reads the constraints.
	 * @param catalog the registered tables
	 * @param uniqueIndexes finds the columns of each unique index of a table
	 */
	CatalogConstraints(TableCatalog catalog, Function<SyncedTable, List<List<String>>> uniqueIndexes) {
		Map<Map<String, String>, Map<String, String>> pool = new HashMap<>();
		for (SyncedTable table : catalog.tables()) {
			// also of columns that only the application writes: devices receive them
			List<ForeignKey> references = table.references();
			List<List<String>> unique = uniqueIndexes.apply(table);
			Set<String> referring = references.stream().map(ForeignKey::column).collect(Collectors.toSet());
			Set<String> constrained = unique.stream().flatMap(List::stream).collect(Collectors.toSet());
			this.tables.put(table.name(), new Table(table.keyColumn(), references, unique,
					new RowMembers(table.names(), referring, constrained, pool)));
		}
	}

	/**
	 * Reads the members of a payload.
	 * @param row its row
	 * @param payload the payload
	 * @return the members that constraints look at
	 */
	Map<String, String> members(RowKey row, Payload payload) {
		return table(row).members.read(payload);
	}

	private Table table(RowKey row) {
		Table table = this.tables.get(row.table());
		if (table == null) {
			throw new IllegalArgumentException("Table " + row.table() + " is not registered");
		}
		return table;
	}

	@Override
	public Set<RowKey> parents(RowKey row, Map<String, String> image) {
		Table table = table(row);
		if (table.references.isEmpty()) {
			return Set.of();
		}
		Set<RowKey> parents = new HashSet<>(2);
		for (ForeignKey reference : table.references) {
			String value = image.get(reference.column());
			UUID key = reference.column().equals(table.key) ? row.pk()
					: (value != null) ? Uuids.parseValue(value) : null;
			if (key != null) {
				parents.add(new RowKey(reference.parent(), key));
			}
		}
		return parents;
	}

	@Override
	public Set<Object> uniqueValues(RowKey row, Map<String, String> image) {
		Table table = table(row);
		if (table.unique.isEmpty()) {
			return Set.of();
		}
		Set<Object> values = new HashSet<>(2);
		for (int i = 0; i < table.unique.size(); i++) {
			List<String> value = new ArrayList<>();
			for (String column : table.unique.get(i)) {
				value.add(image.getOrDefault(column, RowMembers.ANY));
			}
			if (value.stream().anyMatch(RowMembers::constrains)) {
				values.add(new UniqueValue(row.table(), i, value));
			}
		}
		return values;
	}

	/**
	 * What constrains the rows of a table.
	 *
	 * @param key the column of the key
	 * @param references its foreign keys
	 * @param unique the columns of its unique indexes
	 * @param members reads payloads
	 */
	private record Table(String key, List<ForeignKey> references, List<List<String>> unique, RowMembers members) {
	}

	private record UniqueValue(TableName table, int index, List<String> values) {
	}

}
