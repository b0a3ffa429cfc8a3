/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.stream.Stream.Head;
import io.oversync.internal.stream.Stream.Sources;
import io.oversync.internal.stream.StreamEntry.Origin;
import io.oversync.protocol.Operation;
import io.oversync.protocol.TableName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The end of a stream moves with its entries.
 */
class StreamTests {

	private static final Origin DEVICE = new Origin(false, 7);

	private static final Origin SERVER = new Origin(true, 1);

	private static final RowKey ROW = new RowKey(new TableName("app", "note"), new UUID(0, 1));

	private static Stream stream(Head head, Sources sources) {
		return new Stream(new Owner("alice", 1), head, sources, false, false, Backlog.NONE);
	}

	private static List<StreamEntry> entries(long head, Origin... origins) {
		List<StreamEntry> entries = new ArrayList<>();
		for (Origin origin : origins) {
			entries.add(new StreamEntry(head + 1 + entries.size(), origin, ROW, Operation.DELETE, 1, null));
		}
		return entries;
	}

	@Test
	void newSourcesAreNumberedInTheOrderOfTheirFirstChanges() {
		Stream stream = stream(Head.NONE, Sources.NONE).append(entries(0, SERVER, DEVICE, SERVER));
		assertThat(stream.sources()).isEqualTo(new Sources(2, 2, 2, 1));
		assertThat(stream.head()).isEqualTo(new Head(3, 1, 2));
	}

	@Test
	void knownSourcesKeepTheirNumbers() {
		Stream stream = stream(new Head(9, 3, 5), new Sources(4, 6, 3, 2)).append(entries(9, DEVICE, DEVICE));
		assertThat(stream.sources()).isEqualTo(new Sources(4, 6, 3, 2));
		assertThat(stream.head()).as("the last change of another source stays").isEqualTo(new Head(11, 3, 5));
	}

	@Test
	void theHeadBeforeIsTheLastChangeOfAnotherSource() {
		Stream stream = stream(new Head(9, 1, 5), new Sources(1, 0, null, null)).append(entries(9, DEVICE));
		assertThat(stream.head()).isEqualTo(new Head(10, 2, 9));
		assertThat(stream.highestOfOthers()).isEqualTo(9);
	}

	@Test
	void aSourceWithoutAChangeSeesTheHeadAsAnothers() {
		assertThat(stream(new Head(9, 1, 5), new Sources(1, 0, null, null)).highestOfOthers()).isEqualTo(9);
	}

	@Test
	void aSourceWithoutANumberHasMadeNoChange() {
		assertThatIllegalStateException().isThrownBy(() -> Sources.NONE.numberOf(DEVICE));
		assertThat(stream(Head.NONE, Sources.NONE).withOwnSource().sources().numberOf(DEVICE)).isEqualTo(1);
	}

}
