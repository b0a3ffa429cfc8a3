/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is known of revocations while the database may be put back.
 */
class RevocationsTests {

	private static final Role PHONE = new Role(0, 0);

	private static final Role STRANGER = new Role(1, 0);

	private static final Runnable NOTHING = () -> {
	};

	private final Revocations revocations = new Revocations();

	@Test
	void aDeviceIsRefusedUntilItIsLetIn() {
		this.revocations.revoke(PHONE, () -> assertThat(this.revocations.isPossible(PHONE)).isTrue());
		assertThat(this.revocations.of(0)).singleElement()
			.satisfies((revocation) -> assertThat(revocation.until()).isEqualTo(Long.MAX_VALUE));
		this.revocations.permit(PHONE, () -> {
			long now = System.nanoTime();
			assertThat(this.revocations.isPossible(PHONE)).isTrue();
			assertThat(this.revocations.of(0)).singleElement().satisfies((revocation) -> {
				assertThat(revocation.device()).isEqualTo("device1");
				assertThat(revocation.until()).isLessThanOrEqualTo(now);
			});
		});
		assertThat(this.revocations.isPossible(PHONE)).isFalse();
		assertThat(this.revocations.of(0)).hasSize(1);
		assertThat(this.revocations.of(1)).isEmpty();
		assertThat(this.revocations.isPossible(STRANGER)).isFalse();
	}

	@Test
	void aDatabaseThatWasPutBackMayKnowTheRevocationOrNot() {
		this.revocations.revoke(PHONE, NOTHING);
		this.revocations.restoreBegins();
		assertThat(this.revocations.of(0)).singleElement()
			.satisfies((revocation) -> assertThat(revocation.until()).isLessThan(Long.MAX_VALUE));
		this.revocations.restoreEnds();
		assertThat(this.revocations.isPossible(PHONE)).isTrue();
		this.revocations.permit(PHONE, NOTHING);
		assertThat(this.revocations.isPossible(PHONE)).isFalse();
		this.revocations.restoreBegins();
		assertThat(this.revocations.isPossible(PHONE)).as("it may be revoked again").isTrue();
	}

	@Test
	void whatIsDoneWhileTheDatabaseIsPutBackIsNotSure() {
		this.revocations.revoke(PHONE, () -> {
			this.revocations.restoreBegins();
			this.revocations.restoreEnds();
		});
		assertThat(this.revocations.of(0)).isEmpty();
		assertThat(this.revocations.isPossible(PHONE)).isTrue();
		this.revocations.permit(PHONE, this.revocations::restoreBegins);
		assertThat(this.revocations.isPossible(PHONE)).isTrue();
	}

}
