/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.soak;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The gauges of a JVM are read, of this one or another.
 */
class ProcessGaugesTests {

	private static final int MEGABYTE = 1 << 20;

	@Test
	void anotherProcessIsLookedInto() throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xmx64m", "-cp", System.getProperty("java.class.path"), IdleProcess.class.getName())
			.redirectErrorStream(true)
			.start();
		try (BufferedReader output = process.inputReader();
				ProcessGauges gauges = ProcessGauges.of(ready(process, output))) {
			Map<Gauge, Double> values = gauges.read();
			assertThat(values.get(Gauge.HEAP)).isBetween(0.5, 64.0);
			assertThat(values.get(Gauge.NON_HEAP)).isPositive();
			assertThat(values.get(Gauge.THREADS)).isPositive();
			process.destroy();
			process.waitFor();
			assertThatIllegalStateException().isThrownBy(gauges::read)
				.withMessageContaining(Long.toString(process.pid()));
		}
		finally {
			process.destroyForcibly();
		}
	}

	private static long ready(Process process, BufferedReader output) throws Exception {
		assertThat(output.readLine()).isEqualTo("ready");
		return process.pid();
	}

	@Test
	void garbageDoesNotCount() {
		try (ProcessGauges gauges = ProcessGauges.of(ProcessHandle.current().pid())) {
			double before = gauges.read().get(Gauge.HEAP);
			byte[] kept = new byte[30 * MEGABYTE];
			double meanwhile = gauges.read().get(Gauge.HEAP);
			assertThat(kept).hasSize(30 * MEGABYTE);
			kept = null;
			assertThat(meanwhile - before).isGreaterThan(25);
			assertThat(gauges.read().get(Gauge.HEAP) - before).isLessThan(5);
		}
	}

	@Test
	void aProcessThatIsNotThereIsNamed() {
		assertThatIllegalStateException().isThrownBy(() -> ProcessGauges.of(Integer.MAX_VALUE))
			.withMessageContaining(Integer.toString(Integer.MAX_VALUE));
	}

	@Test
	void residentMemoryIsFoundInWhatLinuxSays() {
		assertThat(ProcessGauges.residentMegabytes(List.of("Name:	java", "VmRSS:	  262144 kB", "Threads:	9")))
			.hasValue(256);
		assertThat(ProcessGauges.residentMegabytes(List.of("Name:	java"))).isEmpty();
	}

}
