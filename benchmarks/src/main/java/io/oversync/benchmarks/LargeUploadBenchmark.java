/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks;

import java.io.ByteArrayInputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

import io.oversync.protocol.SyncActor;
import io.oversync.protocol.UploadLimits;
import io.oversync.protocol.UploadRequest;
import io.oversync.protocol.UploadRequestReader;

/**
 * One upload of 50,000 changes, parsed from its body and applied, then the same again as
 * a retry. Run it with {@code -Xmx512m}.
 */
final class LargeUploadBenchmark {

	private static final int CHANGES = 50_000;

	private static final SyncActor PHONE = new SyncActor("ann", "phone");

	void run() throws Exception {
		try (Bench bench = Bench.start()) {
			byte[] body = body();
			System.out.printf("%,d changes, %,d bytes, heap of at most %,d MB%n", CHANGES, body.length,
					Runtime.getRuntime().maxMemory() >> 20);
			upload(bench, body, "first");
			upload(bench, body, "retry");
		}
	}

	private static void upload(Bench bench, byte[] body, String name) throws Exception {
		System.gc();
		ManagementFactory.getMemoryPoolMXBeans().forEach(MemoryPoolMXBean::resetPeakUsage);
		long start = System.nanoTime();
		UploadRequest request = new UploadRequestReader(new UploadLimits(64 << 20, 16 << 20, 500))
			.read(new ByteArrayInputStream(body));
		double parsed = (System.nanoTime() - start) / 1e6;
		double applied = bench.upload(PHONE, request.changes());
		long peak = ManagementFactory.getMemoryPoolMXBeans()
			.stream()
			.filter((pool) -> pool.getType() == MemoryType.HEAP)
			.mapToLong((pool) -> pool.getPeakUsage().getUsed())
			.sum();
		System.out.printf("%-6s parsed in %,.0f ms, applied in %,.0f ms, peak of the heap %,d MB%n", name, parsed,
				applied, peak >> 20);
	}

	private static byte[] body() {
		StringBuilder body = new StringBuilder("{\"changes\":[");
		for (int i = 1; i <= CHANGES; i++) {
			UUID pk = UUID.randomUUID();
			body.append((i > 1) ? "," : "")
				.append("{\"source_change_id\":")
				.append(i)
				.append(",\"schema\":\"app\",\"table\":\"parent\",\"op\":\"INSERT\",\"pk\":\"")
				.append(pk)
				.append("\",\"server_version\":0,\"payload\":{\"id\":\"")
				.append(pk)
				.append("\",\"name\":\"n\",\"body\":\"")
				.append("x".repeat(250))
				.append("\"}}");
		}
		return body.append("]}").toString().getBytes(StandardCharsets.UTF_8);
	}

}
