/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

import javax.sql.DataSource;

import io.oversync.internal.catalog.CatalogQueries.ColumnRow;
import io.oversync.internal.catalog.CatalogQueries.ForeignKeyRow;
import io.oversync.internal.catalog.CatalogQueries.TableRow;
import io.oversync.internal.catalog.TableStructure.IdentityColumns;
import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Reads the definitions of the registered tables from {@code pg_catalog}, in a fixed
 * number of statements. Must run after the application's own migrations.
 * <p>
 * The references of a table are all its foreign keys of one column to the key of a
 * registered table, also those whose column uploads do not write (the owner column, a
 * generated or read-only one, the key itself).
 */
public final class CatalogReader {

	private static final String DEFAULT_KEY = "id";

	/**
	 * Definitions are read without locks on tables; this is for what a later PostgreSQL
	 * may do.
	 */
	private static final String LOCK_TIMEOUT = "set local lock_timeout = 250";

	private final JdbcClient client;

	private final TableNumbering numbering;

	private final TransactionTemplate transaction;

	private final TransactionTemplate apart;

	/**
	 * Creates a reader.
	 * @param dataSource the application's database, with the sync schema in it
	 * @param numbering registers the tables there
	 */
	public CatalogReader(DataSource dataSource, TableNumbering numbering) {
		this.numbering = numbering;
		this.client = JdbcClient.create(dataSource);
		JdbcTransactionManager transactionManager = new JdbcTransactionManager(dataSource);
		this.transaction = new TransactionTemplate(transactionManager);
		this.apart = new TransactionTemplate(transactionManager);
		this.apart.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
	}

	/**
	 * Registers tables in the sync schema and reads their definitions.
	 * @param registrations the tables, each once
	 * @return the catalog, in the order of the registrations
	 * @throws OversyncStartupException if a table is missing or cannot be synced
	 */
	public TableCatalog read(List<TableRegistration> registrations) {
		return execute(this.transaction, () -> {
			Map<TableName, Integer> ids = this.numbering.register(names(registrations));
			return read(registrations, (name) -> ids.getOrDefault(name, 0), new UnfitTables.Strict());
		});
	}

	/**
	 * Reads the definitions of the same tables again, while the application is running. A
	 * table that is missing or cannot be synced any more is kept as it was, with a
	 * problem: its rows in the stream still follow the rules last known.
	 * @param last the catalog so far
	 * @return the catalog as it is now, the same one if it was not read from a database
	 */
	public TableCatalog readAgain(TableCatalog last) {
		if (last.registrations().isEmpty()) {
			return last;
		}
		return execute(this.apart, () -> {
			this.client.sql(LOCK_TIMEOUT).update();
			return read(last.registrations(), (name) -> last.get(name).id(), new UnfitTables.Kept(last));
		});
	}

	private static TableCatalog execute(TransactionTemplate transaction, Supplier<TableCatalog> work) {
		TableCatalog catalog = transaction.execute((status) -> work.get());
		return (catalog != null) ? catalog : new TableCatalog(List.of());
	}

	private static List<TableName> names(List<TableRegistration> registrations) {
		return registrations.stream().map(TableRegistration::name).toList();
	}

	private TableCatalog read(List<TableRegistration> registrations, ToIntFunction<TableName> ids, UnfitTables unfit) {
		CatalogQueries queries = CatalogQueries.begin(this.client);
		// their definitions first: what is altered while this goes on will differ from
		// them
		Map<TableName, FoundTable> found = find(queries, registrations);
		Long[] oids = found.values().stream().map((table) -> table.row().oid()).toArray(Long[]::new);
		ColumnTypes types = new ColumnTypes(queries.types(oids));
		TableChecks checks = new TableChecks(types);
		Map<Long, FoundTable> keyed = new HashMap<>();
		found.values().stream().filter(checks::hasUuidKey).forEach((table) -> keyed.put(table.row().oid(), table));
		ForeignKeys foreignKeys = new ForeignKeys(keyed, types);
		List<ForeignKeyRow> foreignKeyRows = queries.foreignKeys(oids);
		SyncedColumns columns = new SyncedColumns(types);
		Map<Long, Ownership> ownerships = new OwnershipReader(this.client).read(found.values());
		List<SyncedTable> tables = new ArrayList<>();
		for (TableRegistration registration : registrations) {
			FoundTable table = found.get(registration.name());
			String definition = (table != null) ? table.row().definition() : Relation.ABSENT;
			try {
				check(registration, table, checks);
				List<ForeignKey> references = (table != null) ? foreignKeys.of(table, foreignKeyRows) : List.of();
				String key = (table != null && checks.hasUuidKey(table)) ? table.column(table.keyNumber()).name()
						: null;
				tables.add(new SyncedTable(ids.applyAsInt(registration.name()), registration.name(),
						registration.relation().defined(definition), table != null && registration.materialize(),
						structure(registration, table, key, references, columns, ownerships), null,
						table != null && registration.isCaptured(),
						((table != null) ? table.registration() : registration).wire()));
			}
			catch (OversyncStartupException ex) {
				tables.add(unfit.replace(registration.name(), definition, ex));
			}
		}
		return new TableCatalog(unfit.complete(tables, found), registrations);
	}

	private static Map<TableName, FoundTable> find(CatalogQueries queries, List<TableRegistration> registrations) {
		List<TableRow> rows = queries.tables(registrations.stream().map(TableRegistration::relation).toList());
		Map<Long, List<ColumnRow>> columns = new HashMap<>();
		for (ColumnRow column : queries.columns(rows.stream().map(TableRow::oid).toArray(Long[]::new))) {
			columns.computeIfAbsent(column.table(), (table) -> new ArrayList<>()).add(column);
		}
		Map<TableName, FoundTable> found = new LinkedHashMap<>();
		for (TableRow row : rows) {
			TableRegistration registration = registrations.get(row.entry());
			found.put(registration.name(),
					new FoundTable(registration, row, columns.getOrDefault(row.oid(), List.of())));
		}
		return found;
	}

	private static void check(TableRegistration registration, @Nullable FoundTable table, TableChecks checks) {
		TableChecks.requireUse(registration);
		if (!registration.materialize()) {
			return;
		}
		if (table == null) {
			throw TableChecks.missing(registration.relation());
		}
		checks.check(table);
	}

	private static TableStructure structure(TableRegistration registration, @Nullable FoundTable table,
			@Nullable String key, List<ForeignKey> references, SyncedColumns columns, Map<Long, Ownership> ownerships) {
		String keyColumn = (key != null) ? key : DEFAULT_KEY;
		if (table == null || !registration.materialize()) {
			return new TableStructure(new IdentityColumns(keyColumn, registration.ownerColumn(), "text"),
					TableColumns.NONE, references, false, Ownership.NONE,
					(table != null) ? table.names() : ColumnNames.of(Set.of()));
		}
		for (ForeignKey reference : references) {
			ColumnRow column = table.find(reference.column());
			if (column != null) {
				TableChecks.requireSelect(table, column);
			}
		}
		// the registration of the table is spelled like its columns
		return new TableStructure(
				new IdentityColumns(keyColumn, table.registration().ownerColumn(), columns.ownerType(table)),
				columns.of(table), references, table.row().checked(),
				ownerships.getOrDefault(table.row().oid(), Ownership.NONE), table.names());
	}

}
