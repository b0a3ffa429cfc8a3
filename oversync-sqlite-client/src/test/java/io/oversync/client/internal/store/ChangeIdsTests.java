/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.store;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Numbers of changes.
 */
class ChangeIdsTests {

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 1000, (1L << 28) - 1 })
	void aRowThatGoesBackSaysWhichVersionWasLostWhateverItsOwnNumber(long version) {
		for (long id : new long[] { 1, 1L << 32, ChangeIds.first(System.currentTimeMillis()), ChangeIds.MAX - 1 }) {
			long lost = ChangeIds.ofLost(version, id);
			assertThat(ChangeIds.lostVersion(lost)).isEqualTo(version);
			assertThat(lost).isNotEqualTo(ChangeIds.ofLost(version, id + 1)).isGreaterThan(ChangeIds.MAX);
			assertThat(ChangeIds.lostVersion(id)).isZero();
			assertThat(ChangeIds.isUnproven(id)).isFalse();
			assertThat(ChangeIds.isUnproven(lost)).isFalse();
			long unproven = ChangeIds.ofUnproven(version, id);
			assertThat(unproven).isGreaterThan(ChangeIds.MAX);
			assertThat(ChangeIds.isUnproven(unproven)).isTrue();
			assertThat(ChangeIds.lostVersion(unproven)).isEqualTo(version);
		}
	}

	@Test
	void aVersionThatIsTooHighIsTakenForTheHighest() {
		assertThat(ChangeIds.lostVersion(ChangeIds.ofLost(1L << 62, 7))).isEqualTo((1L << 28) - 1);
		assertThat(ChangeIds.lostVersion(Long.MAX_VALUE)).isEqualTo((1L << 28) - 1);
	}

	@Test
	void ordinaryNumbersNeverGetAsHigh() {
		assertThat(ChangeIds.first(Long.MAX_VALUE)).isLessThan(ChangeIds.MAX);
		assertThat(ChangeIds.first(-1)).isEqualTo(1);
	}

}
