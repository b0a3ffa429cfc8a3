/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.oversync.internal.capture.CaptureInstaller;
import io.oversync.internal.capture.CaptureMode;
import io.oversync.internal.catalog.CatalogReader;
import io.oversync.internal.catalog.ColumnRoles;
import io.oversync.internal.catalog.Relation;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.catalog.TableRegistration;
import io.oversync.internal.store.MigratedDatabase;
import io.oversync.internal.store.SyncedTableStore;
import io.oversync.internal.store.Transactions;
import io.oversync.internal.upload.UploadSettings;
import io.oversync.materialize.MaterializationHandler;
import io.oversync.protocol.ChangeStatus;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.MaterializeFailure;
import io.oversync.protocol.Payload;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import io.oversync.protocol.TableName;
import io.oversync.protocol.UploadChange;
import io.oversync.protocol.UploadRequest;
import io.oversync.protocol.UploadResponse;
import io.oversync.service.SyncService;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * The engine on a database of its own, without HTTP.
 */
public final class TestEngine implements AutoCloseable {

	/** The default of an application. */
	public static final int POOL_SIZE = 10;

	private static final Pattern REGISTRATION = Pattern.compile("(?<table>[^(\\[{<!+]+)(\\((?<owner>[^)]*)\\))?"
			+ "(\\[(?<readonly>[^]]*)])?(\\{(?<computed>[^}]*)})?(<(?<version>[^>]*)>)?[!+]?");

	/** Time enough for the slowest machine. */
	private static final RequestLimits PATIENT = new RequestLimits(Duration.ofMinutes(2), 2, 1000);

	private final HikariDataSource pool;

	private final SyncService service;

	private final DataSource engineDataSource;

	private TestEngine(HikariDataSource pool, DataSource engineDataSource, SyncService service) {
		this.pool = pool;
		this.engineDataSource = engineDataSource;
		this.service = service;
	}

	/**
	 * Starts an engine.
	 * @param ddl makes the application's tables
	 * @param registrations what is registered: {@code schema.table}, or
	 * {@code schema.table(owner_column)}, or {@code schema.table!} for one that is not
	 * materialised; after the owner {@code [columns]} that are read-only,
	 * {@code {columns}} that are computed, the {@code <column>} of the version; {@code +}
	 * at the end for one whose writes by the application are captured
	 * @return the engine
	 */
	public static TestEngine start(String ddl, String... registrations) {
		return start(ddl, List.of(), new UploadSettings(0, false, Duration.ofSeconds(3)), registrations);
	}

	/**
	 * Starts an engine.
	 * @param ddl makes the application's tables
	 * @param handlers the application's handlers
	 * @param settings how uploads behave
	 * @param registrations what is registered
	 * @return the engine
	 */
	public static TestEngine start(String ddl, List<MaterializationHandler> handlers, UploadSettings settings,
			String... registrations) {
		return start(ddl, handlers, settings, PATIENT, registrations);
	}

	/**
	 * Starts an engine.
	 * @param ddl makes the application's tables
	 * @param handlers the application's handlers
	 * @param settings how uploads behave
	 * @param limits of requests and users
	 * @param registrations what is registered
	 * @return the engine
	 */
	public static TestEngine start(String ddl, List<MaterializationHandler> handlers, UploadSettings settings,
			RequestLimits limits, String... registrations) {
		return start(limited(limits), ddl, handlers, settings, registrations);
	}

	private static Factory limited(RequestLimits limits) {
		return (dataSource, catalog, handlers, transactions, settings) -> new DefaultSyncService(dataSource, catalog,
				handlers, transactions, settings, limits, mode(catalog));
	}

	/**
	 * Starts an engine from a factory.
	 * @param factory builds it
	 * @param ddl makes the application's tables
	 * @param registrations what is registered
	 * @return the engine
	 */
	public static TestEngine start(Factory factory, String ddl, String... registrations) {
		return start(factory, ddl, List.of(), new UploadSettings(0, false, Duration.ofSeconds(3)), registrations);
	}

	private static TestEngine start(Factory factory, String ddl, List<MaterializationHandler> handlers,
			UploadSettings settings, String... registrations) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(MigratedDatabase.create());
		pool.setMaximumPoolSize(POOL_SIZE);
		JdbcClient.create(pool).sql(ddl).update();
		DataSource counted = ProxyDataSourceBuilder.create(pool).countQuery().build();
		SyncService service = engine(factory, counted, handlers, settings, registrations);
		return new TestEngine(pool, counted, service);
	}

	/**
	 * Starts another engine on the same database.
	 * @param registrations what is registered
	 * @return the engine, with a pool of its own
	 */
	public TestEngine restart(String... registrations) {
		return on(this.pool.getJdbcUrl(), registrations);
	}

	/**
	 * Starts an engine on a database that has a sync schema.
	 * @param url the database, of any role
	 * @param registrations what is registered
	 * @return the engine
	 */
	public static TestEngine on(String url, String... registrations) {
		return on(url, List.of(), registrations);
	}

	/**
	 * Starts an engine on a database that has a sync schema.
	 * @param url the database, of any role
	 * @param handlers the application's handlers
	 * @param registrations what is registered
	 * @return the engine
	 */
	public static TestEngine on(String url, List<MaterializationHandler> handlers, String... registrations) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(url);
		pool.setMaximumPoolSize(POOL_SIZE);
		return new TestEngine(pool, pool, engine(limited(PATIENT), pool, handlers,
				new UploadSettings(0, false, Duration.ofSeconds(3)), registrations));
	}

	private static SyncService engine(Factory factory, DataSource dataSource, List<MaterializationHandler> handlers,
			UploadSettings settings, String... registrations) {
		List<TableRegistration> tables = new ArrayList<>();
		for (String registration : registrations) {
			tables.add(registration(registration));
		}
		return factory.create(dataSource, catalog(dataSource, tables), handlers,
				new Transactions(new JdbcTransactionManager(dataSource), 4), settings);
	}

	private static TableRegistration registration(String text) {
		Matcher parts = REGISTRATION.matcher(text);
		if (!parts.matches()) {
			throw new IllegalArgumentException(text);
		}
		Relation relation = Relation.parse(parts.group("table"));
		return new TableRegistration(relation.tableName(), parts.group("owner"), !text.endsWith("!"), Set.of(),
				relation)
			.withColumns(new ColumnRoles(columns(parts.group("readonly")), columns(parts.group("computed")),
					parts.group("version")))
			.withCapture(text.endsWith("+"));
	}

	private static Set<String> columns(@Nullable String names) {
		return (names != null) ? Set.of(names.split(",")) : Set.of();
	}

	private static TableCatalog catalog(DataSource dataSource, List<TableRegistration> tables) {
		CatalogReader reader = new CatalogReader(dataSource, new SyncedTableStore(dataSource));
		TableCatalog catalog = reader.read(tables);
		return new CaptureInstaller(dataSource, mode(catalog)).install(catalog) ? reader.read(tables) : catalog;
	}

	private static CaptureMode mode(TableCatalog catalog) {
		return catalog.isCaptured() ? CaptureMode.MIGRATE : CaptureMode.OFF;
	}

	public SyncService service() {
		return this.service;
	}

	public SyncEngine syncEngine() {
		return (SyncEngine) this.service;
	}

	public DataSource dataSource() {
		return this.pool;
	}

	/**
	 * Returns the DataSource that the engine has, for transactions that it joins.
	 * @return the pool, or a proxy of it
	 */
	public DataSource engineDataSource() {
		return this.engineDataSource;
	}

	/**
	 * Returns the database, for connections beside the pool.
	 * @return its JDBC URL
	 */
	public String jdbcUrl() {
		return this.pool.getJdbcUrl();
	}

	/**
	 * Returns a device.
	 * @param name {@code user/device}
	 * @return the device
	 */
	public Device device(String name) {
		String[] parts = name.split("/");
		return new Device(new SyncActor(parts[0], parts[1]));
	}

	/**
	 * Queries the database.
	 * @param sql one column
	 * @return its values as text
	 */
	public List<@Nullable String> query(String sql) {
		return JdbcClient.create(this.pool).sql(sql).query((resultSet, row) -> resultSet.getString(1)).list();
	}

	/**
	 * Lists the failures of a user.
	 * @param actor the user
	 * @return newest first
	 */
	public List<MaterializeFailure> failuresOf(SyncActor actor) {
		List<MaterializeFailure> failures = new ArrayList<>();
		this.service.materializeFailures(actor, null, null, 100, failures::add);
		return failures;
	}

	public void execute(String sql) {
		JdbcClient.create(this.pool).sql(sql).update();
	}

	@Override
	public void close() {
		this.pool.close();
	}

	/** Builds an engine, as {@link DefaultSyncService} does. */
	@FunctionalInterface
	public interface Factory {

		SyncService create(DataSource dataSource, TableCatalog catalog, List<MaterializationHandler> handlers,
				Transactions transactions, UploadSettings settings);

	}

	/** A device of a user. */
	public final class Device {

		private final SyncActor actor;

		private final List<UploadChange> pending = new ArrayList<>();

		private List<UploadChange> sent = List.of();

		private long nextId = 1;

		Device(SyncActor actor) {
			this.actor = actor;
		}

		public SyncActor actor() {
			return this.actor;
		}

		public Device upsert(String table, UUID pk, long version, String payload) {
			return change(table, "UPDATE", pk, version, Payload.of(payload));
		}

		public Device delete(String table, UUID pk, long version) {
			return change(table, "DELETE", pk, version, null);
		}

		private Device change(String table, String op, UUID pk, long version, @Nullable Payload payload) {
			TableName name = TableName.parse(table);
			this.pending
				.add(new UploadChange(this.nextId++, name.schema(), name.table(), op, pk.toString(), version, payload));
			return this;
		}

		/**
		 * Sends the pending changes and returns the statuses in short: applied 1,
		 * conflict 2, FkMissing.
		 */
		public List<String> upload() {
			return send().statuses().stream().map(Device::describe).toList();
		}

		/** Sends the last upload once more, as if its answer had been lost. */
		public List<String> resend() {
			this.pending.addAll(this.sent);
			return upload();
		}

		public UploadResponse send() {
			this.sent = List.copyOf(this.pending);
			this.pending.clear();
			return TestEngine.this.service.upload(this.actor, new UploadRequest(0, this.sent));
		}

		private static String describe(ChangeStatus status) {
			if (status instanceof ChangeStatus.Applied applied) {
				return "applied " + applied.newServerVersion();
			}
			if (status instanceof ChangeStatus.Conflict conflict) {
				return "conflict " + conflict.serverRow().serverVersion();
			}
			return ((ChangeStatus.Invalid) status).invalid().getClass().getSimpleName();
		}

		/** Downloads everything, the own changes included. */
		public List<DownloadedChange> stream() {
			List<DownloadedChange> changes = new ArrayList<>();
			long after = 0;
			DownloadWindow window;
			do {
				window = TestEngine.this.service.download(this.actor, new DownloadRequest(after, 1000, null, true, 0),
						changes::add);
				after = window.nextAfter();
			}
			while (window.hasMore());
			return changes;
		}

		/**
		 * Sends the pending changes until the server accepts them, as a client does.
		 */
		public UploadResponse sendUntilAnswered() {
			List<UploadChange> batch = List.copyOf(this.pending);
			this.pending.clear();
			while (true) {
				try {
					return TestEngine.this.service.upload(this.actor, new UploadRequest(0, batch));
				}
				catch (SyncException ex) {
					if (ex.code() != ErrorCode.TEMPORARILY_UNAVAILABLE) {
						throw ex;
					}
				}
			}
		}

		/** The stream in short: INSERT users 1 by phone. */
		public List<String> history() {
			return stream().stream()
				.map((change) -> change.op() + " " + change.table().table() + " " + change.serverVersion() + " by "
						+ change.sourceId())
				.toList();
		}

		public List<String> failures() {
			return TestEngine.this.failuresOf(this.actor)
				.stream()
				.map((failure) -> failure.table().table() + ": " + failure.error())
				.toList();
		}

	}

}
