package io.oversync.simulator.chaos;

import javax.sql.DataSource;

import io.oversync.sample.SampleServer;
import io.oversync.service.SyncService;
import io.oversync.test.TestPostgres;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * The sample on a new database, with a mistake in it.
 */
final class BuggyServer implements AutoCloseable {

	private final SampleServer server;

	private BuggyServer(SampleServer server) {
		this.server = server;
	}

	static BuggyServer start(PlantedBug bug) {
		return start(bug.planting());
	}

	static BuggyServer start(Planting planting) {
		String jdbcUrl = TestPostgres.createDatabase();
		JdbcTemplate database = new JdbcTemplate(new DriverManagerDataSource(jdbcUrl));
		// it is kept from its work all the time, and would say so at length
		SampleServer server = SampleServer.startOn(jdbcUrl,
				(context) -> context.getBeanFactory().addBeanPostProcessor(new Planter(planting, database)),
				"--logging.level.root=off");
		try {
			database.execute("create schema planted");
			planting.complete(server.bean(SyncService.class), database);
		}
		catch (RuntimeException ex) {
			server.close();
			throw ex;
		}
		return new BuggyServer(server);
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
	}

	/** Plants while the server puts itself together. */
	private record Planter(Planting planting, JdbcTemplate database) implements BeanPostProcessor {

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			if (bean instanceof DataSource dataSource) {
				return this.planting.dataSource(dataSource);
			}
			if (bean instanceof PlatformTransactionManager transactionManager) {
				return this.planting.transactionManager(transactionManager);
			}
			if (bean instanceof SyncService service) {
				return this.planting.service(service, this.database);
			}
			return bean;
		}

	}

}
