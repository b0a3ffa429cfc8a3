/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import io.oversync.autoconfigure.OversyncProperties.Concurrency;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How many requests are let in at a time.
 */
class RequestLimitTests {

	@ParameterizedTest
	@CsvSource({ "server.tomcat.threads.max,,30", "server.jetty.threads.max,,30", "server.port,,150",
			"server.jetty.threads.max,7,7" })
	void leavesAQuarterOfTheThreadsToOthers(String property, @Nullable Integer set, int requests) {
		MockEnvironment environment = new MockEnvironment().withProperty(property, "40");
		assertThat(OversyncWebMvcAutoConfiguration.requests(new Concurrency(2, 16, 16, set, true), environment))
			.isEqualTo(requests);
	}

}
