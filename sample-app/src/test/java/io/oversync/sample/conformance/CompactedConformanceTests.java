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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs every case with a compaction up to the head between any two of its requests. The
 * answers are those of a server that compacts nothing, but for garbage.
 */
class CompactedConformanceTests {

	private static ApplicationServer server;

	private static ConformanceTarget target;

	private static CompactedStreams streams;

	@BeforeAll
	static void start() {
		server = ApplicationServer.start(SampleApplication.class);
		target = new ConformanceTarget(URI.create(server.baseUrl()), server.property("sample.jwt.secret"),
				server.jdbcUrl());
		streams = CompactedStreams.of(server);
	}

	@AfterAll
	static void stop() {
		server.close();
		assertThat(streams.removed()).as("entries that were removed").isGreaterThan(30);
	}

	@TestFactory
	Stream<DynamicNode> keepsTheProtocolWhileStreamsAreCompacted() {
		Map<String, List<ConformanceCase>> categories = ConformanceCase.readAll()
			.stream()
			.collect(Collectors.groupingBy(ConformanceCase::category, TreeMap::new, Collectors.toList()));
		return categories.entrySet()
			.stream()
			.map((category) -> DynamicContainer.dynamicContainer(category.getKey(),
					category.getValue().stream().map(CompactedConformanceTests::test)));
	}

	private static DynamicTest test(ConformanceCase one) {
		return DynamicTest.dynamicTest(one.name(), () -> new CaseRun(one, target, streams).run());
	}

}
