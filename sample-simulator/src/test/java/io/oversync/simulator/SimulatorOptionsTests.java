/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.oversync.simulator.program.Program;
import io.oversync.simulator.scenario.OddScenarios;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Wrong options are reported before anything is played.
 */
class SimulatorOptionsTests {

	/** No server listens on the discard port. */
	private static final String NOBODY = "--server=http://localhost:9";

	private final SimulatorRun simulator = new SimulatorRun();

	@Test
	void helpShowsOptionsAndScenarios() {
		assertThat(this.simulator.run("--help")).isZero();
		assertThat(this.simulator.printed())
			.contains("--scenario", "--parallel", "--server", "--start-server", "--verify-db", "--report", "--seed")
			.contains("fresh-install  ", "normal-usage   ", "reinstall      ");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			--scenario=nothing   | There is no scenario 'nothing': choose all or fresh-install, normal-usage, reinstall
			--scenario=all,x     | There is no scenario 'x'
			--parallel=0         | --parallel must be 1 or more, not 0
			--parallel=many      | 'many' is not an int
			--server=localhost   | --server must be an address such as http://localhost:8080, not 'localhost'
			--server=ftp://host  | --server must be an address
			--server=http://a b  | --server must be an address
			--server=http://h?x  | --server must be an address
			--seed=today         | 'today' is not a long
			--users=3            | are for --scenario=chaos and --scenario=soak; the others take --parallel
			--minutes=soon       | 'soon' is not a double
			--surprise           | Unknown option: '--surprise'
			surprise             | Unmatched argument at index 0: 'surprise'
			""")
	void badOptionsAreRefused(String option, String message) {
		assertThat(this.simulator.run(option)).isEqualTo(2);
		assertThat(this.simulator.printed()).contains(message, "--help").doesNotContain("\tat ", "Playing");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			--users=0        | --users must be more than 0, not 0
			--devices=-1     | --devices must be more than 0, not -1
			--minutes=0      | --minutes must be more than 0, not 0
			--minutes=NaN    | --minutes must be more than 0, not NaN
			--rate=0         | --rate must be more than 0, not 0
			--story=/nowhere | --story must be a file that can be read, not /nowhere
			""")
	void chaosNeedsSomethingToDo(String option, String message) {
		assertThat(this.simulator.run("--scenario=chaos", option)).isEqualTo(2);
		assertThat(this.simulator.printed()).contains(message);
	}

	@ParameterizedTest
	@CsvSource({ "--server=http://localhost:8080", "--verify-db=jdbc:postgresql://localhost/postgres" })
	void aServerOfItsOwnLeavesNoRoomForAnother(String other) {
		assertThat(this.simulator.run("--start-server", other)).isEqualTo(2);
		assertThat(this.simulator.printed()).contains("leave out --server and --verify-db");
	}

	@Test
	void aServerThatDoesNotAnswerIsNotPlayedAgainst() {
		assertThat(this.simulator.run(NOBODY)).isEqualTo(2);
		assertThat(this.simulator.printed()).contains("No answer from http://localhost:9/", "--start-server")
			.doesNotContain("\tat ", "Playing");
	}

	@Test
	void aReportThatCannotBeWrittenIsFoundFirst(@TempDir Path folder) {
		Path file = folder.resolve("missing").resolve("report.json");
		assertThat(this.simulator.run(NOBODY, "--report=" + file)).isEqualTo(2);
		assertThat(this.simulator.printed()).contains("The report cannot be written to " + file)
			.doesNotContain("No answer");
	}

	@Test
	void theSearchForTheReportLeavesNoTrace(@TempDir Path folder) throws IOException {
		Path former = Files.writeString(folder.resolve("former.json"), "{}");
		this.simulator.run(NOBODY, "--report=" + former);
		this.simulator.run(NOBODY, "--report=" + folder.resolve("new.json"));
		assertThat(folder.resolve("new.json")).doesNotExist();
		assertThat(former).hasContent("{}");
	}

	@Test
	void allDoesNotMeanWhatIsNoScenario() {
		Programs programs = new Programs(List.of(OddScenarios.broken(), OddScenarios.offline()),
				List.of(OddScenarios.different()));
		assertThat(programs.named(List.of("all"))).extracting(Program::name).containsExactly("broken", "offline");
		assertThat(programs.named(List.of("different", "offline", "all"))).extracting(Program::name)
			.containsExactly("different", "offline", "broken");
	}

}
