package io.oversync.sample.client;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * What the server's PostgreSQL holds of a user, looked at past the server.
 */
final class ServerTables {

	private static final JsonMapper mapper = new JsonMapper();

	private final JdbcTemplate jdbc;

	ServerTables(String jdbcUrl) {
		this.jdbc = new JdbcTemplate(new DriverManagerDataSource(jdbcUrl));
	}

	/** Returns the rows of the application's own tables, as {@link Device#rows()}. */
	Map<String, List<String>> business(String user) {
		Map<String, List<String>> contents = new TreeMap<>();
		for (SampleTable table : SampleTable.values()) {
			String columns = table.columns()
				.stream()
				.map(SampleTable.Column::serverExpression)
				.collect(Collectors.joining(", "));
			this.jdbc.query("select " + columns + " from business." + table.sqlName() + " where owner_id = ?",
					(RowCallbackHandler) (row) -> add(contents, table, values(table, row)), user);
		}
		return contents;
	}

	private static List<String> values(SampleTable table, ResultSet row) throws SQLException {
		List<String> values = new ArrayList<>();
		for (int i = 0; i < table.columns().size(); i++) {
			values.add(table.columns().get(i).kind().text(row.getString(i + 1)));
		}
		return values;
	}

	/** Returns the rows of the sync's own tables, as {@link Device#rows()}. */
	Map<String, List<String>> state(String user) {
		Map<String, List<String>> contents = new TreeMap<>();
		for (SampleTable table : SampleTable.values()) {
			this.jdbc.query("select payload from sync.sync_state where user_id = ? and schema_name = 'business'"
					+ " and table_name = ?", (RowCallbackHandler) (row) -> {
						JsonNode payload = mapper.readTree(row.getString(1));
						add(contents, table,
								table.columns()
									.stream()
									.map((column) -> column.kind().text(payload.get(column.name())))
									.toList());
					}, user, table.sqlName());
		}
		return contents;
	}

	private static void add(Map<String, List<String>> contents, SampleTable table, List<String> values) {
		contents.put(table.sqlName() + " " + values.get(0), values);
	}

	long count(String sql, Object... arguments) {
		Long count = this.jdbc.queryForObject(sql, Long.class, arguments);
		return (count != null) ? count : -1;
	}

	List<String> texts(String sql, Object... arguments) {
		return this.jdbc.queryForList(sql, String.class, arguments);
	}

}
