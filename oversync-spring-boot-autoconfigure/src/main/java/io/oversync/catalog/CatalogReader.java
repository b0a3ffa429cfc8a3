package io.oversync.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import io.oversync.catalog.CatalogQueries.ColumnRow;
import io.oversync.catalog.CatalogQueries.ForeignKeyRow;
import io.oversync.catalog.CatalogQueries.TableRow;
import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Reads from {@code pg_catalog} what sync has to know about the registered tables, in a
 * fixed number of statements. Has to run after the application's own migrations.
 * <p>
 * The references of a table are all its foreign keys of one column to the key of a
 * registered table, also those whose column uploads do not write (the owner column, a
 * generated or read-only one, the key itself).
 */
public final class CatalogReader {

	private static final String DEFAULT_KEY = "id";

	private final JdbcClient client;

	private final TransactionTemplate transaction;

	/**
	 * Creates a reader.
	 * @param dataSource the application's database, with the sync schema in it
	 */
	public CatalogReader(DataSource dataSource) {
		this.client = JdbcClient.create(dataSource);
		this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
	}

	/**
	 * Registers tables in the sync schema and reads their definitions.
	 * @param registrations the tables, each once
	 * @return the catalog, in the order of the registrations
	 * @throws OversyncStartupException if a table is missing or cannot be synced
	 */
	public TableCatalog read(List<TableRegistration> registrations) {
		TableCatalog catalog = this.transaction.execute((status) -> readInTransaction(registrations));
		return (catalog != null) ? catalog : new TableCatalog(List.of());
	}

	private TableCatalog readInTransaction(List<TableRegistration> registrations) {
		List<TableName> names = registrations.stream().map(TableRegistration::name).toList();
		CatalogQueries queries = new CatalogQueries(this.client);
		Map<TableName, FoundTable> found = find(queries, registrations, names);
		Long[] oids = found.values().stream().map((table) -> table.row().oid()).toArray(Long[]::new);
		ColumnTypes types = new ColumnTypes(queries.types(oids));
		TableChecks checks = new TableChecks(types);
		for (TableRegistration registration : registrations) {
			check(registration, found.get(registration.name()), checks);
		}
		Map<Long, FoundTable> keyed = new HashMap<>();
		found.values().stream().filter(checks::hasUuidKey).forEach((table) -> keyed.put(table.row().oid(), table));
		ForeignKeys foreignKeys = new ForeignKeys(keyed, types);
		List<ForeignKeyRow> foreignKeyRows = queries.foreignKeys(oids);
		SyncedColumns columns = new SyncedColumns(types);
		Map<Long, Ownership> ownerships = new OwnershipReader(this.client).read(found.values());
		Map<TableName, Integer> ids = new TableIds(this.client).register(names);
		List<SyncedTable> tables = new ArrayList<>();
		for (TableRegistration registration : registrations) {
			FoundTable table = found.get(registration.name());
			int id = ids.getOrDefault(registration.name(), 0);
			tables.add(syncedTable(id, registration, table, columns, ownerships,
					(table != null) ? foreignKeys.of(table, foreignKeyRows) : List.of(),
					table != null && checks.hasUuidKey(table)));
		}
		return new TableCatalog(tables);
	}

	private static Map<TableName, FoundTable> find(CatalogQueries queries, List<TableRegistration> registrations,
			List<TableName> names) {
		List<TableRow> rows = queries.tables(names);
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
		if (!registration.materialize()) {
			return;
		}
		if (table == null) {
			throw TableChecks.missing(registration.name());
		}
		checks.check(table);
	}

	private static SyncedTable syncedTable(int id, TableRegistration registration, @Nullable FoundTable table,
			SyncedColumns columns, Map<Long, Ownership> ownerships, List<ForeignKey> references, boolean keyed) {
		String key = (table != null && keyed) ? table.column(table.keyNumber()).name() : DEFAULT_KEY;
		if (table == null || !registration.materialize()) {
			return new SyncedTable(id, registration.name(), false, key, registration.ownerColumn(), "text", List.of(),
					references, false);
		}
		for (ForeignKey reference : references) {
			ColumnRow column = table.find(reference.column());
			if (column != null) {
				TableChecks.requireSelect(table, column);
			}
		}
		return new SyncedTable(id, registration.name(), true, key, registration.ownerColumn(), columns.ownerType(table),
				columns.of(table), references, table.row().checked(),
				ownerships.getOrDefault(table.row().oid(), Ownership.NONE));
	}

}
