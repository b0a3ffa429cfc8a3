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

	// A plan made while a table is small would scan it, and be kept while it grows.
	// Everything here has a key: it is looked up by that, and planned once.
	private static final List<Entry> BEGIN = List.of(new Entry("SET LOCAL enable_seqscan = off"),
			new Entry("SET LOCAL plan_cache_mode = force_generic_plan"));

	// The application's tables may lack an index: what follows is planned each time.
	private static final List<Entry> END = List.of(new Entry("SET LOCAL enable_seqscan TO DEFAULT"),
			new Entry("SET LOCAL plan_cache_mode = force_custom_plan"));

	private final JdbcTemplate jdbc;

	private List<Entry> before = new ArrayList<>();

	private List<Entry> entries = new ArrayList<>(BEGIN);

	StatementBatch(JdbcTemplate jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Adds a statement that comes before those of the sync schema and is planned as
	 * usual: it looks at the application's tables.
	 * @param sql the statement, without a semicolon
	 * @param parameters binds its parameters
	 */
	public void addBefore(String sql, Binding parameters) {
		this.before.add(new Entry(sql, parameters, Entry.NO_ROWS));
	}

	StatementBatch add(String sql) {
		this.entries.add(new Entry(sql));
		return this;
	}

	StatementBatch add(String sql, Binding parameters) {
		return add(sql, parameters, Entry.NO_ROWS);
	}

	StatementBatch add(String sql, Binding parameters, RowCallbackHandler rows) {
		this.entries.add(new Entry(sql, parameters, rows));
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
	 * Carries out what was added since the last time, in the transaction of the caller.
	 */
	public void execute() {
		List<Entry> batch = this.before;
		batch.addAll(this.entries);
		batch.addAll(END);
		this.before = new ArrayList<>();
		this.entries = new ArrayList<>(BEGIN);
		String sql = batch.stream().map(Entry::sql).collect(Collectors.joining(";\n"));
		PreparedStatementCallback<Boolean> execution = (statement) -> {
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

	private static void receive(PreparedStatement statement, RowCallbackHandler rows) throws SQLException {
		ResultSet resultSet = statement.getResultSet();
		while (resultSet != null && resultSet.next()) {
			rows.processRow(resultSet);
		}
	}

	/**
	 * A statement.
	 *
	 * @param sql its text, without a semicolon
	 * @param parameters binds its parameters
	 * @param rows receives its rows
	 */
	private record Entry(String sql, Binding parameters, RowCallbackHandler rows) {

		static final RowCallbackHandler NO_ROWS = (resultSet) -> {
		};

		Entry(String sql) {
			this(sql, (parameters) -> {
			}, NO_ROWS);
		}

	}

}
