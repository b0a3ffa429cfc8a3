/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs every case with a compaction up to the head between any two of its requests. The
 * answers are those of a server that compacts nothing, but for garbage.
 */
@Tag("prove")
class CompactedConformanceTests {

	private static ApplicationServer server;

	private static ConformanceTarget target;

	/** A retry of a change whose entry is gone is answered with the row's version. */
	private static final Set<String> EXACT_RETRIES = Set.of("idempotency-replay-after-row-moved-on",
			"idempotency-replay-batch");

	private static final AnswerRules RULES = new ApiDescription(ApiDescription.read()).and(Invariants::check);

	private static CompactedStreams streams;

	private static CompactedStreams withoutRetries;

	@BeforeAll
	static void start() {
		server = ApplicationServer.start(SampleApplication.class);
		target = new ConformanceTarget(URI.create(server.baseUrl()), server.property("sample.jwt.secret"),
				server.jdbcUrl());
		CompactedStreams.archive(server);
		streams = new CompactedStreams(server, Duration.ofDays(180));
		withoutRetries = new CompactedStreams(server, Duration.ZERO);
	}

	@AfterAll
	static void stop() {
		server.close();
		assertThat(streams.removed() + withoutRetries.removed()).as("entries that were removed").isGreaterThan(30);
	}

	@TestFactory
	Stream<DynamicNode> keepsTheProtocolWhileStreamsAreCompacted() {
		return tests(ConformanceCase.readAll().stream(), streams);
	}

	@TestFactory
	@Tag("prove")
	Stream<DynamicNode> keepsTheProtocolAlsoWhereTheLastUploadsAreGarbage() {
		return tests(ConformanceCase.readAll().stream().filter((one) -> !EXACT_RETRIES.contains(one.name())),
				withoutRetries);
	}

	private static Stream<DynamicNode> tests(Stream<ConformanceCase> cases, CompactedStreams events) {
		Map<String, List<ConformanceCase>> categories = cases
			.collect(Collectors.groupingBy(ConformanceCase::category, TreeMap::new, Collectors.toList()));
		return categories.entrySet()
			.stream()
			.map((category) -> DynamicContainer.dynamicContainer(category.getKey(),
					category.getValue()
						.stream()
						.map((one) -> DynamicTest.dynamicTest(one.name(),
								() -> new CaseRun(one, target, events, RULES).run()))));
	}

}
