package io.oversync.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.oversync.store.Parameters.Binding;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementCallback;
import org.springframework.jdbc.core.RowCallbackHandler;

/**
 * Statements on the tables of the sync schema that travel together: PostgreSQL carries
 * them out one after the other, under READ COMMITTED each with a snapshot of its own, and
 * answers all of them at once. In a small upload the way to the database and back costs
 * more than the work there.
 * <p>
 * Plans do not depend on how large a table was when they were made: not those of the
 * batch, nor those of later statements of the same transaction.
 */
public final class StatementBatch {

	private static final int ALL_ROWS = 0;

	private final JdbcTemplate jdbc;

	private List<Entry> entries = new ArrayList<>();

	private int fetchSize = ALL_ROWS;

	StatementBatch(JdbcTemplate jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Adds a statement that looks at the application's tables.
	 * @param planning how it is planned
	 * @param sql the statement, without a semicolon
	 * @param parameters binds its parameters
	 * @param rows receives its rows
	 */
	public void add(Planning planning, String sql, Binding parameters, RowCallbackHandler rows) {
		this.entries.add(new Entry(planning, sql, parameters, rows));
	}

	/**
	 * Adds a statement without parameters and rows that looks at the application's
	 * tables.
	 * @param planning how it is planned
	 * @param sql the statement, without a semicolon
	 */
	public void add(Planning planning, String sql) {
		add(planning, sql, Entry.NO_PARAMETERS, Entry.NO_ROWS);
	}

	StatementBatch add(String sql) {
		return add(sql, Entry.NO_PARAMETERS);
	}

	StatementBatch add(String sql, Binding parameters) {
		return add(sql, parameters, Entry.NO_ROWS);
	}

	StatementBatch add(String sql, Binding parameters, RowCallbackHandler rows) {
		add(Planning.BY_KEY, sql, parameters, rows);
		return this;
	}

	/**
	 * Adds a statement for each of several chunks, of which all but the last are carried
	 * out at once.
	 * @param <T> the type of the rows
	 * @param chunks the chunks
	 * @param statement adds the statement for a chunk
	 */
	<T> void addChunks(List<List<T>> chunks, Consumer<List<T>> statement) {
		for (int i = 0; i < chunks.size(); i++) {
			if (i > 0) {
				execute();
			}
			statement.accept(chunks.get(i));
		}
	}

	/**
	 * Adds a query for a range of rows in the order of a key, which may be many and
	 * large.
	 * @param sql the query
	 * @param fetchSize how many rows to fetch at first; the receiver may set the number
	 * of the next ones on the {@link ResultSet}
	 * @param parameters binds its parameters
	 * @param rows receives its rows
	 */
	public void addScan(String sql, int fetchSize, Binding parameters, RowCallbackHandler rows) {
		add("SET LOCAL enable_bitmapscan = off").add("SET LOCAL enable_sort = off").add(sql, parameters, rows);
		this.fetchSize = fetchSize;
	}

	/**
	 * Carries out what was added since the last time, in the transaction of the caller.
	 */
	public void execute() {
		List<Entry> batch = settled(this.entries);
		int rowsAtATime = this.fetchSize;
		this.entries = new ArrayList<>();
		this.fetchSize = ALL_ROWS;
		String sql = batch.stream().map(Entry::sql).collect(Collectors.joining(";\n"));
		PreparedStatementCallback<Boolean> execution = (statement) -> {
			statement.setFetchSize(rowsAtATime);
			Parameters parameters = new Parameters(statement);
			for (Entry entry : batch) {
				entry.parameters.bind(parameters);
			}
			statement.execute();
			for (Entry entry : batch) {
				receive(statement, entry.rows);
				statement.getMoreResults();
			}
			return true;
		};
		this.jdbc.execute(sql, execution);
	}

	/** Puts the settings between the statements that they need. */
	private static List<Entry> settled(List<Entry> entries) {
		List<Entry> batch = new ArrayList<>(entries.size() + 8);
		Planning planning = Planning.EACH_TIME;
		for (Entry entry : entries) {
			planning.change(entry.planning, (sql) -> batch.add(new Entry(sql)));
			planning = entry.planning;
			batch.add(entry);
		}
		planning.change(Planning.EACH_TIME, (sql) -> batch.add(new Entry(sql)));
		return batch;
	}

	private static void receive(PreparedStatement statement, RowCallbackHandler rows) throws SQLException {
		ResultSet resultSet = statement.getResultSet();
		while (resultSet != null && resultSet.next()) {
			rows.processRow(resultSet);
		}
	}

	/**
	 * How PostgreSQL plans a statement. Every batch leaves the transaction planning each
	 * time.
	 */
	public enum Planning {

		/**
		 * Once for a connection, and without sequential scans: for what is looked up by a
		 * key of the sync schema. A plan that was made while a table is small would scan
		 * it, and be kept while it grows.
		 */
		BY_KEY("off", "force_generic_plan"),

		/** Each time: the application's tables may lack an index. */
		EACH_TIME("DEFAULT", "force_custom_plan"),

		/** As PostgreSQL likes: for statements that look nothing up. */
		AS_USUAL("DEFAULT", "auto");

		private final String sequentialScans;

		private final String plans;

		Planning(String sequentialScans, String plans) {
			this.sequentialScans = sequentialScans;
			this.plans = plans;
		}

		private void change(Planning to, Consumer<String> settings) {
			if (!this.sequentialScans.equals(to.sequentialScans)) {
				settings.accept("SET LOCAL enable_seqscan = " + to.sequentialScans);
			}
			if (!this.plans.equals(to.plans)) {
				settings.accept("SET LOCAL plan_cache_mode = " + to.plans);
			}
		}

	}

	/**
	 * A statement.
	 *
	 * @param planning how it is planned
	 * @param sql its text, without a semicolon
	 * @param parameters binds its parameters
	 * @param rows receives its rows
	 */
	private record Entry(Planning planning, String sql, Binding parameters, RowCallbackHandler rows) {

		static final Binding NO_PARAMETERS = (parameters) -> {
		};

		static final RowCallbackHandler NO_ROWS = (resultSet) -> {
		};

		/** A setting. */
		Entry(String sql) {
			this(Planning.EACH_TIME, sql, NO_PARAMETERS, NO_ROWS);
		}

	}

}
