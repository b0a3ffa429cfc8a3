package io.oversync.sample.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

import io.oversync.client.SyncClient;
import io.oversync.client.SyncClientBuilder;
import io.oversync.client.TokenSupplier;
import io.oversync.client.http.JdkSyncHttp;
import io.oversync.client.http.SyncHttp;
import org.sqlite.SQLiteDataSource;

/**
 * A device of the sample: a database file with the sample's tables, a connection of the
 * application and a client that can be closed and opened again.
 */
final class Device implements AutoCloseable {

	private static final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

	/** What a real device uses. */
	static final SyncHttp NETWORK = new JdkSyncHttp(http, Duration.ofSeconds(60));

	private final SQLiteDataSource database = new SQLiteDataSource();

	private final String serverUrl;

	private final String user;

	private final String name;

	private final Consumer<SyncClientBuilder> settings;

	private final Connection connection;

	private final TokenSupplier token;

	private SyncClient client;

	/**
	 * Opens a device; the tables are created unless they are there.
	 * @param folder where its file is
	 * @param serverUrl the sample's address
	 * @param user whose it is
	 * @param name its id
	 * @param settings what differs from the defaults
	 */
	Device(Path folder, String serverUrl, String user, String name, Consumer<SyncClientBuilder> settings) {
		this.serverUrl = serverUrl;
		this.user = user;
		this.name = name;
		this.settings = settings;
		String[] cached = new String[1];
		this.token = (refused) -> {
			if (refused != null || cached[0] == null) {
				cached[0] = signIn(serverUrl, user, name);
			}
			return cached[0];
		};
		this.database.setUrl("jdbc:sqlite:" + folder.resolve(user + "-" + name + ".db"));
		this.database.setJournalMode("WAL");
		// a test's machine does not lose its power
		this.database.setSynchronous("OFF");
		try {
			this.connection = this.database.getConnection();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
		execute("PRAGMA foreign_keys = ON");
		execute("PRAGMA busy_timeout = 10000");
		for (SampleTable table : SampleTable.values()) {
			execute(table.ddl().replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS"));
		}
		open();
	}

	private void open() {
		SyncClientBuilder builder = SyncClient.builder()
			.dataSource(this.database)
			.server(URI.create(this.serverUrl + "/sync"))
			.http(NETWORK)
			.token(this.token)
			.user(this.user)
			.device(this.name)
			.schema("business")
			.tables(Arrays.stream(SampleTable.values()).map(SampleTable::sqlName).toArray(String[]::new));
		this.settings.accept(builder);
		this.client = builder.open();
	}

	private static String signIn(String serverUrl, String user, String device) {
		HttpRequest request = HttpRequest.newBuilder(URI.create(serverUrl + "/dummy-signin"))
			.header("Content-Type", "application/json")
			.POST(BodyPublishers
				.ofString("{\"user\":\"" + user + "\",\"password\":\"x\",\"device\":\"" + device + "\"}"))
			.build();
		try {
			HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
			return answer.body().replaceFirst(".*\"token\":\"([^\"]*)\".*", "$1");
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	SyncClient client() {
		return this.client;
	}

	String user() {
		return this.user;
	}

	/** Closes the client and opens another; the application goes on. */
	void reopen() {
		this.client.close();
		open();
	}

	/**
	 * Runs a statement of the application.
	 * @return how many rows it changed
	 */
	int execute(String sql, Object... arguments) {
		try {
			return tryToExecute(sql, arguments);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(sql + ": " + ex.getMessage(), ex);
		}
	}

	int tryToExecute(String sql, Object... arguments) throws SQLException {
		if (arguments.length == 0) {
			try (Statement statement = this.connection.createStatement()) {
				statement.execute(sql);
				return statement.getUpdateCount();
			}
		}
		try (PreparedStatement statement = this.connection.prepareStatement(sql)) {
			for (int i = 0; i < arguments.length; i++) {
				statement.setObject(i + 1, arguments[i]);
			}
			return statement.executeUpdate();
		}
	}

	/** Returns the values of the first column. */
	List<Object> query(String sql, Object... arguments) {
		try (PreparedStatement statement = this.connection.prepareStatement(sql)) {
			for (int i = 0; i < arguments.length; i++) {
				statement.setObject(i + 1, arguments[i]);
			}
			try (ResultSet rows = statement.executeQuery()) {
				List<Object> values = new ArrayList<>();
				while (rows.next()) {
					values.add(rows.getObject(1));
				}
				return values;
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(sql + ": " + ex.getMessage(), ex);
		}
	}

	/** Returns all rows by table and key, their values as texts. */
	Map<String, List<String>> rows() {
		Map<String, List<String>> contents = new TreeMap<>();
		for (SampleTable table : SampleTable.values()) {
			try (Statement statement = this.connection.createStatement();
					ResultSet rows = statement
						.executeQuery("SELECT " + table.columnList() + " FROM " + table.sqlName())) {
				while (rows.next()) {
					List<String> values = new ArrayList<>();
					for (int i = 0; i < table.columns().size(); i++) {
						values.add(table.columns().get(i).kind().text(rows.getObject(i + 1)));
					}
					contents.put(table.sqlName() + " " + values.get(0), values);
				}
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}
		return contents;
	}

	@Override
	public String toString() {
		return this.user + "/" + this.name;
	}

	@Override
	public void close() {
		this.client.close();
		try {
			this.connection.close();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
