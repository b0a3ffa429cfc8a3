package io.oversync.store;

import java.util.concurrent.atomic.AtomicInteger;

import com.zaxxer.hikari.HikariDataSource;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;
import io.oversync.test.TestPostgres;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class TransactionsIntegrationTests {

	private static final String KILL = "select pg_terminate_backend(pg_backend_pid())";

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
				// says only that the connection is closed, and so does the rollback
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
	void isUnavailableWhenEveryConnectionIsKilled() {
		assertThatExceptionOfType(SyncException.class).isThrownBy(() -> this.transactions.write(() -> {
			this.attempts.incrementAndGet();
			killQuietly();
			return this.jdbc.queryForList("select 1");
		})).satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
		assertThat(this.attempts).hasValue(3);
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

	private void killQuietly() {
		try {
			this.jdbc.queryForList(KILL);
		}
		catch (RuntimeException ex) {
			// as was meant
		}
	}

}
