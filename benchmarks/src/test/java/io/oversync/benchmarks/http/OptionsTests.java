package io.oversync.benchmarks.http;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class OptionsTests {

	@Test
	void readsNamesRoundsAndSeconds() {
		assertThat(Options.parse(List.of("a", "--rounds=2", "b", "--seconds=1")))
			.isEqualTo(new Options(List.of("a", "b"), 2, 1));
	}

	@Test
	void nothingMeansAllMeasuresAndSevenRounds() {
		assertThat(Options.parse(List.of())).isEqualTo(new Options(List.of(), 7, 3));
	}

	@Test
	void refusesWhatItDoesNotKnow() {
		assertThatIllegalArgumentException().isThrownBy(() -> Options.parse(List.of("--round=2")));
		assertThatIllegalArgumentException().isThrownBy(() -> Options.parse(List.of("--rounds=0")));
		assertThatIllegalArgumentException().isThrownBy(() -> HttpBenchmark.of(List.of("uplod")))
			.withMessageContaining("upload-1000x4");
	}

}
