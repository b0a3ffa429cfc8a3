/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.oversync.internal.capture.CaptureMode;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.catalog.TableRegistration;
import io.oversync.materialize.MaterializationHandler;
import io.oversync.materialize.ReadingMaterializationHandler;
import io.oversync.protocol.TableName;

import org.springframework.beans.factory.ObjectProvider;

/**
 * Chooses the tables whose writes by the application are captured, and says why others
 * are not.
 */
final class CaptureChoice {

	private static final int MOST_TABLES = 20;

	private final OversyncProperties properties;

	private final ObjectProvider<MaterializationHandler> handlers;

	CaptureChoice(OversyncProperties properties, ObjectProvider<MaterializationHandler> handlers) {
		this.properties = properties;
		this.handlers = handlers;
	}

	/**
	 * Leaves out the tables of handlers that do not read them: only handlers know what
	 * their tables mean for a device.
	 * @param registrations the registered tables
	 * @return the same tables
	 */
	List<TableRegistration> select(List<TableRegistration> registrations) {
		if (registrations.stream().noneMatch(TableRegistration::capture)) {
			return registrations;
		}
		Set<TableName> handled = handled();
		return registrations.stream()
			.map((table) -> table.withCapture(table.capture() && !handled.contains(table.name())))
			.toList();
	}

	/**
	 * Describes which tables are captured, for the log.
	 * @param catalog the registered tables
	 * @return a part of a line
	 */
	String describe(TableCatalog catalog) {
		if (this.properties.capture().mode() == CaptureMode.OFF) {
			return "not captured (oversync.capture.mode=off)";
		}
		List<String> captured = catalog.tables()
			.stream()
			.filter(SyncedTable::captured)
			.map((table) -> table.name().toString())
			.toList();
		List<String> others = others(catalog);
		return (captured.isEmpty() ? "not captured" : "captured from " + join(captured))
				+ (others.isEmpty() ? "" : (captured.isEmpty() ? ": " : ", not from ") + join(others));
	}

	private List<String> others(TableCatalog catalog) {
		Set<TableName> handled = handled();
		List<String> others = new ArrayList<>();
		for (RegisteredTable entry : this.properties.registeredTables()) {
			SyncedTable table = catalog.find(entry.tableName());
			if (table != null && !table.captured()) {
				others.add("%s (%s)".formatted(table.name(), reason(entry, handled)));
			}
		}
		return others;
	}

	private static String reason(RegisteredTable entry, Set<TableName> handled) {
		if (!entry.capture()) {
			return "capture: false";
		}
		if (handled.contains(entry.tableName())) {
			return "has a MaterializationHandler";
		}
		return entry.materialize() ? "no owner-column" : "materialize: false";
	}

	private static String join(List<String> tables) {
		String more = (tables.size() > MOST_TABLES) ? " and " + (tables.size() - MOST_TABLES) + " more" : "";
		return tables.stream().limit(MOST_TABLES).collect(Collectors.joining(", ")) + more;
	}

	private Set<TableName> handled() {
		return this.handlers.orderedStream()
			.filter((handler) -> !(handler instanceof ReadingMaterializationHandler))
			.map((handler) -> TableName.parse(handler.table()))
			.collect(Collectors.toSet());
	}

}
