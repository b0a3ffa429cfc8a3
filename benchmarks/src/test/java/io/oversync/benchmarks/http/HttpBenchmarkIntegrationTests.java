package io.oversync.benchmarks.http;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether it runs; how fast is for nobody to assert.
 */
@ExtendWith(OutputCaptureExtension.class)
class HttpBenchmarkIntegrationTests {

	@Test
	void measuresAServerOfItsOwn(CapturedOutput output) throws Exception {
		HttpBenchmark.of(List.of("upload-100x1", "--rounds=1", "--seconds=1")).run();
		assertThat(output.getOut()).contains("| measure ")
			.contains("| upload-100x1, fresh ")
			.contains("| upload-100x1, analysed ");
	}

}
