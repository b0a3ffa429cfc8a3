package io.oversync.sample.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * A case as it stands in its file.
 *
 * @param name its name
 * @param category what it belongs to
 * @param what what it shows, one sentence
 * @param needsDatabase whether it makes no sense without looking into the database
 * @param steps its steps
 */
record ConformanceCase(String name, String category, String what, boolean needsDatabase, List<JsonNode> steps) {

	/** Reads numbers exactly and refuses what is no JSON. */
	static final JsonMapper JSON = JsonMapper.builder()
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
		.build();

	static List<ConformanceCase> all() {
		try {
			List<ConformanceCase> cases = new ArrayList<>();
			for (Resource file : new PathMatchingResourcePatternResolver()
				.getResources("classpath:conformance/cases/*.json")) {
				cases.add(read(JSON.readTree(file.getContentAsByteArray())));
			}
			cases.sort(Comparator.comparing(ConformanceCase::category).thenComparing(ConformanceCase::name));
			return cases;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static ConformanceCase read(JsonNode json) {
		return new ConformanceCase(json.required("name").asString(), json.required("category").asString(),
				json.required("what").asString(), "db".equals(json.path("needs").asString("")),
				json.required("steps").valueStream().toList());
	}

}
