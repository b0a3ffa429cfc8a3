/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.download;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.oversync.internal.download.Block.End;
import io.oversync.internal.store.ChangeRow;
import io.oversync.protocol.Operation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class BlockTests {

	private static final byte[] SMALL = { '{', '}' };

	private final List<ChangeRow> rows = new ArrayList<>();

	private BlockTests row(Operation op, byte @Nullable [] payload) {
		this.rows.add(new ChangeRow(this.rows.size() + 1, 1, op, new UUID(0, 1), payload, 1, 1, 1, Instant.EPOCH));
		return this;
	}

	private BlockTests small() {
		return row(Operation.UPDATE, SMALL);
	}

	@Test
	void endsWithTheWindow() {
		Block block = small().small().small().firstBlock(9, 10);
		assertThat(block.rows()).hasSize(3);
		assertThat(block.end()).isEqualTo(End.EXHAUSTED);
	}

	@Test
	void leavesOutWhatWasCommittedAfterTheStreamWasRead() {
		Block block = small().small().small().firstBlock(2, 10);
		assertThat(block.rows()).extracting(ChangeRow::serverId).containsExactly(1L, 2L);
		assertThat(block.end()).isEqualTo(End.EXHAUSTED);
	}

	@Test
	void isNotFollowedByWhatWasCommittedAfterTheStreamWasRead() {
		assertThat(small().small().small().firstBlock(2, 2).end()).isEqualTo(End.EXHAUSTED);
	}

	@Test
	void isFullWhenMoreFollow() {
		Block block = small().small().small().firstBlock(9, 2);
		assertThat(block.rows()).hasSize(2);
		assertThat(block.end()).isEqualTo(End.FULL);
	}

	@Test
	void isCutBeforeAWithheldPayload() {
		Block block = small().row(Operation.INSERT, null).small().firstBlock(9, 10);
		assertThat(block.rows()).hasSize(1);
		assertThat(block.end()).isEqualTo(End.CUT);
	}

	@Test
	void isNotCutByAWithheldPayloadBehindThePage() {
		assertThat(small().small().row(Operation.INSERT, null).firstBlock(9, 2).end()).isEqualTo(End.FULL);
		assertThat(firstBlock(2, 10).end()).as("behind the window").isEqualTo(End.EXHAUSTED);
	}

	@Test
	void isNotCutByADelete() {
		assertThat(small().row(Operation.DELETE, null).small().firstBlock(9, 10).rows()).hasSize(3);
	}

	private Block firstBlock(long until, int limit) {
		return Block.first(this.rows, until, limit);
	}

}
