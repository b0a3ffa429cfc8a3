/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.soak;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;

import io.oversync.client.http.SyncHttp;
import org.HdrHistogram.Histogram;

/**
 * A network that measures how long a device waits for the whole answer to each request.
 * Thread-safe.
 */
final class RequestTimes implements SyncHttp, GaugeSource {

	private static final double MILLISECOND = 1_000_000;

	private final SyncHttp network;

	/** Of nanoseconds. */
	private final Histogram uploads = new Histogram(3);

	private final Histogram downloads = new Histogram(3);

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
		(method.equals("POST") ? this.uploads : this.downloads).recordValue(nanos);
	}

	@Override
	public synchronized Map<Gauge, Double> read() {
		Map<Gauge, Double> values = new EnumMap<>(Gauge.class);
		summarize(values, this.uploads, Gauge.UPLOADS, Gauge.UPLOAD_P50, Gauge.UPLOAD_P99, Gauge.UPLOAD_MAX);
		summarize(values, this.downloads, Gauge.DOWNLOADS, Gauge.DOWNLOAD_P50, Gauge.DOWNLOAD_P99, Gauge.DOWNLOAD_MAX);
		return values;
	}

	private static void summarize(Map<Gauge, Double> values, Histogram nanos, Gauge count, Gauge p50, Gauge p99,
			Gauge max) {
		values.put(count, (double) nanos.getTotalCount());
		if (nanos.getTotalCount() > 0) {
			values.put(p50, nanos.getValueAtPercentile(50) / MILLISECOND);
			values.put(p99, nanos.getValueAtPercentile(99) / MILLISECOND);
			values.put(max, nanos.getMaxValue() / MILLISECOND);
		}
		nanos.reset();
	}

}
