package io.oversync.sample.conformance;

import java.net.http.HttpClient;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.oversync.sample.SampleServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The black-box cases of the protocol against a live server: the sample on a real
 * PostgreSQL, or any other that system properties name.
 */
class ConformanceTests {

	private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private static @Nullable SampleServer sample;

	private static @Nullable ConformanceTarget target;

	@BeforeAll
	static void findServer() {
		target = ConformanceTarget.external();
		if (target == null) {
			sample = SampleServer.start();
			target = new ConformanceTarget(sample.baseUrl(), sample.secret(), sample.jdbcUrl());
		}
	}

	@AfterAll
	static void stopServer() {
		if (sample != null) {
			sample.close();
		}
	}

	@TestFactory
	Stream<DynamicNode> cases() {
		List<ConformanceCase> cases = ConformanceCase.all();
		assertThat(cases).as("cases on the class path").hasSizeGreaterThanOrEqualTo(240);
		Map<String, List<ConformanceCase>> byCategory = cases.stream()
			.collect(Collectors.groupingBy(ConformanceCase::category, TreeMap::new, Collectors.toList()));
		return byCategory.entrySet()
			.stream()
			.map((category) -> DynamicContainer.dynamicContainer(category.getKey(),
					category.getValue().stream().map(ConformanceTests::test)));
	}

	private static DynamicTest test(ConformanceCase conformanceCase) {
		return DynamicTest.dynamicTest(conformanceCase.name() + " — " + conformanceCase.what(), () -> {
			assertThat(target).isNotNull();
			if (!conformanceCase.needsDatabase() || target.jdbcUrl() != null) {
				new CaseRun(target, HTTP).run(conformanceCase);
			}
		});
	}

}
