package io.oversync.upload;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.oversync.catalog.RowKey;
import io.oversync.protocol.JsonText;
import io.oversync.protocol.Operation;
import org.jspecify.annotations.Nullable;

/**
 * The changes that one upload has applied so far, by the device's own numbers: a change
 * that comes twice in an upload is a replay, and one that comes again with other content
 * builds on the first (protocol §2.1 step 2).
 */
final class Applications {

	/** Of the changes that may be replays of each other, by their index. */
	private final Map<Integer, Content> contents;

	private final Map<Content, Long> versions;

	private final Map<Long, Latest> latest;

	private Applications(Map<Integer, Content> contents, Map<Content, Long> versions, Map<Long, Latest> latest) {
		this.contents = contents;
		this.versions = versions;
		this.latest = latest;
	}

	/**
	 * Starts with nothing applied.
	 * @param changes all changes of the upload
	 * @return no applications
	 */
	static Applications none(List<Change> changes) {
		Set<Attempt> met = new HashSet<>();
		Set<Attempt> recurring = new HashSet<>();
		for (Change change : changes) {
			if (change.sourceChangeId() > 0 && !met.add(Attempt.of(change))) {
				recurring.add(Attempt.of(change));
			}
		}
		Map<Integer, Content> contents = new HashMap<>();
		for (Change change : recurring.isEmpty() ? List.<Change>of() : changes) {
			if (recurring.contains(Attempt.of(change))) {
				contents.put(change.index(), Content.of(change));
			}
		}
		return new Applications(contents, new HashMap<>(), new HashMap<>());
	}

	/**
	 * Returns a copy that changes independently.
	 * @return the same applications
	 */
	Applications copy() {
		return new Applications(this.contents, new HashMap<>(this.versions), new HashMap<>(this.latest));
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
		Content content = this.contents.get(change.index());
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
		Content content = this.contents.get(change.index());
		Long version = (content != null) ? this.versions.get(content) : null;
		return (version != null && change.expectedVersion() < version) ? version : null;
	}

	/**
	 * Returns what was applied last under the id of a change, with other content.
	 * @param change a change
	 * @param facts knows of earlier uploads
	 * @return the application, or null if there was none, or with the same content
	 */
	@Nullable Application latest(Change change, UploadFacts facts) {
		Latest inBatch = (change.sourceChangeId() > 0) ? this.latest.get(change.sourceChangeId()) : null;
		if (inBatch == null) {
			return facts.latest().get(change.index());
		}
		boolean same = inBatch.content != null && inBatch.content.equals(this.contents.get(change.index()));
		return same ? null : inBatch.application;
	}

	private record Latest(Application application, @Nullable Content content) {
	}

	private record Attempt(long sourceChangeId, RowKey row, Operation op) {

		static Attempt of(Change change) {
			return new Attempt(change.sourceChangeId(), change.row(), change.op());
		}

	}

	private record Content(Attempt attempt, String digest) {

		static Content of(Change change) {
			return new Content(Attempt.of(change),
					(change.payload() != null) ? JsonText.contentDigest(change.payload().text()) : "");
		}

	}

}
