/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.oversync.benchmarks.report.Samples;
import io.oversync.client.DownloadResult;
import io.oversync.client.SyncClient;
import io.oversync.client.http.SyncHttp;

/**
 * 100,000 rows downloaded into a new database, JSON and bookkeeping included, beside the
 * same upserts of prepared values without bookkeeping: once with SQLite's defaults, once
 * with the client's settings of cache and log.
 */
final class ApplyBenchmark {

	private static final int PAGES = 100;

	private static final int PAGE = 1000;

	private final List<Object[]> rows = new ArrayList<>();

	private final List<String> changes = new ArrayList<>();

	void run() throws Exception {
		for (int i = 1; i <= PAGES * PAGE; i++) {
			this.changes.add(change(i));
		}
		Samples plain = new Samples();
		Samples tuned = new Samples();
		Samples client = new Samples();
		for (int round = 0; round <= ClientBenchmark.ROUNDS; round++) {
			if (round == 1) {
				List.of(plain, tuned, client).forEach(Samples::clear);
			}
			plain.add(upsert());
			client.add(download());
			tuned.add(upsert("PRAGMA wal_autocheckpoint = 4000", "PRAGMA cache_size = -8000"));
		}
		print("SQLite's default cache and log", plain, client);
		print("cache and log as the client's", tuned, client);
	}

	private void print(String name, Samples plain, Samples client) {
		ClientBenchmark.print(name, plain, client);
		System.out.printf("download of %,.0f rows/s: %.2f of the plain rate%n",
				this.rows.size() / client.median() * 1000, plain.dividedBy(client).median());
	}

	private double upsert(String... pragmas) throws Exception {
		try (ClientFile file = new ClientFile()) {
			for (String pragma : pragmas) {
				file.execute(pragma);
			}
			long start = System.nanoTime();
			file.write(ClientFile.UPSERT, this.rows, PAGE);
			return (System.nanoTime() - start) / 1e6;
		}
	}

	private double download() throws Exception {
		try (ClientFile file = new ClientFile(); SyncClient client = file.open(this::serve)) {
			long start = System.nanoTime();
			DownloadResult result;
			int written = 0;
			do {
				result = client.downloadOnce(PAGE);
				written += result.applied();
			}
			while (result.hasMore());
			double millis = (System.nanoTime() - start) / 1e6;
			if (written != this.rows.size()) {
				throw new IllegalStateException("Wrote " + written);
			}
			return millis;
		}
	}

	private SyncHttp.Response serve(SyncHttp.Request request) {
		int after = parameter(request, "after");
		int last = Math.min(after + parameter(request, "limit"), this.changes.size());
		String page = "{\"changes\":[" + String.join(",", this.changes.subList(after, last)) + "],\"has_more\":"
				+ (last < this.changes.size()) + ",\"next_after\":" + last + ",\"window_until\":" + this.changes.size()
				+ '}';
		return new SyncHttp.Response(200, Map.of(), new ByteArrayInputStream(page.getBytes(StandardCharsets.UTF_8)));
	}

	private static int parameter(SyncHttp.Request request, String name) {
		for (String parameter : request.uri().getQuery().split("&")) {
			if (parameter.startsWith(name + "=")) {
				return Integer.parseInt(parameter.substring(name.length() + 1));
			}
		}
		throw new IllegalArgumentException("No " + name + " in " + request.uri());
	}

	private String change(int id) {
		Object[] row = ClientFile.row(id);
		this.rows.add(row);
		return """
				{"server_id":%d,"schema":"app","table":"task","op":"INSERT","pk":"%s","payload":\
				{"id":"%s","title":"%s","body":"%s","state":"%s","rank":%s,"amount":%s,"updated_at":"%s"},\
				"server_version":1,"deleted":false,"source_id":"tablet","source_change_id":%d,\
				"ts":"2026-01-01T00:00:00.000000Z"}""".formatted(id, row[0], row[0], row[1], row[2], row[3], row[4],
				row[5], row[6], id);
	}

}
