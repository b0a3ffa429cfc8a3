/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import io.oversync.protocol.SyncActor;
import io.oversync.protocol.UploadRequest;
import io.oversync.protocol.UploadResponse;
import io.oversync.sample.SampleApplication;
import io.oversync.internal.service.SyncEngine;
import io.oversync.service.SyncService;
import io.oversync.test.ApplicationServer;
import io.oversync.test.TestPostgres;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * The sample on a new database, with a planted bug.
 */
final class BuggyServer implements AutoCloseable {

	private final ApplicationServer server;

	private final @Nullable ApplicationServer second;

	private BuggyServer(ApplicationServer server, @Nullable ApplicationServer second) {
		this.server = server;
		this.second = second;
	}

	static BuggyServer start(PlantedBug bug, String... arguments) {
		return start(bug.planting(), arguments);
	}

	static BuggyServer start(Planting planting, String... arguments) {
		String jdbcUrl = TestPostgres.createDatabase();
		JdbcTemplate database = new JdbcTemplate(new DriverManagerDataSource(jdbcUrl));
		ApplicationServer second = planting.needsTwoProcesses()
				? start(jdbcUrl, new Planter(planting, database, null), arguments) : null;
		SyncService other = (second != null) ? second.bean(SyncService.class) : null;
		BuggyServer server = new BuggyServer(start(jdbcUrl, new Planter(planting, database, other), arguments), second);
		try {
			database.execute("create schema planted");
			planting.complete(server.server.bean(SyncService.class), database);
		}
		catch (RuntimeException ex) {
			server.close();
			throw ex;
		}
		return server;
	}

	/** Its work fails all the time, and it would log that at length. */
	private static ApplicationServer start(String jdbcUrl, Planter planter, String... arguments) {
		List<String> all = new ArrayList<>(List.of(arguments));
		all.addAll(List.of("--logging.level.root=off", "--oversync.capture.mode=migrate"));
		return ApplicationServer.startOn(jdbcUrl, SampleApplication.class,
				(context) -> context.getBeanFactory().addBeanPostProcessor(planter), all.toArray(String[]::new));
	}

	String baseUrl() {
		return this.server.baseUrl();
	}

	/** Returns the database, of a superuser, with user and password in the URL. */
	String jdbcUrl() {
		return this.server.jdbcUrl();
	}

	@Override
	public void close() {
		this.server.close();
		if (this.second != null) {
			this.second.close();
		}
	}

	/** Plants the bug while the server starts. */
	private record Planter(Planting planting, JdbcTemplate database,
			@Nullable SyncService other) implements BeanPostProcessor {

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			if (bean instanceof DataSource dataSource) {
				return this.planting.dataSource(dataSource);
			}
			if (bean instanceof PlatformTransactionManager transactionManager) {
				return this.planting.transactionManager(transactionManager);
			}
			if (bean instanceof SyncService service) {
				SyncService planted = this.planting.service(service, this.database);
				return engine(service, (this.other != null) ? new TwoProcesses(planted, this.other) : planted);
			}
			return bean;
		}

	}

	/**
	 * The rest of the server needs the operations of an engine, which the real one has.
	 */
	private static SyncService engine(SyncService real, SyncService planted) {
		if (planted == real || planted instanceof SyncEngine) {
			return planted;
		}
		return (SyncService) Proxy.newProxyInstance(BuggyServer.class.getClassLoader(),
				new Class<?>[] { SyncEngine.class }, (proxy, method, arguments) -> {
					try {
						return method.invoke((method.getDeclaringClass() == SyncService.class) ? planted : real,
								arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
	}

	/** Takes uploads in turn. */
	private static final class TwoProcesses extends DelegatingSyncService {

		private final SyncService other;

		private final AtomicInteger uploads = new AtomicInteger();

		TwoProcesses(SyncService one, SyncService other) {
			super(one);
			this.other = other;
		}

		@Override
		public UploadResponse upload(SyncActor actor, UploadRequest request) {
			return (this.uploads.incrementAndGet() % 2 == 0) ? this.other.upload(actor, request)
					: super.upload(actor, request);
		}

	}

}
