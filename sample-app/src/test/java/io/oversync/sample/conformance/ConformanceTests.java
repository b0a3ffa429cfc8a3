/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.oversync.sample.SampleApplication;
import io.oversync.test.ApplicationServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests a server against the protocol, case by case: the sample, or the one that
 * {@link ConformanceTarget} finds in the system properties.
 */
class ConformanceTests {

	private static @Nullable ApplicationServer server;

	private static ConformanceTarget target;

	private static ApiDescription description;

	@BeforeAll
	static void findOrStartTheServer() {
		description = new ApiDescription(ApiDescription.read());
		ConformanceTarget given = ConformanceTarget.from(System::getProperty);
		if (given == null) {
			server = ApplicationServer.start(SampleApplication.class);
			given = new ConformanceTarget(URI.create(server.baseUrl()), server.property("sample.jwt.secret"),
					server.jdbcUrl());
		}
		target = given;
	}

	@AfterAll
	static void stop() {
		if (server != null) {
			server.close();
			// an answer of watch does not end, and the sample does not serve the
			// description
			assertThat(description.seen()).contains("upload", "download", "changes", "checksum", "watch", "status",
					"schemaVersion", "materializeFailures", "retryMaterializeFailure");
		}
	}

	@TestFactory
	Stream<DynamicNode> keepsTheProtocol() {
		Map<String, List<ConformanceCase>> categories = ConformanceCase.readAll()
			.stream()
			.collect(Collectors.groupingBy(ConformanceCase::category, TreeMap::new, Collectors.toList()));
		return categories.entrySet()
			.stream()
			.map((category) -> DynamicContainer.dynamicContainer(category.getKey(),
					category.getValue().stream().map(ConformanceTests::test)));
	}

	private static DynamicTest test(ConformanceCase one) {
		return DynamicTest.dynamicTest(one.name() + " — " + one.what(), () -> {
			Assumptions.assumeTrue(!one.needsDatabase() || target.jdbcUrl() != null,
					"needs a look into the database: -D" + ConformanceTarget.JDBC_URL);
			new CaseRun(one, target, StreamEvents.NONE, description.and(Invariants::check)).run();
		});
	}

}
