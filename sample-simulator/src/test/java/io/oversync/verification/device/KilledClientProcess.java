/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Semaphore;

import io.oversync.client.http.SyncHttp;
import io.oversync.simulator.sample.SampleTarget;

/**
 * An application that constantly writes rows and syncs. It prints every edit before the
 * write and after the commit, and every exchange with the server, so that it can be
 * killed in between.
 */
final class KilledClientProcess {

	private static final String USER = "ann";

	private KilledClientProcess() {
	}

	/**
	 * Runs the application.
	 * @param args the folder of the database, the server's URL, a seed, and after how
	 * many edits to finish with everything synced, or 0 to go on until it is killed
	 */
	public static void main(String[] args) throws Exception {
		Random random = new Random(Long.parseLong(args[2]));
		int edits = Integer.parseInt(args[3]);
		Semaphore rounds = new Semaphore(1);
		SyncHttp network = new SyncHttp() {

			@Override
			public boolean isStreaming() {
				return true;
			}

			@Override
			public Response exchange(Request request) throws IOException, InterruptedException {
				say("SEND " + request.uri().getPath());
				Response response = SyncTarget.NETWORK.exchange(request);
				say("RECEIVE " + response.status());
				return response;
			}

		};
		try (Device device = new Device(Path.of(args[0]), SampleTarget.at(args[1]), USER, "killed",
				(builder) -> builder.http(network).uploadBatch(4, 100_000).downloadPage(3))) {
			say("OUTBOX " + device.query("SELECT count(*) FROM _sync_outbox").get(0));
			Thread sync = new Thread(() -> {
				while (edits == 0 || !Thread.interrupted()) {
					device.client().sync();
					rounds.release();
				}
			});
			sync.setDaemon(true);
			// then the kill must happen at once
			sync.setUncaughtExceptionHandler((thread, ex) -> {
				ex.printStackTrace();
				Runtime.getRuntime().halt(1);
			});
			sync.start();
			for (int i = 0; edits == 0 || i < edits; i++) {
				if (i % 3 == 0) {
					// as fast as the sync, and at the same time
					rounds.acquire();
				}
				edit(device, random);
			}
			rounds.drainPermits();
			rounds.acquire(2);
			say("END " + device.client().status().pending());
			Runtime.getRuntime().halt(0);
		}
	}

	private static void edit(Device device, Random random) {
		List<Object> keys = device.query("SELECT id FROM users ORDER BY id");
		int what = keys.isEmpty() ? 0 : random.nextInt(10);
		String key = (what < 5) ? UUID.randomUUID().toString() : (String) keys.get(random.nextInt(keys.size()));
		String name = (what < 9) ? UUID.randomUUID().toString() : KilledClientIntegrationTests.GONE;
		say("TRY " + key + " " + name);
		device.execute("BEGIN IMMEDIATE");
		if (what < 5) {
			device.execute("INSERT INTO users (id, name, email) VALUES (?, ?, 'e')", key, name);
			device.execute("INSERT INTO posts (id, title, content, author_id) VALUES (?, 't', 'c', ?)",
					UUID.randomUUID().toString(), key);
		}
		else if (what < 9) {
			device.execute("UPDATE users SET name = ? WHERE id = ?", name, key);
		}
		else {
			device.execute("DELETE FROM posts WHERE author_id = ?", key);
			device.execute("DELETE FROM users WHERE id = ?", key);
		}
		device.execute("COMMIT");
		say("COMMIT " + key + " " + name);
	}

	/** Writes a line at once: half of one is never seen. */
	private static synchronized void say(String line) {
		byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
		System.out.write(bytes, 0, bytes.length);
		System.out.flush();
	}

}
