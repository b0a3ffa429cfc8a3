/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;
import io.oversync.internal.catalog.CatalogReader;
import io.oversync.internal.catalog.TableRegistration;
import io.oversync.internal.store.MigratedDatabase;
import io.oversync.internal.store.SyncedTableStore;
import io.oversync.internal.store.Transactions;
import io.oversync.internal.upload.UploadSettings;
import io.oversync.protocol.ChangeStatus;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.Payload;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import io.oversync.protocol.TableName;
import io.oversync.protocol.UploadChange;
import io.oversync.protocol.UploadRequest;
import io.oversync.service.SyncService;
import io.oversync.test.CommitCutter;
import io.oversync.test.TestDatabases;
import io.oversync.test.TestPostgres;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.support.JdbcTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The commit is carried out, but the connection breaks before the server learns of it.
 */
class UnknownCommitIntegrationTests {

	private static final int ATTEMPTS = 3;

	private static final SyncActor PHONE = new SyncActor("alice", "phone");

	private final String url = MigratedDatabase.create();

	private final CommitCutter network = CommitCutter.open(this.url);

	private final HikariDataSource pool = new HikariDataSource();

	private SyncService service;

	@BeforeEach
	void start() {
		TestPostgres.execute(this.url, "create table note (id uuid primary key, body text)");
		this.pool.setJdbcUrl(this.network.url());
		this.pool.setMaximumPoolSize(2);
		this.service = new DefaultSyncService(this.pool,
				new CatalogReader(this.pool, new SyncedTableStore(this.pool))
					.read(List.of(new TableRegistration(TableName.parse("note"), null, true, Set.of()))),
				List.of(), new Transactions(new JdbcTransactionManager(this.pool), ATTEMPTS),
				new UploadSettings(0, false, Duration.ofSeconds(2)), RequestLimits.DEFAULTS);
	}

	@AfterEach
	void stop() {
		this.pool.close();
		this.network.close();
	}

	@Test
	void isSettledByARepeatThatRecognisesTheChanges() {
		this.network.cut(ATTEMPTS - 1);
		assertThat(upload(1, 2)).hasSize(2).allMatch((status) -> status instanceof ChangeStatus.Applied);
		assertThat(positions()).containsExactly("1", "2");
	}

	@Test
	void isAdmittedWhenNoRepeatGetsThrough() {
		this.network.cut(ATTEMPTS);
		assertUnknown(1);
		assertThat(positions()).containsExactly("1");
		assertThat(upload(1)).allMatch((status) -> status instanceof ChangeStatus.Applied);
		assertThat(positions()).containsExactly("1");
	}

	/** A repeat would be answered as a conflict with itself. */
	@Test
	void isAdmittedAtOnceForChangesThatWouldNotBeRecognised() {
		this.network.cut(1);
		assertUnknown(1, 0);
		assertThat(positions()).containsExactly("1", "2");
	}

	private void assertUnknown(long... ids) {
		assertThatExceptionOfType(SyncException.class).isThrownBy(() -> upload(ids)).satisfies((ex) -> {
			assertThat(ex.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE);
			assertThat(ex).hasMessageContaining("not known whether").hasMessageNotContaining("nothing was changed");
		});
	}

	private List<ChangeStatus> upload(long... ids) {
		List<UploadChange> changes = Arrays.stream(ids)
			.mapToObj((id) -> new UploadChange(id, "public", "note", "INSERT", new UUID(7, id).toString(), 0,
					Payload.of("{\"body\":\"x\"}")))
			.toList();
		return this.service.upload(PHONE, new UploadRequest(0, changes)).statuses();
	}

	private List<String> positions() {
		return TestDatabases.query(this.url, "select server_id from sync.change order by 1");
	}

}
