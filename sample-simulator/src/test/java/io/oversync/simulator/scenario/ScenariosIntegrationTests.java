package io.oversync.simulator.scenario;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.oversync.sample.SampleServer;
import io.oversync.simulator.device.SyncTarget;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Plays the scenarios against the sample, alone and with several users at once.
 */
class ScenariosIntegrationTests {

	private static SampleServer server;

	@TempDir
	private Path folder;

	@BeforeAll
	static void start() {
		server = SampleServer.start();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	static Stream<Named<Scenario>> scenarios() {
		return Stream
			.<Scenario>of(new DeviceReplacement(), new OfflineOnline(), new Conflicts(), new UserSwitch(),
					new FkBatchRetry(), new ComplexMultiBatch(), new MultiDeviceSync(), new MultiDeviceComplex(),
					new FilesSync())
			.map((scenario) -> Named.of(scenario.name(), scenario));
	}

	@ParameterizedTest
	@MethodSource("scenarios")
	void aScenarioPasses(Scenario scenario) {
		Lines lines = new Lines();
		play(scenario, 1, lines);
		assertThat(lines.told).hasSizeGreaterThan(2).allSatisfy((line) -> assertThat(line).isNotBlank());
		assertThat(lines.exchanged).isPositive();
	}

	@ParameterizedTest
	@MethodSource("scenarios")
	void aScenarioPassesForManyUsersAtOnce(Scenario scenario) {
		Together
			.run(IntStream.range(0, 5).<Runnable>mapToObj((user) -> () -> play(scenario, user, new Lines())).toList());
	}

	private void play(Scenario scenario, long seed, Audience audience) {
		try (Stage stage = new Stage(SyncTarget.at(server.baseUrl()), server.jdbcUrl(), this.folder,
				UUID.randomUUID().toString(), new Random(seed), audience)) {
			scenario.play(stage);
		}
	}

	/**
	 * Collects what is told.
	 */
	private static class Lines implements Audience {

		private final List<String> told = new ArrayList<>();

		private long exchanged;

		@Override
		public synchronized void told(String line) {
			this.told.add(line);
		}

		@Override
		public synchronized void synced(long uploaded, long downloaded, long conflicts) {
			this.exchanged += uploaded + downloaded;
		}

	}

}
