/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.lang.reflect.Proxy;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.nimbusds.jwt.JWTClaimsSet;
import com.zaxxer.hikari.HikariDataSource;
import io.oversync.internal.web.LiveApplication.Jwt;
import io.oversync.service.SyncDevices;
import io.oversync.service.SyncService;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Devices that wait for news, over HTTP and behind Spring Security.
 */
class WatchIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	/** Longer than any test: what a test sees was not polled. */
	private static final String NO_POLL = "oversync.watch.poll-interval=10m";

	private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final List<WatchEvents> opened = new ArrayList<>();

	private final List<LiveApplication> applications = new ArrayList<>();

	@AfterEach
	void stop() {
		this.opened.forEach(WatchEvents::close);
		this.applications.forEach(LiveApplication::close);
	}

	private LiveApplication start(String... properties) {
		LiveApplication application = LiveApplication.start(Jwt.class, properties);
		this.applications.add(application);
		return application;
	}

	private LiveApplication startOn(String url, String... properties) {
		LiveApplication application = LiveApplication.startOn(url, Jwt.class, properties);
		this.applications.add(application);
		return application;
	}

	private static String[] bearer(String user, String device) {
		return LiveApplication.bearer(new JWTClaimsSet.Builder().subject(user).claim("did", device));
	}

	private static void upload(LiveApplication application, String user, String device) {
		HttpResponse<String> answer = application.post("/sync/upload",
				"""
						{"changes":[{"source_change_id":1,"schema":"app","table":"note","op":"INSERT",
						"pk":"%s","server_version":0,"payload":{"body":"x"}}]}""".formatted(UUID.randomUUID())
					.replace("\"source_change_id\":1", "\"source_change_id\":" + System.nanoTime()),
				bearer(user, device));
		assertThat(answer.body()).contains("applied");
	}

	private WatchEvents watch(LiveApplication application, String user, String device, String query) {
		WatchEvents events = new WatchEvents(application, bearer(user, device), query);
		this.opened.add(events);
		return events;
	}

	private static void await(org.awaitility.core.ThrowingRunnable assertion) {
		Awaitility.await().atMost(PATIENCE).untilAsserted(assertion);
	}

	@Test
	void tellsTheHeadAtOnceAndThenWheneverItMoves() {
		LiveApplication application = start(NO_POLL);
		upload(application, "ann", "phone");
		WatchEvents events = watch(application, "ann", "tablet", "?after=0");
		assertThat(events.header("Content-Type")).startsWith("text/event-stream");
		assertThat(events.header("X-Accel-Buffering")).isEqualTo("no");
		assertThat(events.header("Cache-Control")).contains("no-store");
		await(() -> assertThat(events.lines()).contains("event: head", "data: {\"head\":1}"));
		upload(application, "ann", "phone");
		await(() -> assertThat(events.lines()).contains("data: {\"head\":2}"));
	}

	@Test
	void isSilentAboutWhatTheDeviceHasOwnChangesAndOtherUsers() {
		LiveApplication application = start(NO_POLL, "oversync.watch.heartbeat=200ms");
		upload(application, "ann", "phone");
		WatchEvents events = watch(application, "ann", "tablet", "?after=1");
		upload(application, "ben", "phone");
		upload(application, "ann", "tablet");
		await(() -> assertThat(events.lines()).filteredOn(":"::equals).hasSizeGreaterThan(3));
		assertThat(events.lines()).noneMatch((line) -> line.startsWith("data"));
		upload(application, "ann", "phone");
		await(() -> assertThat(events.lines()).contains("data: {\"head\":3}"));
	}

	@Test
	void tellsOwnChangesWhenAskedTo() {
		LiveApplication application = start(NO_POLL);
		WatchEvents events = watch(application, "ann", "tablet", "?after=0&include_self=true");
		upload(application, "ann", "tablet");
		await(() -> assertThat(events.lines()).contains("data: {\"head\":1}"));
	}

	@Test
	void tellsOfOtherNodesByPolling() {
		LiveApplication application = start("oversync.watch.poll-interval=50ms");
		LiveApplication other = startOn(application.url(), NO_POLL);
		WatchEvents events = watch(application, "ann", "tablet", "?after=0");
		upload(other, "ann", "phone");
		await(() -> assertThat(events.lines()).contains("data: {\"head\":1}"));
	}

	@Test
	void holdsNeitherConnectionsNorThreadsWhileItWaits() {
		LiveApplication application = start(NO_POLL, "server.tomcat.threads.max=4", "server.jetty.threads.max=8",
				"spring.datasource.hikari.maximum-pool-size=2");
		for (int i = 0; i < 20; i++) {
			watch(application, "ann" + i, "tablet", "?after=0");
		}
		HikariDataSource pool = application.context().getBean(HikariDataSource.class);
		await(() -> assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero());
		upload(application, "ann7", "phone");
		await(() -> assertThat(this.opened.get(7).lines()).contains("data: {\"head\":1}"));
	}

	@Test
	void waitsLongerThanAConnectionMayBeIdle() {
		LiveApplication application = start(NO_POLL, "oversync.watch.heartbeat=10m",
				"server.tomcat.connection-timeout=300ms", "server.jetty.connection-idle-timeout=300ms");
		WatchEvents events = watch(application, "ann", "tablet", "?after=0");
		HttpResponse<String> empty = application.get("/sync/download?wait=2", bearer("ann", "tablet"));
		assertThat(empty.statusCode()).isEqualTo(200);
		assertThat(empty.body()).contains("\"changes\":[]");
		upload(application, "ann", "phone");
		await(() -> assertThat(events.lines()).contains("data: {\"head\":1}"));
	}

	@Test
	void endsWhenTheDeviceIsRevokedAndRefusesItThen() {
		LiveApplication application = start("oversync.watch.poll-interval=50ms");
		upload(application, "ann", "phone");
		WatchEvents events = watch(application, "ann", "tablet", "?after=1");
		WatchEvents others = watch(application, "ann", "phone", "?after=1");
		application.context().getBean(SyncDevices.class).revoke("ann", "tablet");
		events.awaitEnd();
		assertThat(others.hasEnded()).isFalse();
		for (String path : List.of("/sync/watch", "/sync/download", "/sync/download?wait=5")) {
			HttpResponse<String> refused = application.get(path, bearer("ann", "tablet"));
			assertThat(refused.statusCode()).as(path).isEqualTo(401);
			assertThat(refused.body()).contains("authentication_failed", "revoked");
		}
	}

	@Test
	void endsWhenTheTokenExpires() {
		LiveApplication application = start(NO_POLL, "oversync.watch.heartbeat=10m");
		WatchEvents events = new WatchEvents(application, LiveApplication
			.bearer(new JWTClaimsSet.Builder().subject("ann").claim("did", "tablet"), Duration.ofSeconds(2)), "");
		this.opened.add(events);
		events.awaitEnd();
	}

	@Test
	void endsWithTheServerWhichDoesNotWaitForIt() {
		LiveApplication application = start(NO_POLL, "spring.lifecycle.timeout-per-shutdown-phase=60s");
		WatchEvents events = watch(application, "ann", "tablet", "");
		CompletableFuture<HttpResponse<String>> download = CompletableFuture
			.supplyAsync(() -> application.get("/sync/download?wait=60", bearer("ann", "tablet")));
		long start = System.nanoTime();
		application.close();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
		events.awaitEnd();
		assertThat(download).satisfies((answer) -> Awaitility.await().atMost(PATIENCE).until(answer::isDone));
	}

	@Test
	void limitsTheWatchersOfAUser() {
		LiveApplication application = start(NO_POLL, "oversync.watch.per-user=2");
		WatchEvents first = watch(application, "ann", "a", "");
		watch(application, "ann", "b", "");
		HttpResponse<String> refused = application.get("/sync/watch", bearer("ann", "c"));
		assertThat(refused.statusCode()).isEqualTo(429);
		assertThat(refused.headers().firstValue("Retry-After")).isPresent();
		assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/json");
		watch(application, "ben", "a", "");
		first.close();
		// a client that is gone is noticed by the next write
		upload(application, "ann", "d");
		upload(application, "ann", "d");
		await(() -> {
			upload(application, "ann", "d");
			WatchEvents again = watch(application, "ann", "c", "");
			assertThat(again.status()).isEqualTo(200);
		});
	}

	@Test
	void whereTheEngineWasReplacedNothingWaits() {
		try (LiveApplication application = LiveApplication.start(Replaced.class)) {
			assertThat(application.get("/sync/watch", bearer("ann", "tablet")).statusCode()).isEqualTo(404);
			assertThat(ServerStatus
				.features(application.context().getBeanProvider(WaitingRequests.class).getIfAvailable() != null))
				.contains("changes")
				.doesNotContain("watch", "wait");
		}
		assertThat(start().get("/sync/status", bearer("ann", "tablet")).body()).contains("\"watch\"", "\"wait\"");
	}

	@ParameterizedTest
	@ValueSource(strings = { "watch?after=-1", "watch?after=x", "download?wait=-1", "download?wait=x",
			"download?wait=1&wait=2" })
	void refusesBadParameters(String request) {
		LiveApplication application = start();
		HttpResponse<String> refused = application.get("/sync/" + request, bearer("ann", "tablet"));
		assertThat(refused.statusCode()).isEqualTo(400);
		assertThat(application.get("/sync/watch").statusCode()).as("without a token").isEqualTo(401);
	}

	@Test
	void aDownloadWaitsForAChangeOfAnotherDevice() throws Exception {
		LiveApplication application = start(NO_POLL);
		upload(application, "ann", "tablet");
		CompletableFuture<HttpResponse<String>> download = HTTP.sendAsync(
				application.request("/sync/download?wait=60").headers(bearer("ann", "tablet")).build(),
				BodyHandlers.ofString());
		upload(application, "ann", "tablet");
		assertThat(download).isNotDone();
		upload(application, "ann", "phone");
		String page = download.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).body();
		assertThat(page).contains("\"source_id\":\"phone\"", "\"next_after\":3").doesNotContain("tablet");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/sync/changes", "/sync/checksum", "/sync/status", "/admin/materialize-failures" })
	void aRevokedDeviceIsRefusedEverywhereOnEveryNode(String path) {
		LiveApplication application = start(NO_POLL);
		LiveApplication other = startOn(application.url(), NO_POLL);
		upload(application, "ann", "tablet");
		assertThat(other.get(path, bearer("ann", "tablet")).statusCode()).isEqualTo(200);
		application.context().getBean(SyncDevices.class).revoke("ann", "tablet");
		assertThat(other.get(path, bearer("ann", "tablet")).statusCode()).isEqualTo(401);
	}

	@Test
	void whatADownloadThatWaitsPassesOverIsNotAcknowledged() {
		LiveApplication application = start(NO_POLL, "oversync.devices.interval=1s");
		upload(application, "ann", "phone");
		upload(application, "ann", "tablet");
		assertThat(application.get("/sync/download?after=1&wait=2", bearer("ann", "tablet")).statusCode())
			.isEqualTo(200);
		assertThat(application.context().getBean(SyncDevices.class).list("ann"))
			.filteredOn((device) -> device.id().equals("tablet"))
			.extracting(SyncDevices.Device::acknowledged)
			.containsExactly(1L);
	}

	@Test
	void aDownloadIsAnsweredAtOnceWithNewsAndWithAnEmptyPageInTheEnd() {
		LiveApplication application = start(NO_POLL);
		upload(application, "ann", "phone");
		assertThat(application.get("/sync/download?wait=60", bearer("ann", "tablet")).body()).contains("phone");
		assertThat(application.get("/sync/download?wait=60&until=1&after=1", bearer("ann", "tablet")).body())
			.contains("\"changes\":[]");
		HttpResponse<String> empty = application.get("/sync/download?wait=1&after=1", bearer("ann", "tablet"));
		assertThat(empty.statusCode()).isEqualTo(200);
		assertThat(empty.body()).contains("\"changes\":[]", "\"next_after\":1");
	}

	/** A post-processor that puts another service in the place of the engine. */
	@Configuration(proxyBeanMethods = false)
	@Import(Jwt.class)
	static class Replaced {

		@Bean
		static BeanPostProcessor replacing() {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String beanName) {
					return (bean instanceof SyncService) ? Proxy.newProxyInstance(SyncService.class.getClassLoader(),
							new Class<?>[] { SyncService.class },
							(proxy, method, arguments) -> method.invoke(bean, arguments)) : bean;
				}

			};
		}

	}

}
