/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.transport;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.channels.UnresolvedAddressException;

import org.junit.jupiter.api.Test;
import tools.jackson.core.exc.JacksonIOException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link NetworkCause}.
 */
class NetworkCauseTests {

	@Test
	void causesWithoutAMessageAreNamed() {
		URI uri = URI.create("https://example.test/sync");
		ConnectException unknown = new ConnectException();
		unknown.initCause(new ConnectException());
		unknown.getCause().initCause(new UnresolvedAddressException());
		assertThat(NetworkCause.describe(unknown, uri)).isEqualTo("the host example.test is unknown");
		assertThat(NetworkCause.describe(new java.net.http.HttpTimeoutException("x"), uri))
			.isEqualTo("example.test did not answer in time");
		assertThat(NetworkCause.describe(new javax.net.ssl.SSLHandshakeException("certificate expired"), uri))
			.isEqualTo("no secure connection to example.test: certificate expired");
		assertThat(NetworkCause.describe(new IOException(), uri)).isEqualTo("IOException");
		assertThat(NetworkCause.describe(new IOException("x".repeat(10_000)), uri)).hasSizeLessThan(1000);
	}

	@Test
	void aConnectionThatBreaksWhileAnAnswerIsReadIsToldInOneLine() {
		URI uri = URI.create("https://example.test/sync");
		assertThat(NetworkCause.describe(JacksonIOException.construct(new IOException("connection reset")), uri))
			.isEqualTo("connection reset");
	}

}
