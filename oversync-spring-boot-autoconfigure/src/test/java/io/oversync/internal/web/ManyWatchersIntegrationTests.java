/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import com.nimbusds.jwt.JWTClaimsSet;
import io.oversync.internal.service.SyncEngine;
import io.oversync.internal.watch.WatchHub;
import io.oversync.internal.web.LiveApplication.Jwt;
import io.oversync.test.TestDatabases;
import io.oversync.test.TestScale;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Devices that watch: very many, slow ones, and ones that log in with a password.
 */
@Tag("prove")
class ManyWatchersIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final List<Socket> sockets = new ArrayList<>();

	private LiveApplication application;

	@AfterEach
	void stop() throws IOException {
		closeAll();
		this.application.close();
	}

	private void closeAll() throws IOException {
		for (Socket socket : this.sockets) {
			socket.close();
		}
		this.sockets.clear();
	}

	private static String[] bearer(String user, String device) {
		return LiveApplication.bearer(new JWTClaimsSet.Builder().subject(user).claim("did", device));
	}

	/** Opens a watch whose events are not read, and returns the status of its answer. */
	private String open(int receiveBuffer, String... headers) throws IOException {
		Socket socket = new Socket();
		if (receiveBuffer > 0) {
			socket.setReceiveBufferSize(receiveBuffer);
		}
		socket.connect(new InetSocketAddress("localhost", this.application.port()));
		this.sockets.add(socket);
		String request = "GET /sync/watch?after=0 HTTP/1.1\r\nHost: localhost\r\n%s: %s\r\n\r\n".formatted(headers[0],
				headers[1]);
		socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
		return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII), 16)
			.readLine();
	}

	private WatchHub hub() {
		return this.application.context().getBean(SyncEngine.class).watches();
	}

	private static long threads() {
		return Thread.getAllStackTraces().keySet().stream().filter(Thread::isAlive).count();
	}

	@Test
	@Tag(TestScale.TAG)
	void veryManyComeAndGoAndLeaveNothingBehind() throws IOException {
		int count = TestScale.of(400);
		this.application = LiveApplication.start(Jwt.class, "oversync.watch.heartbeat=1s",
				"oversync.watch.total=" + count, "server.tomcat.max-connections=20000");
		open(0, bearer("warm", "up"));
		closeAll();
		Awaitility.await().atMost(PATIENCE).until(() -> hub().watched().isEmpty());
		long threads = threads();
		for (int round = 0; round < 2; round++) {
			for (int i = 0; i < count; i++) {
				assertThat(open(0, bearer("user" + i, "tablet"))).startsWith("HTTP/1.1 200 ");
			}
			assertThat(hub().watched()).hasSize(count);
			assertThat(open(0, bearer("one", "more"))).startsWith("HTTP/1.1 429");
			assertThat(threads()).as("those of the container, and none for each").isLessThan(threads + 200);
			closeAll();
			Awaitility.await().atMost(PATIENCE).until(() -> hub().watched().isEmpty());
		}
	}

	@Test
	void aSlowReaderHoldsBackNoOther() throws IOException {
		this.application = LiveApplication.start(Jwt.class, "oversync.watch.poll-interval=10m",
				"server.tomcat.threads.max=3", "server.jetty.threads.max=8");
		for (int i = 0; i < 10; i++) {
			assertThat(open(1024, bearer("ann", "slow" + i))).startsWith("HTTP/1.1 200");
		}
		try (WatchEvents reading = new WatchEvents(this.application, bearer("ann", "tablet"), "?after=0")) {
			long last = TestScale.of(20_000);
			for (long head = 1; head <= last; head++) {
				hub().announce("ann", head);
			}
			Awaitility.await()
				.atMost(PATIENCE)
				.untilAsserted(() -> assertThat(reading.lines()).contains("data: {\"head\":" + last + "}"));
		}
		assertThat(this.application.get("/sync/download", bearer("ann", "slow1")).statusCode()).isEqualTo(200);
	}

	@Test
	void slowReadersOfDownloadsThatWaitedHoldBackNoOtherUser() throws IOException {
		this.application = LiveApplication.start(Jwt.class, "oversync.watch.poll-interval=10m");
		assertThat(this.application.get("/sync/download?after=0&wait=1", bearer("ben", "tablet")).statusCode())
			.isEqualTo(200);
		for (int i = 0; i < 9; i++) {
			Socket socket = new Socket();
			socket.setReceiveBufferSize(1024);
			socket.connect(new InetSocketAddress("localhost", this.application.port()));
			this.sockets.add(socket);
			String[] bearer = bearer("ann", "slow" + i);
			socket.getOutputStream()
				.write("GET /sync/download?after=0&wait=60 HTTP/1.1\r\nHost: localhost\r\n%s: %s\r\n\r\n"
					.formatted(bearer[0], bearer[1])
					.getBytes(StandardCharsets.US_ASCII));
		}
		Awaitility.await().atMost(PATIENCE).until(() -> hub().watched().contains("ann"));
		String body = LiveApplication.UPLOAD.replace("\"x\"", "\"" + "x".repeat(12_000_000) + "\"");
		assertThat(this.application.post("/sync/upload", body, bearer("ann", "phone")).body()).contains("applied");
		long start = System.nanoTime();
		assertThat(this.application.get("/sync/download?after=0&wait=1", bearer("ben", "tablet")).statusCode())
			.isEqualTo(200);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
	}

	@Test
	void aDeviceMayLogInWithAPassword() throws IOException {
		this.application = LiveApplication.start(IdentityIntegrationTests.Basic.class,
				"oversync.watch.poll-interval=10m");
		String[] ann = { "Authorization", "Basic YW5uOnNlY3JldA==", "Oversync-Source-ID", "tablet" };
		try (WatchEvents events = new WatchEvents(this.application, ann, "?after=0")) {
			assertThat(events.status()).isEqualTo(200);
			assertThat(this.application
				.post("/sync/upload", LiveApplication.UPLOAD, ann[0], ann[1], "Oversync-Source-ID", "phone")
				.body()).contains("applied");
			Awaitility.await()
				.atMost(PATIENCE)
				.untilAsserted(() -> assertThat(events.lines()).contains("data: {\"head\":1}"));
			assertThat(this.application.get("/sync/download?wait=20", ann).body()).contains("\"server_id\":1");
			assertThat(this.application.get("/sync/watch").statusCode()).isEqualTo(401);
			assertThat(events.hasEnded()).isFalse();
		}
	}

	@Test
	void whatWasNotedOfDevicesIsWrittenWhenTheServerStops() {
		this.application = LiveApplication.start(Jwt.class, "oversync.devices.interval=1h");
		assertThat(this.application
			.post("/sync/upload", LiveApplication.UPLOAD.replace("bodyText", "body"), bearer("ann", "phone"))
			.body()).contains("applied");
		this.application.get("/sync/download?after=0", bearer("ann", "tablet"));
		Awaitility.await().atMost(PATIENCE).until(() -> acknowledged().equals(List.of("0")));
		this.application.get("/sync/download?after=1", bearer("ann", "tablet"));
		this.application.close();
		assertThat(acknowledged()).containsExactly("1");
	}

	private List<String> acknowledged() {
		return TestDatabases.query(this.application.url(),
				"select acknowledged from sync.device where source_id = 'tablet'");
	}

}
