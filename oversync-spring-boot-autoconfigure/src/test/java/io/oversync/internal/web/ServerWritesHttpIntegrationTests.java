/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import io.oversync.internal.web.LiveApplication.Jwt;
import io.oversync.service.ServerWrites;
import io.oversync.test.TestDatabases;
import io.oversync.test.TestPostgres;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * An application that captures what it writes itself.
 */
@ExtendWith(OutputCaptureExtension.class)
class ServerWritesHttpIntegrationTests {

	private static final String ROW = "550e8400-e29b-41d4-a716-446655440000";

	private static final String INSERT = "insert into app.note values ('" + ROW + "', 'alice', 'mine')";

	private static String download(LiveApplication application) {
		return application.get("/sync/download?after=0", LiveApplication.bearer()).body();
	}

	private static void write(LiveApplication application, String sql) {
		application.context().getBean(JdbcClient.class).sql(sql).update();
	}

	@Test
	void whatTheApplicationWritesReachesDevicesAndIsNotOverwritten(CapturedOutput output) {
		try (LiveApplication application = LiveApplication.start(Jwt.class, "oversync.capture.interval=1h")) {
			assertThat(output).contains("captured from app.note");
			write(application, INSERT);
			assertThat(download(application)).contains("\"op\":\"INSERT\"", ROW, "mine", "\"source_id\":\"server\"");
			String answer = application
				.post("/sync/upload", LiveApplication.UPLOAD.replace("bodyText", "body"), LiveApplication.bearer())
				.body();
			assertThat(answer).contains("\"status\":\"conflict\"", "mine");
			write(application, "update app.note set body = 'changed'");
			assertThat(download(application)).contains("\"server_version\":2", "changed");
		}
	}

	@Test
	void whatNoDeviceAsksForIsAbsorbedByTheWorker() {
		try (LiveApplication application = LiveApplication.start(Jwt.class, "oversync.capture.interval=50ms")) {
			download(application);
			write(application, INSERT);
			Awaitility.await()
				.until(() -> TestDatabases.query(application.url(), "select op::text from sync.change").size() == 1);
			assertThat(TestDatabases.query(application.url(), "select owner from sync.captured_row")).isEmpty();
		}
	}

	@Test
	void aStartThatOnlyValidatesFailsWithTheScript(CapturedOutput output) {
		String url = TestPostgres.createDatabase();
		LiveApplication.startOn(url, Jwt.class, "oversync.capture.mode=off").close();
		assertThatException()
			.isThrownBy(() -> LiveApplication.startOn(url, Jwt.class, "oversync.capture.mode=validate"));
		assertThat(output).contains("APPLICATION FAILED TO START", "CREATE OR REPLACE FUNCTION sync.capture_",
				"oversync.capture.mode");
	}

	@Test
	void nothingIsCapturedWhereThatIsTurnedOff(CapturedOutput output) {
		try (LiveApplication application = LiveApplication.start(Jwt.class, "oversync.capture.mode=off")) {
			assertThat(output).contains("not captured (oversync.capture.mode=off)");
			write(application, INSERT);
			assertThat(download(application)).doesNotContain(ROW);
		}
	}

	@Test
	void aJobWithoutAUserWritesARowThatDevicesReceive() {
		try (LiveApplication application = LiveApplication.start(ScheduledApplication.class,
				"oversync.registered-tables[1].name=app.news", "oversync.registered-tables[1].materialize=false")) {
			Awaitility.await()
				.untilAsserted(() -> assertThat(download(application)).contains("\"table\":\"news\"",
						"\"payload\":{ \"text\":\"hi\" }", "\"source_id\":\"server\"", "\"table\":\"note\"", ROW));
			assertThat(TestDatabases.query(application.url(), "select body from app.note")).containsExactly("of a job");
			Job job = application.context().getBean(Job.class);
			assertThatException().isThrownBy(() -> job.fail()).withMessage("no news");
			assertThat(download(application)).doesNotContain("bad news");
		}
	}

	@Test
	void anApplicationMayHaveItsOwnServerWrites() {
		try (LiveApplication application = LiveApplication.start(OwnServerWrites.class)) {
			assertThat(application.context().getBean(ServerWrites.class))
				.isSameAs(application.context().getBean("own"));
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	@Import({ Jwt.class, Job.class })
	static class ScheduledApplication {

	}

	static class Job {

		private final ServerWrites writes;

		Job(ServerWrites writes) {
			this.writes = writes;
		}

		@Scheduled(fixedDelay = 1, timeUnit = TimeUnit.HOURS)
		@Transactional
		public void run() {
			this.writes.upsert("alice", "app.news", UUID.fromString(ROW), "{ \"text\":\"hi\" }");
			this.writes.upsert("alice", "app.note", UUID.fromString(ROW), "{\"body\":\"of a job\"}");
		}

		@Transactional
		public void fail() {
			this.writes.upsert("alice", "app.news", UUID.fromString(ROW), "{\"text\":\"bad news\"}");
			throw new IllegalStateException("no news");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Jwt.class)
	static class OwnServerWrites {

		@Bean
		ServerWrites own() {
			return new ServerWrites() {

				@Override
				public Result upsert(String userId, String table, UUID key, String json) {
					return new Result(0, false);
				}

				@Override
				public Result delete(String userId, String table, UUID key) {
					return new Result(0, false);
				}

				@Override
				public List<Result> write(String userId, List<Write> writes) {
					return List.of();
				}

			};
		}

	}

}
