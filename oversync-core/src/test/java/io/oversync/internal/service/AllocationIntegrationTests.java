/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.sun.management.ThreadMXBean;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.ResponseWriter;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.UploadLimits;
import io.oversync.protocol.UploadRequestReader;
import io.oversync.protocol.UploadResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The memory that the request's thread allocates for a change with a payload of 200
 * bytes, from the body of the request to that of the answer. It depends on the code and
 * hardly on the machine; the limits leave room for other versions of libraries.
 */
class AllocationIntegrationTests {

	private static final String DDL = """
			create schema app;
			create table app.plain (id uuid primary key, owner_id text not null, body text not null);
			create table app.typed (id uuid primary key, owner_id text not null, name text, amount bigint, body text);
			""";

	private static final int CHANGES = 1000;

	/** The first ones load classes, and prepare statements. */
	private static final int WARM_UP = 3;

	private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	private final TestEngine engine = TestEngine.start(DDL, "app.plain!", "app.typed(owner_id)");

	private final SyncActor phone = new SyncActor("alice", "phone");

	private final UploadRequestReader reader = new UploadRequestReader(new UploadLimits(1 << 26, 1 << 24, 500));

	private int nextId = 1;

	@AfterEach
	void stop() {
		this.engine.close();
	}

	@ParameterizedTest
	@CsvSource({ "plain, 6900", "typed, 10500" })
	void ofAnUpload(String table, long limit) throws IOException {
		for (int i = 0; i < WARM_UP; i++) {
			upload(body(table));
		}
		byte[] body = body(table);
		long before = THREADS.getCurrentThreadAllocatedBytes();
		upload(body);
		long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
		assertThat(allocated / CHANGES).as("bytes a change").isBetween(200L, limit);
	}

	@Test
	void ofADownload() throws IOException {
		upload(body("plain"));
		for (int i = 0; i < WARM_UP; i++) {
			download();
		}
		long before = THREADS.getCurrentThreadAllocatedBytes();
		download();
		long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
		assertThat(allocated / CHANGES).as("bytes a change").isBetween(200L, 1800L);
	}

	private void upload(byte[] body) throws IOException {
		UploadResponse response = this.engine.service()
			.upload(this.phone, this.reader.read(new ByteArrayInputStream(body)));
		ResponseWriter.writeUpload(OutputStream.nullOutputStream(), response);
		assertThat(response.statuses()).hasSize(CHANGES);
	}

	private void download() {
		ResponseWriter.PageWriter page = ResponseWriter.page(OutputStream.nullOutputStream());
		DownloadWindow window = this.engine.service()
			.download(new SyncActor("alice", "tablet"), new DownloadRequest(0, CHANGES, null, false, 0), page::change);
		page.end(window);
		assertThat(window).isEqualTo(new DownloadWindow(false, CHANGES, CHANGES));
	}

	private byte[] body(String table) {
		return IntStream.range(0, CHANGES)
			.mapToObj((i) -> change(table))
			.collect(Collectors.joining(",", "{\"last_server_seq_seen\":0,\"changes\":[", "]}"))
			.getBytes(StandardCharsets.UTF_8);
	}

	private String change(String table) {
		String pk = UUID.randomUUID().toString();
		String payload = "{\"id\":\"" + pk + "\",\"name\":\"a name\",\"amount\":" + this.nextId + ",\"body\":\""
				+ "some words ".repeat(11) + "\"}";
		return "{\"source_change_id\":" + this.nextId++ + ",\"schema\":\"app\",\"table\":\"" + table
				+ "\",\"op\":\"INSERT\",\"pk\":\"" + pk + "\",\"server_version\":0,\"payload\":" + payload + "}";
	}

}
