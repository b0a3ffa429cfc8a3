/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.history;

import io.oversync.client.internal.protocol.ReceivedChange;
import io.oversync.client.internal.protocol.ReceivedRow;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link PagePosition}.
 */
class PagePositionTests {

	private static ReceivedChange entry(long serverId, String source) {
		return new ReceivedChange(serverId, "app", "note", "00000000-0000-0000-0000-000000000001",
				new ReceivedRow(1, true, null), source, 1, 0);
	}

	private static long position(ReceivedChange... entries) {
		PagePosition position = new PagePosition(4);
		for (ReceivedChange entry : entries) {
			position.add(entry);
		}
		return position.get();
	}

	@Test
	void onlyOrdinaryEntriesMoveThePosition() {
		assertThat(position()).isEqualTo(4);
		assertThat(position(entry(5, "web"), entry(9, "web"))).isEqualTo(9);
		assertThat(position(entry(90, "server"))).isEqualTo(4);
		assertThat(position(entry(90, "server"), entry(95, "server"))).isEqualTo(4);
		assertThat(position(entry(90, "server"), entry(95, "server"), entry(5, "web"))).isEqualTo(5);
		assertThat(position(entry(90, "server"), entry(5, "server"), entry(6, "server"))).isEqualTo(6);
		assertThat(position(entry(5, "server"), entry(6, "web"))).isEqualTo(6);
		assertThat(position(entry(6, "web"), entry(7, "server"))).isEqualTo(7);
		assertThat(position(entry(6, "web"), entry(5, "web"), entry(20, "web"))).as("no page of the protocol")
			.isEqualTo(6);
	}

}
