/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.soak;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.LongStream;

import io.oversync.client.http.SyncHttp;

/**
 * A network that measures how long a device waits for the whole answer to each request.
 * Thread-safe.
 */
final class RequestTimes implements SyncHttp, GaugeSource {

	private static final double MILLISECOND = 1_000_000;

	private final SyncHttp network;

	private LongStream.Builder uploads = LongStream.builder();

	private LongStream.Builder downloads = LongStream.builder();

	RequestTimes(SyncHttp network) {
		this.network = network;
	}

	@Override
	public Response exchange(Request request) throws IOException, InterruptedException {
		long start = System.nanoTime();
		try (Response response = this.network.exchange(request)) {
			byte[] body = response.body().readAllBytes();
			note(request.method(), System.nanoTime() - start);
			return new Response(response.status(), response.headers(), new ByteArrayInputStream(body));
		}
	}

	private synchronized void note(String method, long nanos) {
		(method.equals("POST") ? this.uploads : this.downloads).add(nanos);
	}

	@Override
	public synchronized Map<Gauge, Double> read() {
		Map<Gauge, Double> values = new EnumMap<>(Gauge.class);
		summarize(values, this.uploads.build().toArray(), Gauge.UPLOADS, Gauge.UPLOAD_P50, Gauge.UPLOAD_P99,
				Gauge.UPLOAD_MAX);
		summarize(values, this.downloads.build().toArray(), Gauge.DOWNLOADS, Gauge.DOWNLOAD_P50, Gauge.DOWNLOAD_P99,
				Gauge.DOWNLOAD_MAX);
		this.uploads = LongStream.builder();
		this.downloads = LongStream.builder();
		return values;
	}

	private static void summarize(Map<Gauge, Double> values, long[] nanos, Gauge count, Gauge p50, Gauge p99,
			Gauge max) {
		values.put(count, (double) nanos.length);
		if (nanos.length > 0) {
			Arrays.sort(nanos);
			values.put(p50, percentile(nanos, 50) / MILLISECOND);
			values.put(p99, percentile(nanos, 99) / MILLISECOND);
			values.put(max, percentile(nanos, 100) / MILLISECOND);
		}
	}

	/** Returns the smallest value that so many percent are not above. */
	static long percentile(long[] sorted, int percent) {
		int rank = Math.toIntExact(((long) percent * sorted.length + 99) / 100);
		return sorted[Math.max(0, rank - 1)];
	}

}
