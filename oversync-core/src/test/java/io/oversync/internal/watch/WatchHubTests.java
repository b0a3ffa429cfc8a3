/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.watch;

import java.util.ArrayList;
import java.util.List;

import io.oversync.internal.stream.HeadMove;
import io.oversync.internal.watch.WatchHub.Registration;
import io.oversync.protocol.SyncActor;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who is told what.
 */
class WatchHubTests {

	private static final SyncActor PHONE = new SyncActor("ann", "phone");

	private static final SyncActor TABLET = new SyncActor("ann", "tablet");

	private static final SyncActor OTHER = new SyncActor("ben", "phone");

	private final WatchHub hub = new WatchHub(String::hashCode);

	private final List<Long> heads = new ArrayList<>();

	private final List<String> published = new ArrayList<>();

	private Registration watch(SyncActor actor, long after, boolean includeSelf) {
		return this.hub.register(actor, after, includeSelf, new Watcher() {
			@Override
			public void head(long head) {
				WatchHubTests.this.heads.add(head);
			}

			@Override
			public void revoked() {
				WatchHubTests.this.heads.add(-1L);
			}
		});
	}

	@Test
	void eachHeadIsToldOnceAndToItsUserOnly() {
		watch(TABLET, 3, false);
		watch(OTHER, 0, false);
		this.hub.announce(PHONE, new HeadMove(2, 3, true));
		this.hub.announce(PHONE, new HeadMove(3, 4, true));
		this.hub.announce("ann", 4);
		this.hub.observe("ann", 4);
		this.hub.receive("ann".hashCode(), 4);
		this.hub.receive("cleo".hashCode(), 9);
		this.hub.receive("ann".hashCode(), 5);
		assertThat(this.heads).containsExactly(4L, 5L);
	}

	@Test
	void ownChangesAreNoNewsUnlessOthersLieBeforeThem() {
		watch(PHONE, 3, false);
		this.hub.announce(PHONE, new HeadMove(3, 4, true));
		this.hub.observe("ann", 4);
		assertThat(this.heads).isEmpty();
		this.hub.announce(PHONE, new HeadMove(5, 6, true));
		this.hub.announce(PHONE, new HeadMove(6, 7, false));
		assertThat(this.heads).containsExactly(6L, 7L);
		watch(PHONE, 7, true);
		this.hub.announce(PHONE, new HeadMove(7, 8, true));
		assertThat(this.heads).containsExactly(6L, 7L, 8L);
	}

	@Test
	void aHeadThatPollingFindsLowerIsTheNewOne() {
		watch(TABLET, 9, false);
		this.hub.receive("ann".hashCode(), Long.MAX_VALUE);
		this.hub.observe("ann", 2);
		assertThat(this.heads).as("may be older than a commit since then").containsExactly(Long.MAX_VALUE);
		this.hub.observe("ann", 2);
		this.hub.announce("ann", 2);
		this.hub.announce("ann", 3);
		assertThat(this.heads).containsExactly(Long.MAX_VALUE, 2L, 3L);
	}

	@Test
	void aHeadThatWasReadBeforeAnOwnCommitIsNoNews() {
		watch(PHONE, 3, false);
		this.hub.announce(PHONE, new HeadMove(3, 4, true));
		this.hub.observe("ann", 3);
		this.hub.observe("ann", 4);
		this.hub.observe("ann", 4);
		assertThat(this.heads).isEmpty();
	}

	@Test
	void aDeviceThatKnowsMoreThanTheServerIsToldSo() {
		watch(PHONE, 9, false).begin(4);
		watch(PHONE, 4, false).begin(4);
		watch(PHONE, 3, false).begin(4);
		this.hub.announce("ann", 5);
		assertThat(this.heads).containsExactly(4L, 4L, 5L, 5L, 5L);
	}

	@Test
	void commitsOfThisNodeArePublishedAndWhatWasFoundIsNot() {
		this.hub.publishTo((stream, head) -> this.published.add(stream + " " + head));
		int ann = "ann".hashCode();
		this.hub.announce(PHONE, new HeadMove(0, 1, true));
		this.hub.announce("ann", 2);
		this.hub.observe("ann", 3);
		this.hub.receive(ann, 4);
		assertThat(this.published).containsExactly(ann + " 1", ann + " 2");
		this.hub.publishTo(null);
		this.hub.announce("ann", 5);
		assertThat(this.published).hasSize(2);
	}

	@Test
	void headsAreReadForWatchedUsersOnly() {
		int[] reads = { 0 };
		this.hub.readWith(() -> reads[0]++);
		this.hub.mayHaveMoved("ann");
		assertThat(reads[0]).isZero();
		Registration registration = watch(TABLET, 0, false);
		this.hub.mayHaveMoved("ann");
		this.hub.mayHaveMoved("ann");
		assertThat(reads[0]).as("read once for both").isEqualTo(1);
		assertThat(this.hub.takeMoved()).containsExactly("ann");
		assertThat(this.hub.takeMoved()).isEmpty();
		registration.close();
		assertThat(this.hub.watched()).isEmpty();
		assertThat(this.hub.isWatched("ann")).isFalse();
		this.hub.receive("ann".hashCode(), 4);
		assertThat(this.heads).isEmpty();
	}

}
