/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.jpa;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import javax.sql.DataSource;

import io.oversync.materialize.MaterializationHandler;
import io.oversync.materialize.MaterializedRow;
import io.oversync.protocol.ChangeStatus;
import io.oversync.protocol.MaterializeFailure;
import io.oversync.protocol.Payload;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.UploadChange;
import io.oversync.protocol.UploadRequest;
import io.oversync.service.SyncService;
import io.oversync.test.TestPostgres;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Handlers that write with Hibernate and with transactions of their own: a failing row
 * does not affect others.
 */
class JpaHandlerIntegrationTests {

	private static final int ROWS = 20;

	private static final SyncActor ALICE = new SyncActor("alice", "phone");

	/** The way in which the handler writes a row. */
	enum Style {

		SAVE, SAVE_AND_FLUSH, SERVICE, SERVICE_THAT_MARKS, SERVICE_WHOSE_FAILURE_IS_SWALLOWED, TRANSACTION_APART

	}

	@ParameterizedTest
	@EnumSource(Style.class)
	void aBadRowCostsOnlyItself(Style style) {
		try (ConfigurableApplicationContext context = start()) {
			assertThat(context.getBean(PlatformTransactionManager.class)).isInstanceOf(JpaTransactionManager.class);
			context.getBean(NoteHandler.class).style = style;
			SyncService sync = context.getBean(SyncService.class);
			JdbcClient jdbc = JdbcClient.create(context.getBean(DataSource.class));

			assertThat(upload(sync, 0, 7)).hasSize(ROWS + 1).containsOnly(1L);
			assertThat(jdbc.sql("select count(*) from app.note where title = 'good'").query(Integer.class).single())
				.isEqualTo(ROWS - 1);
			assertThat(jdbc.sql("select count(*) from app.note").query(Integer.class).single()).isEqualTo(ROWS - 1);
			assertThat(jdbc.sql("select count(*) from app.plain").query(Integer.class).single()).isEqualTo(1);
			assertThat(failures(sync)).singleElement().extracting(MaterializeFailure::pk).isEqualTo(new UUID(0, 7));

			assertThat(upload(sync, 1, -1)).hasSize(ROWS + 1).containsOnly(2L);
			assertThat(jdbc.sql("select count(*) from app.note where title = 'good'").query(Integer.class).single())
				.isEqualTo(ROWS);
			assertThat(failures(sync)).isEmpty();
		}
	}

	private static List<MaterializeFailure> failures(SyncService sync) {
		List<MaterializeFailure> failures = new ArrayList<>();
		sync.materializeFailures(ALICE, null, null, 10, failures::add);
		return failures;
	}

	/** Uploads all rows and a plain one that refers to the last of them. */
	private static List<Long> upload(SyncService sync, long version, int bad) {
		List<UploadChange> changes = new ArrayList<>();
		for (int i = 0; i < ROWS; i++) {
			changes.add(new UploadChange(0, "app", "note", "UPDATE", new UUID(0, i).toString(), version,
					Payload.of((i == bad) ? "{\"title\":\"bad\"}" : "{\"title\":\"good\"}")));
		}
		changes.add(new UploadChange(0, "app", "plain", "UPDATE", new UUID(1, 0).toString(), version,
				Payload.of("{\"note_id\":\"" + new UUID(0, ROWS - 1) + "\"}")));
		return sync.upload(ALICE, new UploadRequest(0, changes))
			.statuses()
			.stream()
			.map((status) -> ((ChangeStatus.Applied) status).newServerVersion())
			.toList();
	}

	private static ConfigurableApplicationContext start() {
		String url = TestPostgres.createDatabase();
		TestPostgres.execute(url, "create schema app",
				"create table app.note (id uuid primary key, owner_id text not null,"
						+ " title text not null check (title <> 'bad'))",
				"create table app.plain (id uuid primary key, owner_id text not null, note_id uuid references app.note)");
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		return application.run("--spring.datasource.url=" + url, "--spring.flyway.enabled=false",
				"--spring.main.banner-mode=off", "--oversync.registered-tables[0].name=app.note",
				"--oversync.registered-tables[0].owner-column=owner_id",
				"--oversync.registered-tables[1].name=app.plain",
				"--oversync.registered-tables[1].owner-column=owner_id");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(NoteService.class)
	static class Application {

		@Bean
		NoteHandler noteHandler(NoteRepository notes, NoteService service) {
			return new NoteHandler(notes, service);
		}

	}

	static class NoteHandler implements MaterializationHandler {

		private final NoteRepository notes;

		private final NoteService service;

		private Style style = Style.SAVE;

		NoteHandler(NoteRepository notes, NoteService service) {
			this.notes = notes;
			this.service = service;
		}

		@Override
		public String table() {
			return "app.note";
		}

		@Override
		public void upsert(MaterializedRow row) {
			boolean bad = String.valueOf(row.payload()).contains("bad");
			// refused by the table if nothing else refuses it
			Note note = new Note(row.pk(), row.userId(), bad ? "bad" : "good");
			switch (this.style) {
				case SAVE -> this.notes.save(note);
				case SAVE_AND_FLUSH -> this.notes.saveAndFlush(note);
				case SERVICE -> this.service.save(new Note(row.pk(), row.userId(), "good"), bad);
				case SERVICE_THAT_MARKS -> this.service.saveOrGiveUp(new Note(row.pk(), row.userId(), "good"), bad);
				case SERVICE_WHOSE_FAILURE_IS_SWALLOWED -> saveSilently(row, bad);
				case TRANSACTION_APART -> this.service.saveApart(note);
			}
		}

		private void saveSilently(MaterializedRow row, boolean bad) {
			try {
				this.service.save(new Note(row.pk(), row.userId(), "good"), bad);
			}
			catch (IllegalArgumentException ex) {
				// the application ignores it
			}
		}

		@Override
		public void delete(MaterializedRow row) {
			this.notes.deleteById(row.pk());
		}

	}

}
