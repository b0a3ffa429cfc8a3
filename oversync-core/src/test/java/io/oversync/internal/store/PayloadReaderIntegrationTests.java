/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;

import io.oversync.internal.service.TestEngine.Device;
import io.oversync.internal.service.TestEngine;
import io.oversync.internal.store.PayloadReader.Blocks;
import io.oversync.internal.store.PayloadReader.Lengths;
import io.oversync.protocol.Payload;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PayloadReaderIntegrationTests {

	private final TestEngine engine = TestEngine.start("""
			create schema app;
			create table app.item (id uuid primary key, owner_id text not null);""", "app.item(owner_id)");

	private final PayloadReader reader = new PayloadReader(this.engine.dataSource());

	private final Device phone = this.engine.device("alice/phone");

	private final List<String> payloads = new ArrayList<>();

	private long stream;

	@BeforeEach
	void upload() {
		Random random = new Random(3);
		for (int size : new int[] { 10, 3_000_000, 10, 900_000, 5_000_000, 20, 30, 2_000_000, 2_500_000, 100 }) {
			for (boolean compressible : new boolean[] { true, false }) {
				this.payloads.add("{\"é\":\"" + (compressible ? "x".repeat(size) : hex(random, size)) + "\"}");
				this.phone.upsert("app.item", UUID.randomUUID(), 0, this.payloads.get(this.payloads.size() - 1))
					.upload();
			}
		}
		UUID deleted = UUID.randomUUID();
		this.phone.delete("app.item", deleted, 0).upsert("app.item", deleted, 0, "{}").upload();
		this.phone.delete("app.item", deleted, 1).upload();
		this.stream = Long.parseLong(this.engine.query("select stream_id from sync.stream").get(0));
	}

	private static String hex(Random random, int size) {
		byte[] bytes = new byte[size / 2];
		random.nextBytes(bytes);
		return java.util.HexFormat.of().formatHex(bytes);
	}

	@AfterEach
	void stop() {
		this.engine.close();
	}

	@Test
	void readsEveryPayloadOnceInBlocksThatFit() {
		List<Long> serverIds = LongStream.rangeClosed(0, 30).boxed().toList();
		Map<Long, String> read = new HashMap<>();
		Blocks blocks = this.reader.blocks(this.stream, serverIds);
		while (!blocks.isDone()) {
			Map<Long, Payload> block = blocks.next();
			block.forEach((serverId,
					payload) -> assertThat(read.put(serverId, (payload != null) ? payload.text() : "null")).isNull());
			assertThat(block.size() == 1 || size(block) <= PayloadReader.BLOCK_BYTES).isTrue();
		}
		assertThat(read).hasSize(this.payloads.size() + 2).containsEntry((long) this.payloads.size() + 2, "null");
		for (int i = 0; i < this.payloads.size(); i++) {
			assertThat(read.get(i + 1L)).isEqualTo(this.payloads.get(i));
		}
	}

	private static long size(Map<Long, Payload> block) {
		return block.values().stream().mapToLong((payload) -> (payload != null) ? payload.utf8().length : 0).sum();
	}

	@Test
	void readsSmallPayloadsInOneBlock() {
		Blocks blocks = this.reader.blocks(this.stream, List.of(1L, 2L, 5L, 6L, 11L));
		assertThat(blocks.next().keySet()).containsExactly(1L, 2L, 5L, 6L, 11L);
		assertThat(blocks.isDone()).isTrue();
	}

	@Test
	void stopsWhenItHasReadEnough() {
		List<Long> read = new ArrayList<>();
		Set<Long> unread = this.reader.read(this.stream, List.of(3L, 4L, 9L, 10L), 1,
				(serverId, payload) -> read.add(serverId));
		assertThat(read).containsExactly(3L);
		assertThat(unread).containsExactly(4L, 9L, 10L);
	}

	@Test
	@Tag("prove")
	void digestsOnlyTextsOfTheRightLength() {
		Map<Long, Lengths> lengths = new HashMap<>();
		for (int i = 0; i < this.payloads.size(); i++) {
			int length = Payload.of(this.payloads.get(i)).utf8().length;
			lengths.put(i + 1L, (i % 4 < 2) ? new Lengths(length, length) : new Lengths(length + 1, length + 100));
		}
		Map<Long, String> digests = new HashMap<>();
		this.reader.digest(this.stream, lengths, digests::put);
		assertThat(digests.keySet()).containsExactlyInAnyOrder(1L, 2L, 5L, 6L, 9L, 10L, 13L, 14L, 17L, 18L);
		assertThat(digests.get(1L)).isEqualTo(this.engine
			.query("select encode(sha256(convert_to(payload::text, 'UTF8')), 'hex') from sync.change"
					+ " where server_id = 1")
			.get(0));
	}

}
