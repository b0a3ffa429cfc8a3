package io.oversync.benchmarks;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.oversync.client.DownloadResult;
import io.oversync.client.SyncClient;
import io.oversync.client.http.SyncHttp;

/**
 * 100,000 rows downloaded into a new database, JSON and bookkeeping included, beside the
 * same upserts of values that are at hand, without bookkeeping: once as SQLite comes,
 * once with the cache and the log as the client sets them.
 */
final class ApplyBenchmark {

	private static final int PAGES = 100;

	private static final int PAGE = 1000;

	private final List<Object[]> rows = new ArrayList<>();

	private final List<byte[]> pages = new ArrayList<>();

	void run() throws Exception {
		for (int page = 0; page < PAGES; page++) {
			this.pages.add(page(page));
		}
		List<Double> plain = new ArrayList<>();
		List<Double> tuned = new ArrayList<>();
		List<Double> client = new ArrayList<>();
		for (int round = 0; round <= ClientBenchmark.ROUNDS; round++) {
			if (round == 1) {
				List.of(plain, tuned, client).forEach(List::clear);
			}
			plain.add(upsert());
			client.add(download());
			tuned.add(upsert("PRAGMA wal_autocheckpoint = 4000", "PRAGMA cache_size = -8000"));
		}
		print("SQLite's default cache and log", plain, client);
		print("cache and log as the client's", tuned, client);
	}

	private void print(String name, List<Double> plain, List<Double> client) {
		ClientBenchmark.print(name, plain, client);
		List<Double> rates = new ArrayList<>();
		for (int round = 0; round < plain.size(); round++) {
			rates.add(plain.get(round) / client.get(round));
		}
		System.out.printf("download of %,.0f rows/s: %.2f of the plain rate%n",
				this.rows.size() / Bench.median(client) * 1000, Bench.median(rates));
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
		String query = request.uri().getQuery();
		int after = Integer.parseInt(query.substring(query.indexOf("after=") + 6, query.indexOf('&')));
		return new SyncHttp.Response(200, Map.of(), new ByteArrayInputStream(this.pages.get(after / PAGE)));
	}

	private byte[] page(int page) {
		StringBuilder json = new StringBuilder("{\"changes\":[");
		for (int i = page * PAGE + 1; i <= (page + 1) * PAGE; i++) {
			Object[] row = ClientFile.row(i);
			this.rows.add(row);
			json.append((i % PAGE == 1) ? "" : ",")
				.append("""
						{"server_id":%d,"schema":"app","table":"task","op":"INSERT","pk":"%s","payload":\
						{"id":"%s","title":"%s","body":"%s","state":"%s","rank":%s,"amount":%s,"updated_at":"%s"},\
						"server_version":1,"deleted":false,"source_id":"tablet","source_change_id":%d,\
						"ts":"2026-01-01T00:00:00.000000Z"}""".formatted(i, row[0], row[0], row[1], row[2], row[3],
						row[4], row[5], row[6], i));
		}
		int last = (page + 1) * PAGE;
		return json.append("],\"has_more\":")
			.append(last < PAGES * PAGE)
			.append(",\"next_after\":")
			.append(last)
			.append(",\"window_until\":")
			.append(PAGES * PAGE)
			.append('}')
			.toString()
			.getBytes(StandardCharsets.UTF_8);
	}

}
