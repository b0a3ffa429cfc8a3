/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.soak;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Map;

import io.oversync.client.http.SyncHttp;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Requests are timed by endpoint and interval.
 */
class RequestTimesTests {

	@Test
	void percentilesAreOfTheMeasuredTimes() throws Exception {
		RequestTimes times = new RequestTimes((request) -> {
			long end = System.nanoTime() + (request.uri().getPath().endsWith("slow") ? 60_000_000 : 2_000_000);
			while (System.nanoTime() < end) {
				Thread.onSpinWait();
			}
			return answer(request);
		});
		for (int i = 0; i < 9; i++) {
			times.exchange(request("GET"));
		}
		times.exchange(new SyncHttp.Request("GET", URI.create("http://localhost/slow"), Map.of(), null));
		Map<Gauge, Double> values = times.read();
		assertThat(values.get(Gauge.DOWNLOAD_P50)).isBetween(2.0, 50.0);
		assertThat(values.get(Gauge.DOWNLOAD_P99)).isGreaterThanOrEqualTo(59.9)
			.isEqualTo(values.get(Gauge.DOWNLOAD_MAX));
	}

	@Test
	void uploadsAndDownloadsAreCountedApartAndFromReadingToReading() throws Exception {
		RequestTimes times = new RequestTimes(RequestTimesTests::answer);
		times.exchange(request("POST"));
		times.exchange(request("GET"));
		times.exchange(request("GET"));
		assertThat(times.read()).containsEntry(Gauge.UPLOADS, 1.0)
			.containsEntry(Gauge.DOWNLOADS, 2.0)
			.containsKeys(Gauge.UPLOAD_P50, Gauge.UPLOAD_P99, Gauge.UPLOAD_MAX, Gauge.DOWNLOAD_P50, Gauge.DOWNLOAD_P99,
					Gauge.DOWNLOAD_MAX);
		assertThat(times.read()).containsOnly(Map.entry(Gauge.UPLOADS, 0.0), Map.entry(Gauge.DOWNLOADS, 0.0));
	}

	@Test
	void theTimeIsThatOfTheWholeAnswer() throws Exception {
		InputStream slow = new InputStream() {

			private final long end = System.nanoTime() + 30_000_000;

			@Override
			public int read() {
				while (System.nanoTime() < this.end) {
					Thread.onSpinWait();
				}
				return -1;
			}

		};
		RequestTimes times = new RequestTimes((request) -> new SyncHttp.Response(200, Map.of(), slow));
		times.exchange(request("GET"));
		assertThat(times.read().get(Gauge.DOWNLOAD_P50)).isGreaterThan(25);
	}

	@Test
	void theAnswerArrivesUnchanged() throws Exception {
		SyncHttp.Response response = new RequestTimes(RequestTimesTests::answer).exchange(request("GET"));
		assertThat(response.status()).isEqualTo(200);
		assertThat(response.headers()).containsEntry("a", "b");
		assertThat(response.body().readAllBytes()).containsExactly(1, 2, 3);
	}

	@Test
	void aRequestWithoutAnAnswerIsNotTimed() {
		RequestTimes times = new RequestTimes((request) -> {
			throw new IOException("lost");
		});
		assertThatIOException().isThrownBy(() -> times.exchange(request("GET")));
		assertThat(times.read()).containsEntry(Gauge.DOWNLOADS, 0.0);
	}

	private static SyncHttp.Response answer(SyncHttp.Request request) {
		return new SyncHttp.Response(200, Map.of("a", "b"), new ByteArrayInputStream(new byte[] { 1, 2, 3 }));
	}

	private static SyncHttp.Request request(String method) {
		return new SyncHttp.Request(method, URI.create("http://localhost/sync"), Map.of(), null);
	}

}
