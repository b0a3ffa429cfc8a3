/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.stream.Application;
import org.jspecify.annotations.Nullable;

/**
 * The changes that one upload has applied so far, by the device's own numbers: a change
 * that comes twice in an upload is a replay, and one that comes again with other content
 * builds on the first (protocol §2.1 step 2).
 */
final class Applications {

	/** The earlier applications that this one adds to, null for none. */
	private final @Nullable Applications base;

	/**
	 * Of the changes that may be replays of each other, by their index: a number for each
	 * id with its content.
	 */
	private final Map<Integer, Integer> contents;

	/** By the number of the content. */
	private final Map<Integer, Long> versions = new HashMap<>();

	private final Map<Long, Latest> latest = new HashMap<>();

	private Applications(@Nullable Applications base, Map<Integer, Integer> contents) {
		this.base = base;
		this.contents = contents;
	}

	/**
	 * Starts with nothing applied.
	 * @param changes all changes of the upload
	 * @param contents the digests of their payloads
	 * @return no applications
	 */
	static Applications none(List<Change> changes, Contents contents) {
		return new Applications(null, number(changes, contents));
	}

	private static Map<Integer, Integer> number(List<Change> changes, Contents contents) {
		Map<RowKey, List<Change>> byRow = new HashMap<>();
		for (Change change : changes) {
			if (change.sourceChangeId() > 0) {
				byRow.computeIfAbsent(change.row(), (row) -> new ArrayList<>(1)).add(change);
			}
		}
		Map<Integer, Integer> numbers = new HashMap<>();
		for (List<Change> members : byRow.values()) {
			if (members.size() > 1) {
				number(members, contents, numbers);
			}
		}
		return numbers;
	}

	private static void number(List<Change> sameRow, Contents contents, Map<Integer, Integer> numbers) {
		Map<String, List<Change>> attempts = new HashMap<>();
		for (Change change : sameRow) {
			attempts.computeIfAbsent(change.sourceChangeId() + change.op().name(), (attempt) -> new ArrayList<>(1))
				.add(change);
		}
		for (List<Change> members : attempts.values()) {
			Map<String, Integer> met = new HashMap<>();
			for (Change change : (members.size() > 1) ? members : List.<Change>of()) {
				// the first one's index numbers them all
				numbers.put(change.index(), met.computeIfAbsent(contents.of(change), (digest) -> change.index()));
			}
		}
	}

	/**
	 * Returns applications that start with these and leave them as they are.
	 * @return to be added to, as long as nothing is added to these
	 */
	Applications overlay() {
		return new Applications(this, this.contents);
	}

	/**
	 * Notes that a change was applied.
	 * @param change the change
	 * @param version the version that it produced
	 */
	void add(Change change, long version) {
		if (change.sourceChangeId() <= 0) {
			return;
		}
		Integer content = this.contents.get(change.index());
		this.latest.put(change.sourceChangeId(),
				new Latest(new Application(0, change.row(), change.op(), version), content));
		if (content != null) {
			this.versions.put(content, version);
		}
	}

	/**
	 * Returns the version that the same change produced earlier in this upload.
	 * @param change a change
	 * @return the version, or null if the change is no replay
	 */
	@Nullable Long replayedVersion(Change change) {
		Integer content = this.contents.get(change.index());
		Long version = (content != null) ? version(content) : null;
		return (version != null && change.expectedVersion() < version) ? version : null;
	}

	private @Nullable Long version(Integer content) {
		Long version = this.versions.get(content);
		return (version == null && this.base != null) ? this.base.version(content) : version;
	}

	/**
	 * Returns what was applied last under the id of a change, with other content.
	 * @param change a change
	 * @param facts knows of earlier uploads
	 * @return the application, or null if there was none, or with the same content
	 */
	@Nullable Application latest(Change change, UploadFacts facts) {
		Latest inBatch = (change.sourceChangeId() > 0) ? latest(change.sourceChangeId()) : null;
		if (inBatch == null) {
			return facts.replays().latest().get(change.index());
		}
		boolean same = inBatch.content != null && inBatch.content.equals(this.contents.get(change.index()));
		return same ? null : inBatch.application;
	}

	private @Nullable Latest latest(Long sourceChangeId) {
		Latest own = this.latest.get(sourceChangeId);
		return (own == null && this.base != null) ? this.base.latest(sourceChangeId) : own;
	}

	private record Latest(Application application, @Nullable Integer content) {
	}

}
