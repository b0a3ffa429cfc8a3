/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.background;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import io.oversync.client.NetworkException;
import io.oversync.client.ServerException;
import io.oversync.client.SyncException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When news makes the background sync run.
 */
class NewsTests {

	private static final Duration HOUR = Duration.ofHours(1);

	private final AtomicInteger syncs = new AtomicInteger();

	private final AtomicLong position = new AtomicLong();

	private BackgroundSync background;

	@AfterEach
	void stop() {
		this.background.stop();
	}

	private void start(LongSupplier sync, Backoff backoff) {
		this.background = new BackgroundSync(() -> {
			this.syncs.incrementAndGet();
			return sync.getAsLong();
		}, (problem) -> {
		}, backoff);
		this.background.start(HOUR);
		awaitSyncs(1);
	}

	private void awaitSyncs(int count) {
		Awaitility.await().until(() -> this.syncs.get() == count);
	}

	private void assertSyncs(int count) {
		Awaitility.await()
			.during(Duration.ofMillis(200))
			.atMost(Duration.ofSeconds(10))
			.until(() -> this.syncs.get() == count);
	}

	/** The delay after the next failure is half an hour or more. */
	private static Backoff patient() {
		Backoff backoff = new Backoff(Duration.ofMillis(5), HOUR);
		for (int i = 0; i < 30; i++) {
			backoff.next(new SyncException("earlier"));
		}
		return backoff;
	}

	@Test
	void eachIsOneSyncAlsoIfItDoesNotBringTheHead() {
		start(this.position::get, new Backoff(Duration.ofMillis(5), HOUR));
		this.background.news(7);
		awaitSyncs(2);
		assertSyncs(2);
		this.position.set(9);
		this.background.news(8);
		awaitSyncs(3);
		assertSyncs(3);
	}

	@ParameterizedTest
	@ValueSource(longs = { 5, 6 })
	void whatComesDuringASyncIsAnotherUnlessItWasFetched(long reached) {
		long[] returned = { 0 };
		start(() -> {
			if (this.syncs.get() == 2) {
				this.background.news(6);
				returned[0] = reached;
			}
			return returned[0];
		}, new Backoff(Duration.ofMillis(5), HOUR));
		this.background.news(5);
		assertSyncs((reached < 6) ? 3 : 2);
	}

	@Test
	void aServerThatCanBeReachedAgainEndsTheWaitForTheNetwork() {
		start(() -> {
			if (this.syncs.get() == 1) {
				throw new NetworkException("no network", new java.io.IOException());
			}
			return 0;
		}, patient());
		this.background.news(7);
		assertSyncs(1);
		this.background.online();
		awaitSyncs(2);
	}

	@Test
	void theWaitThatAServerHasAskedForIsNotCutShort() {
		start(() -> {
			if (this.syncs.get() == 1) {
				throw new ServerException(503, "", "busy", HOUR);
			}
			return 0;
		}, patient());
		this.background.news(7);
		this.background.online();
		assertSyncs(1);
		this.background.request();
		awaitSyncs(2);
		assertThat(this.syncs.get()).isEqualTo(2);
	}

}
