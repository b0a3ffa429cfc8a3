/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * By which names a browser may open the demo.
 */
class KnownHostFilterTests {

	private final KnownHostFilter filter = new KnownHostFilter(List.of("Demo.Example.org", "pi"));

	@ParameterizedTest
	@ValueSource(strings = { "localhost", "localhost:8080", "LocalHost:8080", "127.0.0.1", "127.0.0.1:8080",
			"192.168.1.5:8080", "0.0.0.0:1", "[::1]", "[::1]:8080", "[fe80::a:1]:8080", "[::ffff:127.0.0.1]:80",
			"demo.example.org", "DEMO.example.org:8443", "pi:8080", "localhost:" })
	void isKnown(String host) {
		assertThat(this.filter.isKnown(host)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ":8080", "evil.example", "evil.example:8080", "localhost.evil.example",
			"127.0.0.1.evil.example", "evil.example.127.0.0.1.nip.io", "127.0.0.1.nip.io:8080", "1.2.3.4.5", "1.2.3",
			"[evil]", "[::1].evil.example", "evil.example#localhost", "localhost@evil.example", "a.localhost",
			"localhost,evil.example", "sub.demo.example.org", "demo.example.org.", "localhost:80:80", "1.2.3.4\n" })
	void isUnknown(String host) {
		assertThat(this.filter.isKnown(host)).isFalse();
	}

	@Test
	void noNameIsUnknown() {
		assertThat(this.filter.isKnown(null)).isFalse();
	}

}
