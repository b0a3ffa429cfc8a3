/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What requests say of what a device has received.
 */
class TrafficLogTests {

	@ParameterizedTest
	@CsvSource({ "/sync/download?after=7&limit=5,7", "/sync/changes?after=7&schema=business,7",
			"/sync/download?after=7&limit=1&peek=true,0", "/sync/download?after=0,0", "/sync/download,0",
			"/sync/status,0" })
	void aCursorAcknowledgesWhicheverWayRowsAreRead(String uri, long position) {
		TrafficLog log = new TrafficLog();
		log.delivered("phone", new Delivery("0-0", "GET", uri, new byte[0], true, 0, null, 1, 2));
		assertThat(log.acknowledgements()).extracting(Acknowledgement::position)
			.isEqualTo((position > 0) ? List.of(position) : List.of());
	}

}
