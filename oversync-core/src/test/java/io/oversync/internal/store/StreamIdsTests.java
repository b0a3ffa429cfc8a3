/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The ids are stored in databases: a user's ids must never change.
 */
class StreamIdsTests {

	@Test
	void areTheQuartersOfTheDigestInBigEndianOrder() {
		assertThat(IntStream.range(0, StreamIds.CANDIDATES).mapToLong((i) -> StreamIds.SHA_256.candidate("alice", i)))
			.containsExactly(0x2bd806c97f0e00afL, 0x1a1fc3328fa763a9L, 0x269723c8db8fac4fL, 0x93af71db186d6e90L);
	}

	@Test
	void areMadeFromTheIdInUtf8() {
		assertThat(StreamIds.SHA_256.candidate("zoë", 0)).isEqualTo(0x2752b88686847fa5L);
	}

}
