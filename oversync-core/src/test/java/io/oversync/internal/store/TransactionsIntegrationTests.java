/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.oversync.protocol.Deadline;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import io.oversync.test.TestPostgres;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

@ExtendWith(OutputCaptureExtension.class)
class TransactionsIntegrationTests {

	private static final String KILL = "select pg_terminate_backend(pg_backend_pid())";

	private static final Duration LONG = Duration.ofMinutes(1);

	private final HikariDataSource pool = pool();

	private final JdbcTemplate jdbc = new JdbcTemplate(this.pool);

	private final Transactions transactions = new Transactions(new JdbcTransactionManager(this.pool), 3);

	private final AtomicInteger attempts = new AtomicInteger();

	private static HikariDataSource pool() {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(TestPostgres.createDatabase());
		pool.setMaximumPoolSize(2);
		return pool;
	}

	@AfterEach
	void close() {
		this.pool.close();
	}

	@Test
	void writesAgainWhenTheConnectionWasKilled() {
		assertThat(this.transactions.write(() -> {
			if (this.attempts.incrementAndGet() < 3) {
				this.jdbc.queryForList(KILL);
			}
			return "written";
		})).isEqualTo("written");
	}

	@Test
	void writesAgainWhenThePoolHasClosedTheKilledConnection() {
		assertThat(this.transactions.write(() -> {
			if (this.attempts.incrementAndGet() < 3) {
				killQuietly();
				// the error is only that the connection is closed, and so is the
				// rollback's
				this.jdbc.queryForList("select 1");
			}
			return "written";
		})).isEqualTo("written");
	}

	@Test
	void writesAgainWhenTheConnectionWasKilledBeforeTheCommit() {
		assertThat(this.transactions.write(() -> {
			if (this.attempts.incrementAndGet() < 3) {
				killQuietly();
			}
			return "written";
		})).isEqualTo("written");
	}

	@Test
	void isUnavailableWhenEveryConnectionIsKilled(CapturedOutput output) {
		assertThatExceptionOfType(SyncException.class).isThrownBy(() -> this.transactions.write(() -> {
			this.attempts.incrementAndGet();
			killQuietly();
			return this.jdbc.queryForList("select 1");
		})).satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
		assertThat(this.attempts).hasValue(3);
		assertThat(output).doesNotContain(" ERROR ");
	}

	@Test
	void isUnavailableWhenAReadersConnectionIsKilled() {
		assertThatExceptionOfType(SyncException.class).isThrownBy(() -> this.transactions.read(() -> {
			killQuietly();
			return this.jdbc.queryForList("select 1");
		})).satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
	}

	@Test
	void doesNotTryAgainWhatIsWrong() {
		assertThatIllegalStateException().isThrownBy(() -> this.transactions.write(() -> {
			this.attempts.incrementAndGet();
			throw new IllegalStateException("wrong");
		}));
		assertThat(this.attempts).hasValue(1);
	}

	@Test
	void doesNotTryAgainWhenThePoolHasNoConnection() throws SQLException {
		this.pool.setConnectionTimeout(300);
		withoutFreeConnections(() -> {
			assertUnavailable(() -> this.transactions.write(Deadline.in(LONG), this.attempts::incrementAndGet), 300);
			assertUnavailable(() -> this.transactions.read(Deadline.in(LONG), this.attempts::incrementAndGet), 300);
		});
		assertThat(this.attempts).hasValue(0);
	}

	/** The pool's own timeout is 30 seconds. */
	@Test
	void waitsForAConnectionNoLongerThanItsDeadline() throws SQLException {
		withoutFreeConnections(() -> {
			assertUnavailable(() -> this.transactions.write(in(300), this.attempts::incrementAndGet), 300);
			assertUnavailable(() -> this.transactions.read(in(300), this.attempts::incrementAndGet), 300);
			assertUnavailable(() -> this.transactions.peek(in(300), () -> this.jdbc.queryForList("select 1")), 300);
			assertThat(Thread.currentThread().isInterrupted()).isFalse();
		});
		assertThat(this.attempts).hasValue(0);
		assertThat(this.transactions.write(in(30_000), () -> "written")).isEqualTo("written");
	}

	@Test
	void doesNotTryAgainWhenTheDeadlineIsNear() {
		assertThatExceptionOfType(SyncException.class)
			.isThrownBy(() -> this.transactions.write(in(50), () -> fail("55P03")))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
		assertThat(this.attempts).hasValue(1);
	}

	@Test
	void isUnavailableOnAReadOnlyDatabase() {
		assertThatExceptionOfType(SyncException.class).isThrownBy(() -> this.transactions.write(() -> {
			this.jdbc.execute("set transaction read only");
			return this.jdbc.update("create table note (id int)");
		})).satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
	}

	private List<Map<String, Object>> fail(String state) {
		this.attempts.incrementAndGet();
		return this.jdbc.queryForList("do $$ begin raise exception 'x' using errcode = '" + state + "'; end $$");
	}

	private static Deadline in(long millis) {
		return Deadline.in(Duration.ofMillis(millis));
	}

	private void withoutFreeConnections(Runnable work) throws SQLException {
		try (Connection one = connect(); Connection other = connect()) {
			work.run();
			assertThat(List.of(one, other)).allMatch((connection) -> connection != null);
		}
	}

	/** The pool may need longer than its timeout to open one on a busy machine. */
	private Connection connect() {
		return await().ignoreException(SQLTransientConnectionException.class)
			.until(this.pool::getConnection, Objects::nonNull);
	}

	private static void assertUnavailable(ThrowingCallable work, long millis) {
		long start = System.nanoTime();
		assertThatExceptionOfType(SyncException.class).isThrownBy(work)
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(millis / 2),
				Duration.ofMillis(millis + 2000));
	}

	@Test
	void returnsWhatIsCommittedAlthoughACallbackFailsAfterwards() {
		this.jdbc.execute("create table note (id int)");
		assertThat(this.transactions.write(() -> {
			this.attempts.incrementAndGet();
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void afterCommit() {
					throw new IllegalStateException("of the application");
				}

			});
			return this.jdbc.update("insert into note values (1)");
		})).isEqualTo(1);
		assertThat(this.attempts).hasValue(1);
		assertThat(this.jdbc.queryForList("select id from note", Integer.class)).containsExactly(1);
	}

	@Test
	void knowsThatNothingIsCommittedWhenACallbackRefuses() {
		assertThatIllegalStateException().isThrownBy(() -> this.transactions.write(() -> {
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void beforeCommit(boolean readOnly) {
					throw new IllegalStateException("of the application");
				}

			});
			return this.attempts.incrementAndGet();
		})).withMessage("of the application");
		assertThat(this.attempts).hasValue(1);
	}

	@Test
	void knowsThatNothingIsCommittedWhenADeferredConstraintRefuses() {
		this.jdbc.execute("create table note (id int unique deferrable initially deferred)");
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> this.transactions.write(() -> this.jdbc.update("insert into note values (1), (1)")));
	}

	@Test
	void writesAgainWhenTheCommitIsRefusedForASerializationFailure() {
		onCommit("raise serialization_failure");
		assertThat(this.transactions.write(() -> {
			this.jdbc.update("insert into note values (?)", this.attempts.incrementAndGet());
			return "written";
		})).isEqualTo("written");
		assertThat(this.jdbc.queryForList("select id from note", Integer.class)).containsExactly(3);
	}

	@Test
	void doesNotWriteAgainWhenTheCommitMayHaveSucceeded() {
		onCommit("perform pg_terminate_backend(pg_backend_pid())");
		assertThatExceptionOfType(SyncException.class)
			.isThrownBy(() -> this.transactions
				.write(() -> this.jdbc.update("insert into note values (?)", this.attempts.incrementAndGet())))
			.withMessageContaining("not known whether");
		assertThat(this.attempts).hasValue(1);
	}

	@Test
	void writesIdempotentWorkAgainWhenTheCommitMayHaveSucceeded() {
		onCommit("perform pg_terminate_backend(pg_backend_pid())");
		assertThat(this.transactions.writeIdempotently(Deadline.NONE,
				() -> this.jdbc.update("insert into note values (?)", this.attempts.incrementAndGet())))
			.isEqualTo(1);
		assertThat(this.attempts).hasValue(3);
	}

	@Test
	void doesNotForgetThatTheOutcomeIsUnknown() {
		onCommit("perform pg_terminate_backend(pg_backend_pid())");
		assertThatExceptionOfType(SyncException.class)
			.isThrownBy(() -> this.transactions.writeIdempotently(Deadline.NONE, () -> {
				if (this.attempts.incrementAndGet() > 1) {
					throw new IllegalStateException("wrong");
				}
				return this.jdbc.update("insert into note values (1)");
			}))
			.withMessageContaining("not known whether")
			.withCauseInstanceOf(IllegalStateException.class);
	}

	/** The effect of the first two attempts' commits on a row of the table note. */
	private void onCommit(String statement) {
		this.jdbc.execute("create table note (id int)");
		this.jdbc.execute("create function on_commit() returns trigger language plpgsql as "
				+ "$$ begin if new.id < 3 then %s; end if; return null; end $$".formatted(statement));
		this.jdbc.execute("create constraint trigger on_commit after insert on note deferrable initially deferred "
				+ "for each row execute function on_commit()");
	}

	@Test
	void refusesToWriteInTransactionsOfAnotherDatabase() {
		DataSource other = new DriverManagerDataSource(this.pool.getJdbcUrl());
		assertRefused(new Transactions(this.pool, new JdbcTransactionManager(other), 3), "another connection");
	}

	@Test
	void refusesToWriteBehindAProxyThatHidesTheTransaction() {
		this.pool.setAutoCommit(false);
		DataSource proxy = new DelegatingDataSource(this.pool);
		assertRefused(new Transactions(proxy, new JdbcTransactionManager(this.pool), 3), "another connection");
	}

	@Test
	void refusesToWriteOnAConnectionThatCommitsByItself() {
		DataSource stubborn = new DelegatingDataSource(this.pool) {

			@Override
			public Connection getConnection() throws SQLException {
				Connection connection = super.getConnection();
				return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(),
						new Class<?>[] { Connection.class }, (proxy, method, arguments) -> switch (method.getName()) {
							case "setAutoCommit" -> null;
							case "equals" -> proxy == arguments[0];
							default -> method.invoke(connection, arguments);
						});
			}

		};
		assertRefused(new Transactions(new JdbcTransactionManager(stubborn), 3), "commits each statement");
	}

	private void assertRefused(Transactions transactions, String problem) {
		assertThatExceptionOfType(NoTransactionException.class)
			.isThrownBy(() -> transactions.write(this.attempts::incrementAndGet))
			.withMessageContaining(problem)
			.withMessageContaining("let both use the same DataSource bean");
		assertThat(this.attempts).hasValue(0);
	}

	/**
	 * Every layer on this side of the network sees a transaction.
	 */
	@Test
	void believesPostgresThatThereIsNoTransaction() {
		new SchemaMigrator(this.pool).migrate(SchemaMode.MIGRATE);
		LazyConnectionDataSourceProxy lazy = new LazyConnectionDataSourceProxy(this.pool);
		lazy.setDefaultAutoCommit(false);
		StreamStore streams = new StreamStore(lazy, Duration.ofSeconds(1), () -> false, StreamIds.SHA_256);
		Transactions misled = new Transactions(new JdbcTransactionManager(lazy), 3);
		assertThatExceptionOfType(NoTransactionException.class).isThrownBy(() -> misled.write(() -> {
			this.attempts.incrementAndGet();
			streams.lock(new SyncActor("alice", "phone"), Deadline.NONE);
			return 1;
		})).withMessageContaining("PostgreSQL says").withMessageContaining("defaultAutoCommit");
		assertThat(this.attempts).hasValue(1);
	}

	private void killQuietly() {
		try {
			this.jdbc.queryForList(KILL);
		}
		catch (RuntimeException ex) {
			// as intended
		}
	}

}
