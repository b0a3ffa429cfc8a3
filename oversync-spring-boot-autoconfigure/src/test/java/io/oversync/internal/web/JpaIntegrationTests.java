/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

import io.oversync.internal.web.LiveApplication.Jwt;
import io.oversync.service.ServerWrites;
import io.oversync.test.TestDatabases;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Convert;
import jakarta.persistence.Converter;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Whole applications with JPA and Hibernate.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class JpaIntegrationTests {

	private static LiveApplication start(String... properties) {
		return LiveApplication.startWithJpa(Application.class, properties);
	}

	private static HttpResponse<String> upload(LiveApplication application, String table) {
		return application.post("/sync/upload",
				LiveApplication.UPLOAD.replace("bodyText", "body").replace("\"note\"", "\"" + table + "\""),
				LiveApplication.bearer());
	}

	@Test
	void uploadsAreWrittenInTransactionsOfJpa(CapturedOutput output) {
		try (LiveApplication application = start()) {
			assertThat(application.context().getBean(PlatformTransactionManager.class))
				.isInstanceOf(JpaTransactionManager.class);
			assertThat(upload(application, "note").body()).contains("\"status\":\"applied\",\"new_server_version\":1");
			assertThat(TestDatabases.query(application.url(), "select body from app.note")).containsExactly("x");
		}
		assertThat(output).contains("transactions of 'transactionManager'");
	}

	/**
	 * The pool's connections commit by themselves, but Hibernate is configured otherwise.
	 */
	@Test
	void nothingIsWrittenWhenHibernateLeavesAutocommitOn(CapturedOutput output) {
		try (LiveApplication application = start(
				"spring.jpa.properties.hibernate.connection.provider_disables_autocommit=true")) {
			for (int i = 0; i < 2; i++) {
				HttpResponse<String> answer = upload(application, "note");
				assertThat(answer.statusCode()).isEqualTo(500);
				assertThat(answer.body()).contains("upload_failed").contains("nothing was changed");
			}
			for (String table : List.of("sync.stream", "sync.source", "sync.change", "sync.row_version", "app.note")) {
				assertThat(TestDatabases.query(application.url(), "select count(*) from " + table)).as(table)
					.containsExactly("0");
			}
		}
		assertThat(output).contains("ERROR")
			.contains("the connection commits each statement by itself")
			.contains("provider_disables_autocommit");
	}

	@Test
	void tablesThatHibernateMakesAreWaitedFor() {
		assertThatTheCatalogComesAfterHibernate(Application.class, "default");
	}

	@ParameterizedTest
	@ValueSource(strings = { "deferred", "lazy" })
	void tablesThatHibernateMakesInTheBackgroundAreWaitedFor(String mode) {
		assertThatTheCatalogComesAfterHibernate(SlowBackground.class, mode);
	}

	private static void assertThatTheCatalogComesAfterHibernate(Class<?> configuration, String bootstrapMode) {
		try (LiveApplication application = LiveApplication.startWithJpa(configuration,
				"spring.jpa.hibernate.ddl-auto=create", "spring.data.jpa.repositories.bootstrap-mode=" + bootstrapMode,
				"oversync.registered-tables[1].name=app.late_note")) {
			assertThat(upload(application, "late_note").body())
				.contains("\"status\":\"applied\",\"new_server_version\":1");
			assertThat(TestDatabases.query(application.url(), "select body from app.late_note")).containsExactly("x");
		}
	}

	@Test
	void rowsAreWrittenInATransactionOfJpaBehindItsEntities() {
		try (LiveApplication application = LiveApplication.startWithJpa(JobApplication.class,
				"spring.jpa.hibernate.ddl-auto=create")) {
			Job job = application.context().getBean(Job.class);
			assertThat(job.write(false)).as("the entity was flushed").isEqualTo(1);
			assertThat(application.get("/sync/download?after=0", LiveApplication.bearer()).body())
				.contains("\"source_id\":\"server\"", "of JPA");
			assertThatException().isThrownBy(() -> job.write(true)).withMessage("in the end");
			assertThat(TestDatabases.query(application.url(), "select body from app.late_note")).hasSize(1);
			assertThat(TestDatabases.query(application.url(), "select body from app.note")).hasSize(1);
			assertThat(TestDatabases.query(application.url(), "select op::text from sync.change")).hasSize(1);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Application.class, Job.class })
	static class JobApplication {

	}

	static class Job {

		private final EntityManager entities;

		private final ServerWrites writes;

		private final JdbcClient jdbc;

		Job(EntityManager entities, ServerWrites writes, JdbcClient jdbc) {
			this.entities = entities;
			this.writes = writes;
			this.jdbc = jdbc;
		}

		@Transactional
		public int write(boolean failing) {
			LateNote note = new LateNote();
			note.id = UUID.randomUUID();
			note.body = "late";
			this.entities.persist(note);
			this.writes.upsert("alice", "app.note", UUID.randomUUID(), "{\"body\":\"of JPA\"}");
			int flushed = this.jdbc.sql("select count(*) from app.late_note").query(Integer.class).single();
			if (failing) {
				throw new IllegalStateException("in the end");
			}
			return flushed;
		}

	}

	/** Hibernate does not start before a thread waits for it. */
	@Configuration(proxyBeanMethods = false)
	@Import(Application.class)
	static class SlowBackground {

		@Bean
		AsyncTaskExecutor applicationTaskExecutor() {
			Thread starter = Thread.currentThread();
			return new SimpleAsyncTaskExecutor() {

				@Override
				public <T> Future<T> submit(Callable<T> task) {
					return super.submit(() -> {
						Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> isWaitingForAFuture(starter));
						return task.call();
					});
				}

			};
		}

		private static boolean isWaitingForAFuture(Thread thread) {
			return Arrays.stream(thread.getStackTrace())
				.anyMatch((frame) -> frame.getClassName().equals(FutureTask.class.getName())
						&& frame.getMethodName().equals("get"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Jwt.class)
	static class Application {

		@Bean
		Suffix suffix() {
			return new Suffix("");
		}

	}

	record Suffix(String text) {

	}

	@Entity
	@Table(schema = "app", name = "late_note")
	static class LateNote {

		@Id
		UUID id;

		@Convert(converter = SuffixConverter.class)
		String body;

	}

	/** Hibernate requests it from Spring, in the thread that creates the factory. */
	@Converter
	static class SuffixConverter implements AttributeConverter<String, String> {

		private final Suffix suffix;

		SuffixConverter(Suffix suffix) {
			this.suffix = suffix;
		}

		@Override
		public String convertToDatabaseColumn(String attribute) {
			return attribute + this.suffix.text();
		}

		@Override
		public String convertToEntityAttribute(String column) {
			return column;
		}

	}

}
