/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.util.ArrayDeque;
import java.util.Queue;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The open pages of a session.
 */
class EventStreamsTests {

	private final Queue<Runnable> sender = new ArrayDeque<>();

	private final EventStreams streams = new EventStreams(() -> {
	});

	/** The sender is held by a page that does not read. */
	@Test
	void pagesThatAreOpenedWhileNoneCanBeToldAreRefused() {
		for (int i = 0; i < 8; i++) {
			this.streams.open(this.sender::add);
		}
		assertThatExceptionOfType(DemoException.class).isThrownBy(() -> this.streams.open(this.sender::add));
		assertThat(this.sender).hasSize(4);
	}

	@Test
	void pagesAreOpenedAgainOnceTheOldOnesWereTold() {
		for (int i = 0; i < 20; i++) {
			this.streams.open(Runnable::run);
		}
		assertThat(this.streams.isEmpty()).isFalse();
	}

}
