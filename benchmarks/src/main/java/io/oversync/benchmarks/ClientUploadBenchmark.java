/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.Map;

import io.oversync.benchmarks.report.Samples;
import io.oversync.client.SyncClient;
import io.oversync.client.SyncResult;
import io.oversync.client.http.SyncHttp;

/**
 * 100,000 local rows sent to a server that accepts all of them. Run it with
 * {@code -Xmx64m}.
 */
final class ClientUploadBenchmark {

	private static final int ROWS = 100_000;

	private static final byte[] ID = "\"source_change_id\"".getBytes(StandardCharsets.UTF_8);

	private static final byte[] NOTHING = "{\"changes\":[],\"has_more\":false,\"next_after\":0,\"window_until\":0}"
		.getBytes(StandardCharsets.UTF_8);

	private long before;

	private long highest;

	private boolean watched;

	void run() throws Exception {
		System.out.printf("%,d rows, heap of at most %,d MB%n", ROWS, Runtime.getRuntime().maxMemory() >> 20);
		this.watched = true;
		upload();
		System.out.printf("in use above the start, while a batch is sent: %.1f MB at most%n", this.highest / 1048576.0);
		this.watched = false;
		Samples seconds = new Samples();
		for (int round = 0; round < ClientBenchmark.ROUNDS; round++) {
			seconds.add(upload());
		}
		System.out.printf("upload: %,.0f rows/s (%,.0f to %,.0f)%n", ROWS / seconds.median(), ROWS / seconds.highest(),
				ROWS / seconds.lowest());
	}

	private double upload() throws Exception {
		try (ClientFile file = new ClientFile(); SyncClient client = file.open(this::serve)) {
			file.write(ClientFile.INSERT, new AbstractList<>() {

				@Override
				public Object[] get(int i) {
					return ClientFile.row(i);
				}

				@Override
				public int size() {
					return ROWS;
				}

			}, ROWS);
			file.execute("PRAGMA wal_checkpoint(TRUNCATE)");
			this.before = used();
			long start = System.nanoTime();
			SyncResult result = client.sync();
			double seconds = (System.nanoTime() - start) / 1e9;
			if (result.upload().applied() != ROWS || client.status().pending() != 0) {
				throw new IllegalStateException("Applied " + result.upload().applied());
			}
			return seconds;
		}
	}

	private SyncHttp.Response serve(SyncHttp.Request request) {
		byte[] body = request.body();
		if (body == null) {
			return new SyncHttp.Response(200, Map.of(), new ByteArrayInputStream(NOTHING));
		}
		if (this.watched) {
			this.highest = Math.max(this.highest, used() - this.before);
		}
		int changes = count(body);
		String answer = "{\"accepted\":true,\"highest_server_seq\":0,\"statuses\":["
				+ "{\"source_change_id\":1,\"status\":\"applied\",\"new_server_version\":1},".repeat(changes);
		answer = answer.substring(0, answer.length() - 1) + "]}";
		return new SyncHttp.Response(200, Map.of(), new ByteArrayInputStream(answer.getBytes(StandardCharsets.UTF_8)));
	}

	private static int count(byte[] body) {
		int count = 0;
		for (int i = 0; i + ID.length <= body.length; i++) {
			int j = 0;
			while (j < ID.length && body[i + j] == ID[j]) {
				j++;
			}
			count += (j == ID.length) ? 1 : 0;
		}
		return count;
	}

	private static long used() {
		System.gc();
		return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
	}

}
