/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

import io.oversync.client.internal.transport.TokenGuard;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Whose token it is, and which server.
 */
class IdentityTests {

	private static final String A = "00000000-0000-0000-0000-00000000000a";

	private static final String B = "00000000-0000-0000-0000-00000000000b";

	private static final String DDL = "CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT);";

	private final ModelServer server = new ModelServer();

	private String token = jwt("{\"sub\":\"ann\",\"did\":\"phone\"}");

	@TempDir
	private Path folder;

	private TestDevice phone;

	@BeforeEach
	void open() {
		this.phone = new TestDevice(this.folder, this.server, "ann/phone", DDL, "note")
			.with((builder) -> builder.token(() -> this.token))
			.open();
	}

	@AfterEach
	void close() {
		this.phone.close();
	}

	private static String jwt(String claims) {
		Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
		return base64.encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8)) + "."
				+ base64.encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + ".c2ln";
	}

	private void note(String key) {
		this.phone.execute("INSERT INTO note VALUES ('" + key + "', 'mine')");
	}

	@Test
	void aTokenOfAnotherUserIsNotSent() {
		note(A);
		this.phone.client().sync();
		note(B);
		this.server.account("bob").change("web", "app.note", "INSERT", A, "{\"id\":\"" + A + "\",\"title\":\"bob's\"}");
		this.server.requests().clear();
		this.token = jwt("{\"sub\":\"bob\",\"did\":\"phone\"}");
		assertThatExceptionOfType(WrongTokenException.class).isThrownBy(() -> this.phone.client().sync())
			.withMessageContaining("the user 'bob'")
			.withMessageContaining("the user 'ann'")
			.withMessageContaining("token supplier");
		assertThatExceptionOfType(WrongTokenException.class).isThrownBy(() -> this.phone.client().hydrate());
		assertThat(this.server.requests()).isEmpty();
		assertThat(this.server.account("bob").stream()).hasSize(1);
		assertThat(this.phone.query("SELECT DISTINCT title FROM note")).containsExactly("mine");
		this.token = jwt("{\"sub\":\"ann\",\"did\":\"phone\"}");
		this.phone.client().sync();
		assertThat(this.server.account("ann").live()).hasSize(2);
	}

	@Test
	void aTokenOfAnotherDeviceIsNotSent() {
		this.token = jwt("{\"sub\":\"ann\",\"did\":\"tablet\"}");
		assertThatExceptionOfType(WrongTokenException.class).isThrownBy(() -> this.phone.client().sync())
			.withMessageContaining("the device 'tablet'")
			.withMessageContaining("the device 'phone'");
		assertThat(this.server.requests()).isEmpty();
	}

	@Test
	void aRenewedTokenOfAnotherUserIsNotSentEither() {
		List<String> tokens = new ArrayList<>(List.of(this.token, jwt("{\"sub\":\"bob\",\"did\":\"phone\"}")));
		this.phone.with((builder) -> builder.token(() -> tokens.remove(0))).reopen();
		this.server.answer(401, java.util.Map.of(), "");
		assertThatExceptionOfType(WrongTokenException.class).isThrownBy(() -> this.phone.client().downloadOnce(10));
		assertThat(this.server.requests()).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "opaque", "ann/phone", "a.b", "a.b.c", "a.%%%.c", "..", "a.b.c.d.e" })
	void whatIsNoJwtIsLeftToTheServer(String opaque) {
		assertThatNoException().isThrownBy(() -> new TokenGuard("ann", "phone", "sub", "did").check(opaque));
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "{}", "[]", "{\"sub\":7,\"did\":null}", "{\"sub\":\"ann\"}", "{\"sub\":\"ann\",\"did\":[]}" })
	void claimsThatNameNobodyAreLeftToTheServer(String claims) {
		assertThatNoException().isThrownBy(() -> new TokenGuard("ann", "phone", "sub", "did").check(jwt(claims)));
	}

	@Test
	void claimsCanBeNamed() {
		String claims = jwt("{\"sub\":\"0815\",\"preferred_username\":\"ann\",\"did\":\"a DID\"}");
		assertThatNoException()
			.isThrownBy(() -> new TokenGuard("ann", "phone", "preferred_username", null).check(claims));
		assertThatExceptionOfType(WrongTokenException.class)
			.isThrownBy(() -> new TokenGuard("ann", "phone", "sub", null).check(claims))
			.withMessageContaining("tokenClaims()");
	}

	@Test
	void aUserIdMayBeSpelledInSeveralWaysAndADeviceIdMayNot() {
		String user = UUID.randomUUID().toString();
		String spelled = user.toUpperCase().replace("-", "");
		assertThatNoException()
			.isThrownBy(() -> new TokenGuard(user, "phone", "sub", "did").check(jwt("{\"sub\":\"" + spelled + "\"}")));
		assertThatExceptionOfType(WrongTokenException.class)
			.isThrownBy(() -> new TokenGuard("ann", user, "sub", "did").check(jwt("{\"did\":\"" + spelled + "\"}")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://other.test/sync", "http://model.test/other", "http://model.test",
			"http://model.test/Sync", "http://model.test:8080/sync", "https://model.test:8443/sync",
			"http://model.test:443/sync", "https://model.test:80/sync" })
	void anotherServerIsRefusedForADatabaseThatWasSynced(String url) {
		note(A);
		this.phone.client().sync();
		this.phone.client().close();
		assertThatExceptionOfType(SyncSetupException.class)
			.isThrownBy(() -> this.phone.with((builder) -> builder.server(URI.create(url))).open())
			.withMessageContaining("model.test/sync")
			.withMessageContaining("allowServerChange()");
		this.phone.with((builder) -> {
		}).open();
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://MODEL.test/sync", "HTTP://model.test:80/sync/", "https://model.test:443/sync",
			"http://model.test./sync//", "http://model.test//other/../%73ync", "http://model.test/sync" })
	void theSameServerInOtherWordsIsNot(String url) {
		note(A);
		this.phone.client().sync();
		this.phone.with((builder) -> builder.server(URI.create(url))).reopen().client().sync();
	}

	@Test
	void anotherPortOfOneHostIsAnotherServer() {
		note(A);
		this.phone.with((builder) -> builder.server(URI.create("http://model.test:8081/sync")))
			.reopen()
			.client()
			.sync();
		this.phone.client().close();
		assertThatExceptionOfType(SyncSetupException.class).isThrownBy(
				() -> this.phone.with((builder) -> builder.server(URI.create("http://model.test:8082/sync"))).open())
			.withMessageContaining("model.test:8081/sync")
			.withMessageContaining("model.test:8082/sync");
		this.phone.with((builder) -> builder.server(URI.create("https://model.test:8081/sync"))).open().client().sync();
	}

	@Test
	void anAddressHasManySpellings() {
		note(A);
		this.phone.with((builder) -> builder.server(URI.create("http://[::1]:8080/sync"))).reopen().client().sync();
		this.phone.with((builder) -> builder.server(URI.create("http://[0:0:0:0:0:0:0:1]:8080/sync")))
			.reopen()
			.client()
			.sync();
		this.phone.client().close();
		assertThatExceptionOfType(SyncSetupException.class).isThrownBy(
				() -> this.phone.with((builder) -> builder.server(URI.create("http://[::2]:8080/sync"))).open());
		this.phone.with((builder) -> builder.server(URI.create("http://[::1]:8080/sync"))).open();
	}

	@Test
	void aDatabaseThatWasNeverSyncedMayChangeItsServer() {
		note(A);
		this.phone.with((builder) -> builder.server(URI.create("http://other.test/sync"))).reopen().client().sync();
		assertThat(this.server.account("ann").live()).hasSize(1);
	}

	@Test
	void aServerChangeThatIsAllowedStartsOver() {
		note(A);
		this.phone.client().sync();
		note(B);
		ModelServer other = new ModelServer();
		other.account("ann").change("web", "app.note", "INSERT", B, "{\"id\":\"" + B + "\",\"title\":\"theirs\"}");
		other.account("ann").change("web", "app.note", "UPDATE", B, "{\"id\":\"" + B + "\",\"title\":\"theirs\"}");
		List<Recovery> recoveries = new ArrayList<>();
		this.phone
			.with((builder) -> builder.server(URI.create("http://other.test/sync")).http(other).allowServerChange())
			.reopen();
		this.phone.client().addListener(new SyncListener() {
			@Override
			public void onRecovery(Recovery recovery) {
				recoveries.add(recovery);
			}
		});
		assertThat(this.phone.client().sync().download().conflicts()).hasSize(1);
		assertThat(recoveries).extracting(Recovery::reason).containsExactly(Recovery.Reason.SERVER_CHANGED);
		assertThat(other.account("ann").live().values()).extracting((row) -> row.get("title").asString())
			.containsExactly("mine", "theirs");
		assertThat(this.phone.query("SELECT title FROM note ORDER BY id")).containsExactly("mine", "theirs");
		this.phone.reopen().client().sync();
		assertThat(recoveries).hasSize(1);
	}

}
