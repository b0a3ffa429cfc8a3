package io.oversync.materialize;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import javax.sql.DataSource;

import io.oversync.catalog.DefinitionsChangedException;
import io.oversync.catalog.ForeignKey;
import io.oversync.catalog.RowKey;
import io.oversync.catalog.SyncedTable;
import io.oversync.catalog.TableCatalog;
import io.oversync.materialize.BusinessWriter.ValuedRow;
import io.oversync.protocol.TableName;
import io.oversync.store.Definitions;
import io.oversync.store.SqlStates;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Writes applied changes into the business tables (protocol §2.2).
 * <ol>
 * <li>Values are converted in memory; a row with a value that its column cannot hold
 * fails here.</li>
 * <li>All rows are written by sets, within one savepoint, and every constraint is checked
 * before it is released: a violation that shows at commit would refuse the whole
 * upload.</li>
 * <li>If that fails, the rows are halved until the failing ones stand alone.</li>
 * <li>These get a second chance at the end, those that refer to each other in a circle
 * together: a row may have failed for want of another that came later, or because of one
 * that was to be deleted.</li>
 * </ol>
 * Transient trouble of the database judges no row: it ends the upload. So does a table
 * that is no longer what the catalog says: within the savepoint the tables are locked, so
 * what is compared before its end holds for all that was written.
 */
public final class Materializer {

	private static final Log logger = LogFactory.getLog(Materializer.class);

	private static final String BEGIN = "SAVEPOINT oversync; SET CONSTRAINTS ALL DEFERRED";

	private static final String CHECK = "SET CONSTRAINTS ALL IMMEDIATE";

	private static final String RELEASE = "RELEASE SAVEPOINT oversync";

	private static final String UNDO = "ROLLBACK TO SAVEPOINT oversync; RELEASE SAVEPOINT oversync";

	private final TableCatalog catalog;

	private final Handlers handlers;

	private final BusinessWriter writer;

	private final JdbcTemplate jdbc;

	private final Definitions definitions;

	/**
	 * Creates the materialiser.
	 * @param dataSource the application's database
	 * @param catalog the registered tables
	 * @param handlers the application's handlers, at most one a table
	 */
	public Materializer(DataSource dataSource, TableCatalog catalog, List<MaterializationHandler> handlers) {
		this.catalog = catalog;
		this.handlers = new Handlers(catalog, handlers);
		this.writer = new BusinessWriter(dataSource, catalog);
		this.jdbc = new JdbcTemplate(dataSource);
		this.definitions = new Definitions(dataSource);
	}

	/**
	 * Writes rows.
	 * @param scope their owner
	 * @param stages the writes, to be carried out one stage after the other; a row occurs
	 * at most once in a stage
	 * @return which rows were written in the end, and which could not be
	 */
	public Result write(Scope scope, List<List<BusinessWrite>> stages) {
		List<Step> steps = new ArrayList<>();
		for (int stage = 0; stage < stages.size(); stage++) {
			for (BusinessWrite write : stages.get(stage)) {
				SyncedTable table = this.catalog.get(write.row().table());
				if (table.materialized() || table.problem() != null || this.handlers.find(table.name()) != null) {
					steps.add(prepare(stage, table, write));
				}
			}
		}
		Map<RowKey, RowFailure> failures = new LinkedHashMap<>();
		List<Step> failed = new ArrayList<>();
		divide(scope, steps, failed, failures);
		// unless a later stage has dealt with the row
		failed.removeIf((step) -> !isOf(step, failures.get(step.write.row())));
		if (steps.size() > 1) {
			tryAgain(scope, failed, failures);
		}
		Set<RowKey> written = new HashSet<>();
		steps.forEach((step) -> written.add(step.write.row()));
		written.removeAll(failures.keySet());
		return new Result(written, List.copyOf(failures.values()));
	}

	private static boolean isOf(Step step, @Nullable RowFailure failure) {
		return failure != null && failure.write() == step.write;
	}

	private Step prepare(int stage, SyncedTable table, BusinessWrite write) {
		if (this.handlers.find(table.name()) != null) {
			return new Step(stage, table, write, null, null);
		}
		if (write.isDelete() || table.problem() != null) {
			return new Step(stage, table, write, null, table.problem());
		}
		try {
			return new Step(stage, table, write, RowValues.of(table, write.images()), null);
		}
		catch (ValueConversionException ex) {
			return new Step(stage, table, write, null, ex.getMessage());
		}
	}

	private void divide(Scope scope, List<Step> steps, List<Step> failed, Map<RowKey, RowFailure> failures) {
		if (steps.isEmpty()) {
			return;
		}
		try {
			List<RowFailure> refused = attempt(scope, steps);
			steps.forEach((step) -> failures.remove(step.write.row()));
			refused.forEach((failure) -> failures.put(failure.write().row(), failure));
			return;
		}
		catch (RuntimeException ex) {
			if (endsTheUpload(ex)) {
				throw ex;
			}
			this.jdbc.execute(UNDO);
			if (failed.isEmpty()) {
				// before any row is blamed
				this.definitions.require(tables(steps));
			}
			if (steps.size() == 1) {
				Step step = steps.get(0);
				logger.debug("Row " + step.write.row() + " was not materialised", ex);
				failures.put(step.write.row(), new RowFailure(step.write, FailureMessages.describe(ex)));
				failed.add(step);
				return;
			}
		}
		int half = steps.size() / 2;
		divide(scope, steps.subList(0, half), failed, failures);
		divide(scope, steps.subList(half, steps.size()), failed, failures);
	}

	private void tryAgain(Scope scope, List<Step> failed, Map<RowKey, RowFailure> failures) {
		List<Step> upserts = failed.stream().filter((step) -> !step.write.isDelete()).toList();
		Map<RowKey, Step> byRow = new HashMap<>();
		upserts.forEach((step) -> byRow.put(step.write.row(), step));
		for (List<Step> group : Circles.group(upserts, (step) -> parents(step, byRow))) {
			writeTogether(scope, group, failures);
		}
		divide(scope, failed.stream().filter((step) -> step.write.isDelete()).toList(), new ArrayList<>(), failures);
	}

	private static List<Step> parents(Step step, Map<RowKey, Step> byRow) {
		List<Step> parents = new ArrayList<>();
		if (step.values == null) {
			return parents;
		}
		for (ForeignKey foreignKey : step.table.references()) {
			String key = step.values.get(foreignKey.column());
			Step parent = (key != null) ? byRow.get(new RowKey(foreignKey.parent(), UUID.fromString(key))) : null;
			if (parent != null && parent != step) {
				parents.add(parent);
			}
		}
		return parents;
	}

	private void writeTogether(Scope scope, List<Step> group, Map<RowKey, RowFailure> failures) {
		if (group.size() == 1) {
			divide(scope, group, new ArrayList<>(), failures);
			return;
		}
		try {
			List<RowFailure> refused = attempt(scope, group);
			group.forEach((step) -> failures.remove(step.write.row()));
			refused.forEach((failure) -> failures.put(failure.write().row(), failure));
		}
		catch (RuntimeException ex) {
			if (endsTheUpload(ex)) {
				throw ex;
			}
			this.jdbc.execute(UNDO);
		}
	}

	private static boolean endsTheUpload(RuntimeException failure) {
		return failure instanceof DefinitionsChangedException || SqlStates.isTransient(failure);
	}

	/** The tables of writes, and those that deletes may reach. */
	private Collection<SyncedTable> tables(List<Step> steps) {
		Map<TableName, SyncedTable> tables = new LinkedHashMap<>();
		for (Step step : steps) {
			tables.putIfAbsent(step.table.name(), step.table);
			if (step.write.isDelete()) {
				for (ForeignKey foreignKey : this.catalog.referencesTo(step.table.name())) {
					tables.putIfAbsent(foreignKey.child(), this.catalog.get(foreignKey.child()));
				}
			}
		}
		return tables.values();
	}

	private List<RowFailure> attempt(Scope scope, List<Step> steps) {
		this.jdbc.execute(BEGIN);
		List<RowFailure> refused = new ArrayList<>();
		int start = 0;
		while (start < steps.size()) {
			int end = start;
			Map<Group, List<Step>> groups = new LinkedHashMap<>();
			while (end < steps.size() && steps.get(end).stage == steps.get(start).stage) {
				Step step = steps.get(end++);
				if (step.error != null) {
					refused.add(new RowFailure(step.write, step.error));
					continue;
				}
				groups.computeIfAbsent(new Group(step.table, step.write.isDelete()), (group) -> new ArrayList<>())
					.add(step);
			}
			groups.forEach((group, members) -> refused.addAll(write(scope, group, members)));
			start = end;
		}
		this.definitions.requireAtEnd(tables(steps), CHECK, RELEASE);
		return refused;
	}

	private List<RowFailure> write(Scope scope, Group group, List<Step> members) {
		List<BusinessWrite> writes = members.stream().map(Step::write).toList();
		MaterializationHandler handler = this.handlers.find(group.table.name());
		if (handler != null) {
			Handlers.call(handler, scope, writes, group.delete);
			return List.of();
		}
		if (group.delete) {
			return this.writer.delete(group.table, writes, scope);
		}
		List<ValuedRow> rows = new ArrayList<>(members.size());
		for (Step step : members) {
			if (step.values != null) {
				rows.add(new ValuedRow(step.write, step.values));
			}
		}
		return this.writer.upsert(group.table, rows, scope);
	}

	/**
	 * What came of writing rows.
	 *
	 * @param written rows that are in their tables as they should be
	 * @param failures rows that are not
	 */
	public record Result(Set<RowKey> written, List<RowFailure> failures) {
	}

	/**
	 * A write with its values.
	 *
	 * @param stage its place in the order
	 * @param table the table
	 * @param write the write
	 * @param values null for a delete, for a handler's table and when there is an error
	 * @param error why the values could not be converted, null when they could
	 */
	private record Step(int stage, SyncedTable table, BusinessWrite write, @Nullable RowValues values,
			@Nullable String error) {
	}

	private record Group(SyncedTable table, boolean delete) {
	}

}
