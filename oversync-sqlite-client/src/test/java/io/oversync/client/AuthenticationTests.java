/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class AuthenticationTests {

	private static final String DDL = "CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT);";

	private final ModelServer server = new ModelServer();

	@TempDir
	private Path folder;

	@Test
	void aRefusedTokenIsRenewedOnce() {
		List<String> refused = new ArrayList<>();
		try (TestDevice phone = new TestDevice(this.folder, this.server, "ann/phone", DDL, "note")
			.with((builder) -> builder.renewableToken((token) -> {
				if (token != null) {
					refused.add(token);
				}
				return "ann/phone";
			}))
			.open()) {
			this.server.answer(401, Map.of(), "{\"error\":\"authentication_failed\",\"message\":\"expired\"}");
			phone.client().sync();
			assertThat(refused).containsExactly("ann/phone");

			this.server.answer(401, Map.of(), "");
			this.server.answer(401, Map.of(), "{\"error\":\"authentication_failed\",\"message\":\"expired\"}");
			assertThatExceptionOfType(ServerException.class).isThrownBy(() -> phone.client().sync()).satisfies((ex) -> {
				assertThat(ex.status()).isEqualTo(401);
				assertThat(ex.code()).isEqualTo("authentication_failed");
				assertThat(ex.getMessage()).contains("expired").doesNotContain("ann/phone");
			});
			assertThat(this.server.requests()).as("no third try").hasSizeLessThan(7);
		}
	}

	private TestDevice phone(TokenSupplier tokens) {
		return new TestDevice(this.folder, this.server, "ann/phone", DDL, "note")
			.with((builder) -> builder.renewableToken(tokens))
			.open();
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", " ", "secret\n", "\nsecret", "sec\u0000ret", "secr\u00e9t" })
	void aTokenThatCannotBeSentIsNamedAndNotShown(String token) {
		List<String> next = new ArrayList<>();
		next.add(token);
		try (TestDevice phone = phone((refused) -> next.get(0))) {
			phone.execute("INSERT INTO note VALUES ('00000000-0000-0000-0000-00000000000a', 'mine')");
			for (ThrowingCallable call : List.<ThrowingCallable>of(phone.client()::sync, phone.client()::hydrate,
					phone.client()::uploadOnce, phone.client()::serverFailures)) {
				assertThatExceptionOfType(WrongTokenException.class).isThrownBy(call)
					.withMessageContaining("The token supplier returned")
					.withMessageContaining("nothing was sent")
					.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("secret"));
			}
			assertThat(this.server.requests()).isEmpty();
			next.set(0, "ann/phone");
			phone.client().sync();
			assertThat(this.server.account("ann").live()).hasSize(1);
		}
	}

	@Test
	void whatTheSupplierThrowsFailsTheSyncAsASyncException() {
		List<Exception> thrown = new ArrayList<>(List.of(new IllegalStateException("signed out"),
				new IOException("unchecked in Kotlin"), new NetworkException("no network", new IOException())));
		try (TestDevice phone = phone((refused) -> {
			if (!thrown.isEmpty()) {
				sneak(thrown.remove(0));
			}
			return "ann/phone";
		})) {
			assertThatExceptionOfType(SyncException.class).isThrownBy(phone.client()::sync)
				.withMessageContaining("The token supplier failed")
				.withMessageContaining("signed out")
				.withCauseInstanceOf(IllegalStateException.class);
			assertThatExceptionOfType(SyncException.class).isThrownBy(phone.client()::sync)
				.withCauseInstanceOf(IOException.class);
			assertThatExceptionOfType(NetworkException.class).isThrownBy(phone.client()::sync)
				.withMessage("no network");
			phone.client().sync();
		}
	}

	@SuppressWarnings("unchecked")
	private static <T extends Exception> void sneak(Exception ex) throws T {
		throw (T) ex;
	}

}
