/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import io.oversync.client.http.JdkSyncHttp;
import io.oversync.client.http.SyncHttp;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What an application sees of the client.
 */
class ApiTests {

	private static final String A = "00000000-0000-0000-0000-00000000000a";

	private static final String B = "00000000-0000-0000-0000-00000000000b";

	private static final String DDL = """
			CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT);
			CREATE TABLE item (id TEXT PRIMARY KEY, text TEXT);
			""";

	private final ModelServer server = new ModelServer();

	@TempDir
	private Path folder;

	private TestDevice phone;

	@BeforeEach
	void open() {
		this.phone = new TestDevice(this.folder, this.server, "ann/phone", DDL, "note")
			.with((builder) -> builder.tables("item"))
			.open();
	}

	@AfterEach
	void close() {
		this.phone.close();
	}

	@ParameterizedTest
	@ValueSource(classes = { UploadResult.class, DownloadResult.class, SyncResult.class, HydrateResult.class,
			SyncStatus.class, HeldRow.class, ServerFailure.class, RefusedDelete.Referrer.class, QuarantinedChange.class,
			WaitingChange.class, RefusedDelete.class, ResolvedConflict.class, Conflict.class, HydrateProgress.class,
			Recovery.class })
	void resultsCanGrow(Class<?> type) {
		assertThat(type.isInterface()).isTrue();
		assertThat(type.getMethods()).filteredOn((method) -> !Modifier.isStatic(method.getModifiers()))
			.allSatisfy((method) -> assertThat(method.getParameterCount()).isZero());
	}

	@ParameterizedTest
	@ValueSource(classes = { SyncClientBuilder.class, SyncClient.class })
	void noLambdaOfKotlinFitsTwoOverloads(Class<?> type) {
		Map<String, Method> functional = new HashMap<>();
		for (Method method : type.getMethods()) {
			for (int i = 0; i < method.getParameterCount(); i++) {
				if (isFunctional(method.getParameterTypes()[i])) {
					String place = method.getName() + "/" + method.getParameterCount() + "/" + i;
					assertThat(functional.put(place, method)).as(place).isNull();
				}
			}
		}
		assertThat(functional).isNotEmpty();
	}

	@ParameterizedTest
	@ValueSource(classes = { SyncClient.class, SyncClientBuilder.class, SyncListener.class, SyncStatus.class,
			SyncResult.class, UploadResult.class, DownloadResult.class, HydrateResult.class, QuarantinedChange.class,
			Conflict.class, Recovery.class })
	void oneWordStandsForOneThing(Class<?> type) {
		assertThat(type.getMethods()).extracting((method) -> method.getName().toLowerCase(Locale.ROOT))
			.filteredOn((name) -> !name.equals("datasource"))
			.as("a device is no source, and what is quarantined is not rejected")
			.noneMatch((name) -> name.contains("source") || name.contains("reject"));
	}

	private static boolean isFunctional(Class<?> type) {
		return type.isInterface() && Arrays.stream(type.getMethods())
			.filter((method) -> Modifier.isAbstract(method.getModifiers()))
			.count() == 1;
	}

	@Test
	void aListenerThatSyncsIsRefused() {
		List<Throwable> refusals = new ArrayList<>();
		this.phone.client().addListener(new SyncListener() {
			@Override
			public void onStatus(SyncStatus status) {
				refuses(refusals);
			}
		});
		this.phone.client().sync();
		assertThat(refusals).hasSize(1);
		assertThat(refusals.get(0)).isInstanceOf(IllegalStateException.class).hasMessageContaining("requestSync()");
	}

	@Test
	void aResolverThatSyncsIsRefused() {
		List<Throwable> refusals = new ArrayList<>();
		this.phone.with((builder) -> builder.tables("item").resolver((conflict) -> {
			refuses(refusals);
			return Resolution.TAKE_SERVER;
		})).reopen();
		this.phone.execute("INSERT INTO note VALUES ('" + A + "', 'mine')");
		this.server.account("ann")
			.change("web", "app.note", "INSERT", A, "{\"id\":\"" + A + "\",\"title\":\"theirs\"}");
		this.phone.client().sync();
		assertThat(refusals).hasSize(1);
	}

	static List<ConflictResolver> brokenResolvers() {
		return List.of((conflict) -> null, (conflict) -> Resolution.merge(null), (conflict) -> {
			throw new AssertionError("for a test");
		}, (conflict) -> {
			throw new NoClassDefFoundError("for a test");
		}, (conflict) -> Resolution.merge(conflict.local().with("title", LocalDate.EPOCH)),
				(conflict) -> Resolution.merge(conflict.local().with("titel", "merged")));
	}

	@ParameterizedTest
	@MethodSource("brokenResolvers")
	void aResolverThatFailsLeavesTheChangePendingAndIsReported(ConflictResolver resolver) {
		this.phone.with((builder) -> builder.tables("item").resolver(resolver)).reopen();
		this.phone.execute("INSERT INTO note VALUES ('" + A + "', 'mine')");
		this.server.account("ann")
			.change("web", "app.note", "INSERT", A, "{\"id\":\"" + A + "\",\"title\":\"theirs\"}");
		SyncResult result = this.phone.client().sync();
		assertThat(result.upload().conflicts()).hasSize(1).allSatisfy((conflict) -> {
			assertThat(conflict.resolution()).isNull();
			assertThat(conflict.problem()).contains("resolver failed");
		});
		assertThat(this.phone.client().status().pending()).isEqualTo(1);
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("mine");
	}

	@Test
	void aResolverMayAskForTheStatus() {
		List<Object> seen = new ArrayList<>();
		this.phone.with((builder) -> builder.tables("item").resolver((conflict) -> {
			seen.add(this.phone.client().status().pending());
			seen.add(this.phone.client().held());
			seen.add(this.phone.client().quarantined());
			return Resolution.TAKE_SERVER;
		})).reopen();
		this.phone.execute("INSERT INTO note VALUES ('" + A + "', 'mine')");
		this.server.account("ann")
			.change("web", "app.note", "INSERT", A, "{\"id\":\"" + A + "\",\"title\":\"theirs\"}");
		SyncResult result = this.phone.client().sync();
		assertThat(result.upload().conflicts().size() + result.download().conflicts().size()).isEqualTo(1);
		assertThat(this.phone.client().status().pending()).isZero();
		assertThat(seen).containsExactly(1L, List.of(), List.of());
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("theirs");
	}

	@Test
	void valuesOfAMergeBecomeThoseThatSqliteStores() {
		SyncRow merged = new SyncRow(Map.of("Title", 7, "Done", true)).with("SIZE", 1.5f).with("Small", (short) 2);
		assertThat(merged.asMap()).isEqualTo(Map.of("title", 7L, "done", 1L, "size", 1.5, "small", 2L));
		assertThatIllegalArgumentException().isThrownBy(() -> merged.with("day", LocalDate.EPOCH))
			.withMessageContaining("'day' is a java.time.LocalDate");
	}

	/** Each request meets a row that is written meanwhile. */
	@Test
	void anApplicationThatGoesOnWritingDoesNotKeepDownloadsWaiting() {
		AtomicInteger written = new AtomicInteger();
		this.phone.with((builder) -> builder.tables("item").http((request) -> {
			if (written.incrementAndGet() < 1000) {
				this.phone.execute("INSERT INTO note VALUES ('" + UUID.randomUUID() + "', 'meanwhile')");
			}
			return this.server.exchange(request);
		})).reopen();
		this.phone.execute("INSERT INTO note VALUES ('" + A + "', 'mine')");
		this.server.account("ann")
			.change("web", "app.note", "INSERT", B, "{\"id\":\"" + B + "\",\"title\":\"theirs\"}");
		this.phone.client().sync();
		assertThat(written).hasValueLessThan(200);
		assertThat(this.phone.query("SELECT title FROM note WHERE id = '" + B + "'")).containsExactly("theirs");
		assertThat(this.server.account("ann").live()).containsKey("app.note:" + A);
	}

	@Test
	void aProgressThatClosesTheClientIsRefused() {
		assertThatIllegalStateException()
			.isThrownBy(() -> this.phone.client().hydrate((progress) -> this.phone.client().close()))
			.withMessageContaining("close the client");
		this.phone.client().hydrate();
	}

	@Test
	void aTokenSupplierThatCallsTheClientIsRefused() {
		List<Runnable> calls = List.of(() -> this.phone.client().serverFailures(), () -> this.phone.client().sync());
		for (Runnable call : calls) {
			this.phone.with((builder) -> builder.tables("item").token(() -> {
				call.run();
				return "ann/phone";
			})).reopen();
			assertThatExceptionOfType(SyncException.class).isThrownBy(() -> this.phone.client().serverFailures())
				.withMessageContaining("The token supplier");
			assertThatExceptionOfType(SyncException.class).isThrownBy(() -> this.phone.client().sync())
				.withMessageContaining("The token supplier");
		}
	}

	static List<SyncHttp> brokenTransports() {
		return List.of((request) -> null, (request) -> new SyncHttp.Response(200, Map.of(), null), (request) -> {
			throw new IllegalStateException("for a test");
		});
	}

	@ParameterizedTest
	@MethodSource("brokenTransports")
	void aTransportThatFailsUncheckedIsANetworkThatFails(SyncHttp transport) {
		this.phone.with((builder) -> builder.tables("item").http(transport)).reopen();
		this.phone.execute("INSERT INTO note VALUES ('" + A + "', 'mine')");
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().sync())
			.withMessageContainingAll("No answer from", "model.test")
			.withMessageMatching("(?s).*(SyncHttp returned|for a test).*");
		assertThat(this.phone.client().status().pending()).isEqualTo(1);
	}

	private void refuses(List<Throwable> refusals) {
		try {
			this.phone.client().sync();
		}
		catch (Throwable ex) {
			refusals.add(ex);
		}
	}

	@Test
	void anErrorInAListenerLosesNoResult() {
		this.phone.client().addListener(new SyncListener() {
			@Override
			public void onStatus(SyncStatus status) {
				throw new StackOverflowError("for a test");
			}

			@Override
			public void onQuarantined(QuarantinedChange change) {
				throw new AssertionError("for a test");
			}
		});
		this.server.reject((change) -> "bad_payload");
		this.phone.execute("INSERT INTO note VALUES ('" + A + "', 'mine')");
		assertThat(this.phone.client().sync().upload().quarantined()).hasSize(1);
		this.phone.client().start(Duration.ofHours(1));
		this.phone.execute("INSERT INTO note VALUES ('" + B + "', 'mine')");
		this.phone.client().requestSync();
		Awaitility.await().until(() -> this.phone.client().quarantined().size() == 2);
	}

	@Test
	void aTableThatIsTakenOffTheListLeavesNothingBehind() {
		this.phone.execute("INSERT INTO item VALUES ('" + A + "', 'synced')");
		this.phone.client().sync();
		this.phone.execute("INSERT INTO item VALUES ('" + B + "', 'not synced')");
		this.server.loseResponse();
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().uploadOnce());
		this.phone.execute("UPDATE item SET text = 'edited'");
		this.phone.with((builder) -> {
		}).reopen();
		assertThat(this.phone.client().status().pending()).isZero();
		this.phone.execute("UPDATE item SET text = 'edited again'");
		assertThat(this.phone.query("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'item'"))
			.isEmpty();
		for (String table : List.of("_sync_row", "_sync_dirty", "_sync_outbox", "_sync_table")) {
			assertThat(this.phone.query("SELECT count(*) FROM " + table + " AS b WHERE table_no NOT IN"
					+ " (SELECT table_no FROM _sync_table WHERE name = 'note')"))
				.as(table)
				.containsExactly("0");
		}
		this.phone.client().sync();
		assertThat(this.phone.query("SELECT count(*) FROM item")).containsExactly("2");
	}

	@Test
	void anAbandonedHydrationLeavesNothingBehind() {
		for (int i = 0; i < 300; i++) {
			String key = "00000000-0000-0000-0000-%012d".formatted(i);
			this.server.account("ann").change("web", "app.note", "INSERT", key, "{\"id\":\"" + key + "\"}");
		}
		// what is not empty is compared with a copy
		this.phone.client().downloadOnce(1);
		this.phone.reopen();
		this.server.whileInFlight(this.server::loseRequest);
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().hydrate());
		assertThat(this.phone.query("SELECT count(*) > 0 FROM _sync_staged")).containsExactly("1");
		this.phone.execute("INSERT INTO item VALUES ('" + A + "', 'new')");
		this.phone.client().sync();
		assertThat(this.phone.query("SELECT count(*) FROM _sync_staged")).containsExactly("0");
	}

	@Test
	void aServerThatIsNotThereIsNamedWithTheCause() throws IOException {
		int port;
		try (ServerSocket socket = new ServerSocket(0)) {
			port = socket.getLocalPort();
		}
		this.phone
			.with((builder) -> builder.tables("item")
				.http(new JdkSyncHttp())
				.server(URI.create("http://localhost:" + port + "/sync")))
			.reopen();
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().sync())
			.withMessageContaining("connection refused by localhost:" + port);
	}

	@Test
	void aRedirectIsNamedWithItsTarget() {
		this.server.answer(302, Map.of("location", "https://wifi.test/login"), "<html>");
		assertThatExceptionOfType(ServerException.class).isThrownBy(() -> this.phone.client().sync())
			.withMessageContaining("model.test")
			.withMessageContaining("a redirect to https://wifi.test/login");
	}

	@ParameterizedTest
	@ValueSource(ints = { 400, 403, 404, 405, 413 })
	void anAnswerThatIsNoneOfTheProtocolSaysWhereToLook(int status) {
		this.server.answer(status, Map.of(), "<html>no</html>");
		assertThatExceptionOfType(ServerException.class).isThrownBy(() -> this.phone.client().sync())
			.withMessageContaining("answered " + status + ", no error of the protocol")
			.withMessageContaining("check the URL given to server(), and what lies between");
	}

	@ParameterizedTest
	@ValueSource(ints = { 408, 429, 503 })
	void anAnswerThatPassesByItselfDoesNot(int status) {
		this.server.answer(status, Map.of(), "");
		assertThatExceptionOfType(ServerException.class).isThrownBy(() -> this.phone.client().sync())
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("server()"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "<html>", "", "{", "{\"changes\":[{\"server_id\":1,", "{\"changes\":[1}",
			"{\"changes\":[{\"a\":01}]}", "{\"changes\":\"\u0001\"}", "[]" })
	void anAnswerThatBreaksOffIsToldInOneLine(String body) {
		this.server.answer(200, Map.of(), body);
		assertThatExceptionOfType(SyncException.class).isThrownBy(() -> this.phone.client().downloadOnce(10))
			.satisfies((ex) -> assertThat(ex.getMessage()).startsWith("The answer of http://model.test/sync/download")
				.doesNotContain("\n", "[No location", "[Source", "Source:")
				.hasSizeLessThan(600));
	}

}
