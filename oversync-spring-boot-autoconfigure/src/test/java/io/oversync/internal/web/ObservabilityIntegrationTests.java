/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.oversync.internal.event.EngineListener;
import io.oversync.internal.web.LiveApplication.Jwt;
import io.oversync.service.SyncDevices;
import io.oversync.test.TestPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spans and log events of a live application, in which a listener always fails.
 */
class ObservabilityIntegrationTests {

	private static final List<String> SPANS = new CopyOnWriteArrayList<>();

	private static final ListAppender<ILoggingEvent> EVENTS = new ListAppender<>();

	private static LiveApplication application;

	@BeforeAll
	static void syncs() {
		application = LiveApplication.start(Observed.class, "logging.level.org.springframework.web=debug");
		Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
		EVENTS.start();
		root.addAppender(EVENTS);
		TestPostgres.execute(application.url(), "alter table app.note add constraint short check (length(body) < 10)");
		String refused = LiveApplication.UPLOAD.replace("{\"bodyText\":\"x\"}", "{\"body\":\"longer than that\"}");
		assertThat(application.post("/sync/upload", refused, LiveApplication.bearer()).statusCode()).isEqualTo(200);
		application.get("/sync/download?after=1000", LiveApplication.bearer());
		application.get("/sync/download?after=1000", LiveApplication.bearer());
		SyncDevices devices = application.context().getBean(SyncDevices.class);
		devices.revoke("alice", "tab\u2028let");
		devices.forget("alice", "tab\u2028let");
		devices.forget("alice", "never seen");
	}

	@AfterAll
	static void stop() {
		((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).detachAppender(EVENTS);
		application.close();
	}

	@Test
	void thePartsOfAnUploadAreBelowItsRequest() {
		// which is below http.server.requests
		assertThat(SPANS).contains("oversync upload parse < spring.security.http.secured.requests",
				"oversync upload load < spring.security.http.secured.requests",
				"oversync upload plan < spring.security.http.secured.requests",
				"oversync upload write < spring.security.http.secured.requests");
	}

	@Test
	void eachNoteworthyThingIsOneEventWithKeys() {
		assertThat(events("rows_refused"))
			.containsExactly("WARN {oversync.event=rows_refused, oversync.rows=1, " + "oversync.table=app.note}");
		assertThat(events("restore_seen")).containsExactly(
				"WARN {oversync.after=1000, oversync.device=phone, oversync.event=restore_seen, oversync.head=1, "
						+ "oversync.user=2bd806c97f0e00af}");
		assertThat(events("device_revoked")).containsExactly(
				"INFO {oversync.device=tab?let, " + "oversync.event=device_revoked, oversync.user=2bd806c97f0e00af}");
		assertThat(events("device_forgotten")).hasSize(1);
	}

	private static List<String> events(String name) {
		return List.copyOf(EVENTS.list)
			.stream()
			.filter((event) -> event.getKeyValuePairs() != null
					&& event.getKeyValuePairs().stream().anyMatch((pair) -> name.equals(pair.value)))
			.map((event) -> {
				Map<String, Object> keys = new TreeMap<>();
				event.getKeyValuePairs().forEach((pair) -> keys.put(pair.key, pair.value));
				return event.getLevel() + " " + keys;
			})
			.toList();
	}

	@Test
	void logLinesOfARequestHaveUserAndDeviceAndNoOthersDo() {
		List<ILoggingEvent> ofRequests = List.copyOf(EVENTS.list)
			.stream()
			.filter((event) -> event.getLoggerName().startsWith("io.oversync")
					&& event.getThreadName().contains("exec"))
			.toList();
		assertThat(ofRequests).isNotEmpty()
			.allSatisfy((event) -> assertThat(event.getMDCPropertyMap()).containsEntry("oversync.device", "phone")
				.containsEntry("oversync.user", "2bd806c97f0e00af"));
		// the filter chain of the next request of the same thread
		assertThat(List.copyOf(EVENTS.list)).filteredOn((event) -> event.getFormattedMessage().startsWith("GET \"/"))
			.isNotEmpty()
			.allSatisfy((event) -> assertThat(event.getMDCPropertyMap()).doesNotContainKey("oversync.user"));
	}

	@Test
	void aListenerThatFailsFailsNothingAndIsLoggedOnce() {
		assertThat(List.copyOf(EVENTS.list))
			.filteredOn((event) -> event.getLevel() == Level.ERROR
					&& event.getFormattedMessage().contains("listener of the sync engine"))
			.hasSize(1);
	}

	@Configuration(proxyBeanMethods = false)
	@Import(Jwt.class)
	static class Observed {

		@Bean
		ObservationHandler<Observation.Context> spans() {
			return new ObservationHandler<>() {

				@Override
				public void onStop(Observation.Context context) {
					if (context.getName().startsWith("oversync")) {
						SPANS.add(context.getContextualName() + " < " + ((context.getParentObservation() != null)
								? context.getParentObservation().getContextView().getName() : "none"));
					}
				}

				@Override
				public boolean supportsContext(Observation.Context context) {
					return true;
				}

			};
		}

		@Bean
		EngineListener failing() {
			return new EngineListener() {

				@Override
				public Part begin(Phase phase) {
					throw new IllegalStateException("begin");
				}

				@Override
				public void attempted(int attempts) {
					throw new IllegalStateException("attempted");
				}

			};
		}

	}

}
