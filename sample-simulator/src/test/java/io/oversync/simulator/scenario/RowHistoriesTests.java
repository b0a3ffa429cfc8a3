/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.scenario;

import java.util.List;
import java.util.stream.IntStream;

import io.oversync.verification.device.WireEntry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RowHistoriesTests {

	@Test
	void versionsThatCountUpByOneAreRight() {
		RowHistories history = history(1, 2, 3);
		assertThatCode(history::requireCountedVersions).doesNotThrowAnyException();
		assertThat(history.version("users one")).isEqualTo(3);
		assertThat(history.version("users two")).isZero();
	}

	@Test
	void aGapIsTold() {
		assertThatThrownBy(() -> history(1, 3).requireCountedVersions()).isInstanceOf(ScenarioFailure.class)
			.hasMessage("The server's stream: the versions of users one should be 1, 2, 3 and so on, but are [1, 3]");
	}

	@Test
	void aRepeatIsTold() {
		assertThatThrownBy(() -> history(1, 2, 2).requireCountedVersions()).isInstanceOf(ScenarioFailure.class)
			.hasMessageEndingWith("[1, 2, 2]");
	}

	private static RowHistories history(int... versions) {
		List<WireEntry> stream = IntStream.range(0, versions.length)
			.mapToObj(
					(i) -> new WireEntry(i, "business", "users", "one", "UPDATE", versions[i], false, "phone", i, "{}"))
			.toList();
		return new RowHistories(stream);
	}

}
