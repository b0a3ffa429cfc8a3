package io.oversync.client;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

}
