/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPOutputStream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.oversync.client.http.JdkSyncHttp;
import io.oversync.client.http.SyncHttp;
import io.oversync.verification.chaos.Fault.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The faults of the proxy, seen from device, server and report.
 */
class FaultProxyTests {

	private static final String LONG = "0123456789".repeat(20);

	private final SyncHttp device = new JdkSyncHttp();

	private final List<Delivery> reported = Collections.synchronizedList(new ArrayList<>());

	private final List<Arrival> arrived = Collections.synchronizedList(new ArrayList<>());

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private Answer answer = (exchange, number) -> send(exchange, ("answer " + number).getBytes(StandardCharsets.UTF_8));

	private HttpServer server;

	private FaultProxy proxy;

	@BeforeEach
	void start() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.setExecutor(this.threads);
		this.server.createContext("/", this::handle);
		this.server.start();
		this.proxy = FaultProxy.start(address(this.server), this.reported::add);
	}

	@AfterEach
	void stop() {
		this.proxy.close();
		this.server.stop(0);
		this.threads.shutdownNow();
	}

	@Test
	void whatIsNotPlannedToFailArrives() throws Exception {
		assertThat(post("phone", "one")).isEqualTo("answer 1");
		assertThat(get("phone")).isEqualTo("answer 2");
		assertThat(this.arrived).containsExactly(new Arrival("POST /sync/upload", "one", true),
				new Arrival("GET /sync/download?after=7&limit=2", "", true));
		assertThat(reports()).containsExactly("phone POST /sync/upload one: complete, 200 answer 1",
				"phone GET /sync/download?after=7&limit=2 : complete, 200 answer 2");
	}

	@Test
	void aLaneThatRoamsChangesNodesWithEachRequest() throws Exception {
		HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		other.createContext("/", (exchange) -> send(exchange, "other".getBytes(StandardCharsets.UTF_8)));
		other.start();
		try (FaultProxy nodes = FaultProxy.start(List.of(address(this.server), address(other)), this.reported::add)) {
			this.proxy.close();
			this.proxy = nodes;
			assertThat(List.of(get("phone"), get("phone"))).containsExactly("answer 1", "answer 2");
			nodes.roam("phone");
			assertThat(List.of(get("phone"), get("tablet"), get("phone"), get("phone"))).containsExactly("answer 3",
					"answer 4", "other", "answer 5");
			nodes.plan("phone", List.of(new Fault(Kind.DUPLICATE, 0)));
			assertThat(get("phone")).as("the second arrival").isEqualTo("answer 6");
			assertThat(reports()).filteredOn((report) -> report.contains("other")).hasSize(2);
		}
		finally {
			other.stop(0);
		}
	}

	private static String address(HttpServer server) {
		return "http://localhost:" + server.getAddress().getPort();
	}

	@Test
	void headersPassInBothDirections() throws Exception {
		this.answer = (exchange, number) -> {
			exchange.getResponseHeaders().add("Retry-After", exchange.getRequestHeaders().getFirst("Authorization"));
			exchange.getResponseHeaders().add("Seen-Host", exchange.getRequestHeaders().getFirst("Host"));
			exchange.getResponseHeaders().add("Seen-Upgrade", "" + exchange.getRequestHeaders().getFirst("Upgrade"));
			exchange.sendResponseHeaders(503, -1);
		};
		URI uri = URI.create(this.proxy.syncUri("phone") + "/upload");
		try (SyncHttp.Response response = this.device
			.exchange(new SyncHttp.Request("POST", uri, Map.of("Authorization", "Bearer x"), new byte[0]))) {
			assertThat(response.status()).isEqualTo(503);
			assertThat(response.headers()).containsEntry("retry-after", "Bearer x")
				.containsEntry("seen-host", "localhost:" + this.server.getAddress().getPort())
				// the JDK's client offers HTTP/2 to the proxy, which is no offer to the
				// server
				.containsEntry("seen-upgrade", "null");
		}
		assertThat(reports()).containsExactly("phone POST /sync/upload : complete, 503 ");
	}

	@Test
	void anyNameIsALane() throws Exception {
		this.proxy.plan("ann 1/phone+ü", List.of(new Fault(Kind.LOSE_REQUEST, 0)));
		assertBroken(() -> get("ann 1/phone+ü"));
		get("ann 1/phone+ü");
		assertThat(this.reported).extracting(Delivery::lane).containsExactly("ann 1/phone+ü");
	}

	@Test
	void aLostRequestNeverArrives() throws Exception {
		plan(Kind.LOSE_REQUEST, 0);
		assertBroken(() -> post("phone", "one"));
		assertThat(this.arrived).isEmpty();
		assertThat(this.reported).isEmpty();
		assertThat(post("phone", "two")).isEqualTo("answer 1");
	}

	@Test
	void aCutRequestArrivesInPart() {
		plan(Kind.CUT_REQUEST, 250);
		assertBroken(() -> post("phone", LONG));
		assertThat(this.arrived).containsExactly(new Arrival("POST /sync/upload", LONG.substring(0, 50), false));
		assertThat(reports()).containsExactly("phone POST /sync/upload " + LONG + ": incomplete, 0 null");
	}

	@Test
	void aCutRequestIsNeverComplete() {
		plan(Kind.CUT_REQUEST, 1000);
		assertBroken(() -> post("phone", LONG));
		assertThat(this.arrived).containsExactly(new Arrival("POST /sync/upload", LONG.substring(0, 199), false));
	}

	@Test
	void aCutRequestWithoutABodyIsNoRequestForTheServer() {
		this.proxy.plan("phone", List.of(new Fault(Kind.CUT_REQUEST, 0), new Fault(Kind.CUT_REQUEST, 500),
				new Fault(Kind.CUT_REQUEST, 1000)));
		for (int i = 0; i < 3; i++) {
			assertBroken(() -> get("phone"));
		}
		assertThat(this.arrived).isEmpty();
		assertThat(reports()).hasSize(3).containsOnly("phone GET /sync/download?after=7&limit=2 : incomplete, 0 null");
	}

	@Test
	void aLostResponseIsReportedButNotHeard() {
		plan(Kind.LOSE_RESPONSE, 0);
		assertBroken(() -> post("phone", "one"));
		assertThat(this.arrived).hasSize(1);
		assertThat(reports()).containsExactly("phone POST /sync/upload one: complete, 200 answer 1");
	}

	@Test
	void aLostResponseOfAnUploadWaitsForAnUpload() throws Exception {
		plan(Kind.LOSE_UPLOAD_RESPONSE, 0);
		get("phone");
		get("phone");
		assertBroken(() -> post("phone", "one"));
		assertThat(post("phone", "one")).isEqualTo("answer 4");
		assertThat(this.arrived).hasSize(4);
	}

	@Test
	void aCutResponseBreaksOff() throws Exception {
		this.answer = (exchange, number) -> send(exchange, LONG.getBytes(StandardCharsets.UTF_8));
		for (int thousandths : List.of(0, 300, 1000)) {
			plan(Kind.CUT_RESPONSE, thousandths);
			try (SyncHttp.Response response = exchange("POST", "phone", "/upload", "one".getBytes())) {
				assertThat(response.status()).isEqualTo(200);
				ByteArrayOutputStream heard = new ByteArrayOutputStream();
				assertThatIOException().isThrownBy(() -> response.body().transferTo(heard));
				assertThat(LONG).startsWith(heard.toString(StandardCharsets.UTF_8));
				assertThat(heard.size()).isEqualTo(Math.min(thousandths / 5, 199));
			}
		}
		assertThat(reports()).hasSize(3).containsOnly("phone POST /sync/upload one: complete, 200 " + LONG);
	}

	@Test
	void aStalledResponseNeitherGoesOnNorBreaksOff() throws Exception {
		this.answer = (exchange, number) -> send(exchange, LONG.getBytes(StandardCharsets.UTF_8));
		plan(Kind.STALL_RESPONSE, 300);
		try (SyncHttp.Response response = exchange("POST", "phone", "/upload", "one".getBytes())) {
			assertThat(response.body().readNBytes(60)).isEqualTo(LONG.substring(0, 60).getBytes());
			CompletableFuture<Integer> next = CompletableFuture.supplyAsync(() -> {
				try {
					return response.body().read();
				}
				catch (IOException ex) {
					return -2;
				}
			}, this.threads);
			assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> next.get(300, TimeUnit.MILLISECONDS));
		}
		assertThat(reports()).containsExactly("phone POST /sync/upload one: complete, 200 " + LONG);
	}

	@Test
	void aResponseWithoutABodyIsCutInItsHead() {
		this.answer = (exchange, number) -> exchange.sendResponseHeaders(204, -1);
		for (int thousandths : List.of(0, 500, 1000)) {
			plan(Kind.CUT_RESPONSE, thousandths);
			assertBroken(() -> get("phone"));
		}
		assertThat(reports()).hasSize(3).containsOnly("phone GET /sync/download?after=7&limit=2 : complete, 204 ");
	}

	@Test
	void aDuplicateIsAnsweredTheSecondTime() throws Exception {
		plan(Kind.DUPLICATE, 0);
		assertThat(post("phone", "one")).isEqualTo("answer 2");
		Arrival arrival = new Arrival("POST /sync/upload", "one", true);
		assertThat(this.arrived).containsExactly(arrival, arrival);
		assertThat(reports()).containsExactly("phone POST /sync/upload one: complete, 200 answer 1",
				"phone POST /sync/upload one: complete, 200 answer 2");
	}

	@Test
	void aDuplicateAtOnceIsAtTheServerTogetherWithTheRequest() throws Exception {
		CyclicBarrier both = new CyclicBarrier(2);
		this.answer = (exchange, number) -> {
			await(both);
			send(exchange, ("answer " + number).getBytes(StandardCharsets.UTF_8));
		};
		plan(Kind.DUPLICATE_AT_ONCE, 0);
		assertThat(post("phone", "one")).isIn("answer 1", "answer 2");
		assertThat(reports()).containsExactlyInAnyOrder("phone POST /sync/upload one: complete, 200 answer 1",
				"phone POST /sync/upload one: complete, 200 answer 2");
	}

	@Test
	void aRepeatArrivesAfterTheNextExchange() throws Exception {
		plan(Kind.REPEAT_LATER, 0);
		assertThat(post("phone", "one")).isEqualTo("answer 1");
		post("tablet", "other");
		assertThat(this.arrived).extracting(Arrival::body).containsExactly("one", "other");
		assertThat(post("phone", "two")).isEqualTo("answer 3");
		assertThat(this.arrived).extracting(Arrival::body).containsExactly("one", "other", "two", "one");
		assertThat(reports()).last().isEqualTo("phone POST /sync/upload one: complete, 200 answer 4");
		post("phone", "three");
		assertThat(this.arrived).hasSize(5);
	}

	@Test
	void aRepeatComesAlsoAfterAnExchangeThatFailsOrIsRepeatedItself() throws Exception {
		this.proxy.plan("phone", List.of(new Fault(Kind.REPEAT_LATER, 0), new Fault(Kind.REPEAT_LATER, 0),
				new Fault(Kind.LOSE_REQUEST, 0)));
		post("phone", "one");
		post("phone", "two");
		assertBroken(() -> post("phone", "three"));
		assertThat(this.arrived).extracting(Arrival::body).containsExactly("one", "two", "one", "two");
	}

	@Test
	void whatIsHeldBackCanBeFlushed() throws Exception {
		plan(Kind.REPEAT_LATER, 0);
		post("phone", "one");
		this.proxy.flush("tablet");
		assertThat(this.arrived).hasSize(1);
		this.proxy.flush("phone");
		assertThat(this.arrived).extracting(Arrival::body).containsExactly("one", "one");
		assertThat(reports()).last().isEqualTo("phone POST /sync/upload one: complete, 200 answer 2");
		this.proxy.flush("phone");
		assertThat(this.arrived).hasSize(2);
	}

	@Test
	void aLateRequestArrivesLate() throws Exception {
		plan(Kind.DELAY_REQUEST, 300);
		long start = System.nanoTime();
		long[] arrival = new long[1];
		this.answer = (exchange, number) -> {
			arrival[0] = System.nanoTime();
			send(exchange, new byte[0]);
		};
		post("phone", "one");
		assertThat(Duration.ofNanos(arrival[0] - start)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
		assertThat(this.reported).hasSize(1);
	}

	@Test
	void aLateResponseIsHeardLate() throws Exception {
		plan(Kind.DELAY_RESPONSE, 300);
		long[] arrival = new long[1];
		this.answer = (exchange, number) -> {
			arrival[0] = System.nanoTime();
			send(exchange, new byte[0]);
		};
		post("phone", "one");
		assertThat(Duration.ofNanos(System.nanoTime() - arrival[0])).isGreaterThanOrEqualTo(Duration.ofMillis(300));
		assertThat(this.reported).hasSize(1);
	}

	@Test
	void aPlanIsUsedUpOneFaultForEachExchange() throws Exception {
		this.proxy.plan("phone",
				List.of(Fault.NONE, new Fault(Kind.LOSE_REQUEST, 0), new Fault(Kind.LOSE_RESPONSE, 0), Fault.NONE));
		// the JDK's client repeats a GET by itself when it has heard nothing at all
		get("phone");
		assertBroken(() -> get("phone"));
		assertBroken(() -> get("phone"));
		get("phone");
		get("phone");
		assertThat(this.arrived).hasSize(4);
		assertThat(this.reported).hasSize(4);
	}

	@Test
	void aPlanReplacesTheOneBefore() throws Exception {
		plan(Kind.LOSE_REQUEST, 0);
		this.proxy.plan("phone", List.of());
		assertThat(post("phone", "one")).isEqualTo("answer 1");
	}

	@Test
	void theReportIsThereBeforeTheDeviceHearsAnything() throws Exception {
		this.answer = (exchange, number) -> send(exchange, LONG.getBytes(StandardCharsets.UTF_8));
		for (int i = 1; i <= 100; i++) {
			try (SyncHttp.Response response = exchange("POST", "phone", "/upload", "one".getBytes())) {
				assertThat(this.reported).hasSize(i);
				response.body().readAllBytes();
			}
		}
	}

	@Test
	void whatIsCompressedIsRelayedSoAndReportedPlain() throws Exception {
		ByteArrayOutputStream compressed = new ByteArrayOutputStream();
		try (OutputStream gzip = new GZIPOutputStream(compressed)) {
			gzip.write(LONG.getBytes(StandardCharsets.UTF_8));
		}
		this.answer = (exchange, number) -> {
			exchange.getResponseHeaders()
				.add("Content-Encoding", exchange.getRequestHeaders().getFirst("Accept-Encoding"));
			sendChunked(exchange, compressed.toByteArray());
		};
		try (SyncHttp.Response response = exchange("GET", "phone", "/download", null)) {
			assertThat(response.headers()).containsEntry("content-encoding", "gzip");
			byte[] heard = response.body().readAllBytes();
			assertThat(heard).isEqualTo(compressed.toByteArray());
		}
		assertThat(reports()).containsExactly("phone GET /sync/download : complete, 200 " + LONG);
	}

	@Test
	void aChunkedAnswerIsRelayedWhole() throws Exception {
		this.answer = (exchange, number) -> sendChunked(exchange, LONG.getBytes(StandardCharsets.UTF_8));
		assertThat(get("phone")).isEqualTo(LONG);
	}

	@Test
	void nothingIsReportedWhenTheServerIsGone() {
		this.server.stop(0);
		for (Kind kind : Kind.values()) {
			plan(kind, 10);
			assertBroken(() -> post("phone", "one"));
		}
		this.proxy.flush("phone");
		assertThat(this.reported).isEmpty();
	}

	@Test
	void anAnswerThatBreaksOffIsNone() {
		this.answer = (exchange, number) -> {
			exchange.sendResponseHeaders(200, 100);
			exchange.getResponseBody().write(new byte[10]);
			exchange.getResponseBody().flush();
			exchange.close();
		};
		assertBroken(() -> post("phone", "one"));
		assertThat(reports()).containsExactly("phone POST /sync/upload one: complete, 0 null");
	}

	@Test
	void aChunkedAnswerThatBreaksOffIsNone() {
		this.answer = (exchange, number) -> {
			exchange.sendResponseHeaders(200, 0);
			exchange.getResponseBody().write(new byte[10000]);
			exchange.getResponseBody().flush();
			throw new IOException("Broken on purpose");
		};
		assertBroken(() -> post("phone", "one"));
		assertThat(reports()).containsExactly("phone POST /sync/upload one: complete, 0 null");
	}

	@Test
	void aRequestIsSentOnceToAServerThatHangsUp() throws Exception {
		try (ServerSocket rude = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
				FaultProxy before = FaultProxy.start("http://localhost:" + rude.getLocalPort(), this.reported::add)) {
			int[] accepted = new int[1];
			this.threads.execute(() -> {
				while (!rude.isClosed()) {
					try (Socket socket = rude.accept()) {
						accepted[0]++;
						HttpMessage.read(socket.getInputStream());
					}
					catch (IOException ex) {
						// closed
					}
				}
			});
			URI uri = URI.create(before.syncUri("phone") + "/upload");
			assertThatIOException()
				.isThrownBy(() -> this.device.exchange(new SyncHttp.Request("POST", uri, Map.of(), "one".getBytes())));
			assertThat(accepted[0]).isEqualTo(1);
		}
		assertThat(reports()).containsExactly("phone POST /sync/upload one: complete, 0 null");
	}

	@Test
	void lanesDoNotWaitForEachOther() throws Exception {
		CyclicBarrier both = new CyclicBarrier(2);
		this.answer = (exchange, number) -> {
			await(both);
			send(exchange, new byte[0]);
		};
		plan(Kind.LOSE_RESPONSE, 0);
		CompletableFuture<String> tablet = CompletableFuture.supplyAsync(() -> {
			try {
				return post("tablet", "other");
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}, this.threads);
		assertBroken(() -> post("phone", "one"));
		assertThat(tablet.get(10, TimeUnit.SECONDS)).isEmpty();
		assertThat(this.reported).extracting(Delivery::lane).containsExactlyInAnyOrder("phone", "tablet");
	}

	@Test
	void onlyPlainHttpIsTaken() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> FaultProxy.start("https://example.org", this.reported::add));
	}

	private void plan(Kind kind, int amount) {
		this.proxy.plan("phone", List.of(new Fault(kind, amount)));
	}

	private String post(String lane, String body) throws IOException, InterruptedException {
		try (SyncHttp.Response response = exchange("POST", lane, "/upload", body.getBytes(StandardCharsets.UTF_8))) {
			return new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	private String get(String lane) throws IOException, InterruptedException {
		try (SyncHttp.Response response = exchange("GET", lane, "/download?after=7&limit=2", null)) {
			return new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	private SyncHttp.Response exchange(String method, String lane, String path, byte[] body)
			throws IOException, InterruptedException {
		URI uri = URI.create(this.proxy.syncUri(lane) + path);
		return this.device.exchange(new SyncHttp.Request(method, uri, Map.of("Accept-Encoding", "gzip"), body));
	}

	private static void assertBroken(Exchange exchange) {
		assertThatIOException().isThrownBy(exchange::run);
	}

	private List<String> reports() {
		return this.reported.stream()
			.map((delivery) -> delivery.lane() + " " + delivery.method() + " " + delivery.pathAndQuery() + " "
					+ new String(delivery.request(), StandardCharsets.UTF_8)
					+ (delivery.complete() ? ": complete, " : ": incomplete, ") + delivery.status() + " "
					+ ((delivery.response() != null) ? new String(delivery.response(), StandardCharsets.UTF_8) : null))
			.toList();
	}

	private void handle(HttpExchange exchange) throws IOException {
		byte[] body = readWhatComes(exchange.getRequestBody());
		String length = exchange.getRequestHeaders().getFirst("Content-Length");
		boolean complete = length == null || body.length == Integer.parseInt(length);
		int number;
		synchronized (this.arrived) {
			this.arrived.add(new Arrival(exchange.getRequestMethod() + " " + exchange.getRequestURI(),
					new String(body, StandardCharsets.UTF_8), complete));
			number = this.arrived.size();
		}
		if (complete) {
			this.answer.give(exchange, number);
		}
		exchange.close();
	}

	private static byte[] readWhatComes(InputStream in) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try {
			in.transferTo(bytes);
		}
		catch (IOException ex) {
			// the end of the connection
		}
		return bytes.toByteArray();
	}

	private static void send(HttpExchange exchange, byte[] body) throws IOException {
		exchange.sendResponseHeaders(200, (body.length > 0) ? body.length : -1);
		exchange.getResponseBody().write(body);
	}

	private static void sendChunked(HttpExchange exchange, byte[] body) throws IOException {
		exchange.sendResponseHeaders(200, 0);
		int half = body.length / 2;
		exchange.getResponseBody().write(Arrays.copyOf(body, half));
		exchange.getResponseBody().flush();
		exchange.getResponseBody().write(body, half, body.length - half);
		exchange.getResponseBody().close();
	}

	private static void await(CyclicBarrier barrier) throws IOException {
		try {
			barrier.await(10, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IOException("No other connection arrived", ex);
		}
	}

	/**
	 * A request as the server received it.
	 *
	 * @param what method and path
	 * @param body the received part of the body
	 * @param complete whether the body has the announced length
	 */
	private record Arrival(String what, String body, boolean complete) {
	}

	/**
	 * The answers of the server.
	 */
	private interface Answer {

		void give(HttpExchange exchange, int number) throws IOException;

	}

	/**
	 * The work of a device.
	 */
	private interface Exchange {

		void run() throws Exception;

	}

}
