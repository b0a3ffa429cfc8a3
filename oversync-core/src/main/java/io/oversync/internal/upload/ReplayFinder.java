/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.store.PayloadReader.Lengths;
import io.oversync.internal.store.PayloadReader;
import io.oversync.internal.stream.Application;
import io.oversync.internal.upload.plan.Change;
import io.oversync.internal.upload.plan.Contents;
import io.oversync.internal.upload.plan.Replays;
import io.oversync.protocol.JsonText;
import io.oversync.protocol.Operation;
import io.oversync.protocol.Payload;

/**
 * Finds the changes that were applied in an earlier upload (protocol §2.1 step 2).
 * <p>
 * Each earlier payload is read and digested once, whatever the number of changes that it
 * may be the same as, a few megabytes at a time. Of a device that has applied many large
 * payloads under the ids of one upload, the latest {@value #MOST_READ} bytes are compared
 * as JSON; the database compares the text of the others, which is what a client sends
 * again.
 */
final class ReplayFinder {

	private static final long MOST_READ = 64L * 1024 * 1024;

	/** Keeps digests of texts apart from those of contents. */
	private static final String TEXT = "text ";

	private final Map<Integer, Long> versions = new HashMap<>();

	private final Map<Integer, Application> latest = new HashMap<>();

	private final Map<Attempt, Candidates> candidates = new LinkedHashMap<>();

	private final PayloadReader payloads;

	private final long streamId;

	private final Contents contents;

	private ReplayFinder(PayloadReader payloads, long streamId, Contents contents) {
		this.payloads = payloads;
		this.streamId = streamId;
		this.contents = contents;
	}

	/**
	 * Finds them.
	 * @param streamId the locked stream
	 * @param applied the applications of the changes' ids, by id, in ascending order of
	 * server_id
	 * @param changes the valid changes
	 * @param payloads of the stream
	 * @param contents what the payloads of the changes mean
	 * @return the replays
	 */
	static Replays find(long streamId, Map<Long, List<Application>> applied, List<Change> changes,
			PayloadReader payloads, Contents contents) {
		ReplayFinder finder = new ReplayFinder(payloads, streamId, contents);
		Map<Attempt, List<Application>> attempts = new HashMap<>();
		applied.forEach((id, applications) -> {
			for (Application application : applications) {
				if (application.row() != null) {
					attempts
						.computeIfAbsent(new Attempt(id, application.row(), application.op()),
								(attempt) -> new ArrayList<>())
						.add(application);
				}
			}
		});
		for (Change change : changes) {
			List<Application> applications = applied.getOrDefault(change.sourceChangeId(), List.of());
			if (!applications.isEmpty()) {
				finder.latest.put(change.index(), applications.get(applications.size() - 1));
			}
			List<Application> same = attempts.get(Attempt.of(change));
			if (same != null) {
				finder.candidates.computeIfAbsent(Attempt.of(change), (attempt) -> new Candidates(same)).changes
					.add(change);
			}
		}
		finder.compare();
		return new Replays(finder.versions, finder.latest);
	}

	private void compare() {
		Map<Long, Candidates> unread = new TreeMap<>(Collections.reverseOrder());
		this.candidates.forEach((attempt, same) -> {
			if (attempt.op.isUpsert()) {
				same.applications.keySet().forEach((serverId) -> unread.put(serverId, same));
			}
			else {
				same.applications.values().forEach((application) -> same.found("", application));
			}
		});
		Set<Long> left = this.payloads.read(this.streamId, unread.keySet(), MOST_READ, (serverId, payload) -> {
			Candidates same = unread.get(serverId);
			if (same != null && payload != null) {
				same.read(serverId, payload);
			}
		});
		if (!left.isEmpty()) {
			compareTexts(unread, left);
		}
		this.candidates.values().forEach((same) -> same.changes.forEach((change) -> settle(change, same)));
	}

	/** What lies beyond is compared as text: a client sends the same text again. */
	private void compareTexts(Map<Long, Candidates> unread, Collection<Long> left) {
		Map<Long, Lengths> lengths = new LinkedHashMap<>();
		for (Long serverId : left) {
			Candidates same = unread.get(serverId);
			if (same != null) {
				lengths.put(serverId, same.lengths());
			}
		}
		this.payloads.digest(this.streamId, lengths, (serverId, sha256) -> {
			Candidates same = unread.get(serverId);
			if (same != null) {
				same.digested(serverId, sha256);
			}
		});
	}

	/**
	 * A change with the same content is a replay, unless the device knows the result
	 * already. Then it is a new change, and does not build on the version that its id
	 * produced either.
	 */
	private void settle(Change change, Candidates same) {
		for (Match match : same.matches(change, this.contents)) {
			if (change.expectedVersion() < match.highest) {
				this.versions.merge(change.index(), match.highest, Math::max);
			}
			Application last = this.latest.get(change.index());
			if (last != null && last.serverId() == match.lastServerId && change.expectedVersion() >= last.version()) {
				this.latest.remove(change.index());
			}
		}
	}

	private static String sha256(byte[] text) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java runtime has SHA-256", ex);
		}
	}

	/** The changes and earlier applications of one id, one row and one operation. */
	private static final class Candidates {

		private final List<Change> changes = new ArrayList<>();

		private final Map<Long, Application> applications = new LinkedHashMap<>();

		/** By the digest of the content or of the text, or empty for all changes. */
		private final Map<String, Match> matches = new HashMap<>();

		private boolean digested;

		Candidates(List<Application> applications) {
			applications.forEach((application) -> this.applications.put(application.serverId(), application));
		}

		void read(long serverId, Payload stored) {
			Payload only = (this.changes.size() == 1) ? this.changes.get(0).payload() : null;
			if (only != null && Arrays.equals(only.utf8(), stored.utf8())) {
				found("", application(serverId));
				return;
			}
			found(JsonText.contentDigest(stored.text()), application(serverId));
		}

		void digested(long serverId, String sha256) {
			this.digested = true;
			found(TEXT + sha256, application(serverId));
		}

		private Application application(long serverId) {
			Application application = this.applications.get(serverId);
			if (application == null) {
				throw new IllegalStateException("Nothing was asked about change " + serverId);
			}
			return application;
		}

		void found(String content, Application application) {
			this.matches.merge(content, new Match(application.version(), application.serverId()), Match::with);
		}

		Lengths lengths() {
			Lengths lengths = new Lengths(Integer.MAX_VALUE, 0);
			for (Change change : this.changes) {
				lengths = lengths.with((change.payload() != null) ? change.payload().utf8().length : 0);
			}
			return lengths;
		}

		/** Returns the applications with the content of a change. */
		List<Match> matches(Change change, Contents contents) {
			List<Match> found = new ArrayList<>();
			add(found, "");
			Payload payload = change.payload();
			if (payload != null && this.matches.size() > found.size()) {
				add(found, contents.of(change));
				if (this.digested) {
					add(found, TEXT + sha256(payload.utf8()));
				}
			}
			return found;
		}

		private void add(List<Match> found, String content) {
			Match match = this.matches.get(content);
			if (match != null) {
				found.add(match);
			}
		}

	}

	/**
	 * Applications with the same content.
	 *
	 * @param highest the highest version that one of them produced
	 * @param lastServerId the last of them
	 */
	private record Match(long highest, long lastServerId) {

		Match with(Match other) {
			return new Match(Math.max(this.highest, other.highest), Math.max(this.lastServerId, other.lastServerId));
		}

	}

	/** Can be compared, since devices could choose such with the same hash. */
	private record Attempt(long sourceChangeId, RowKey row, Operation op) implements Comparable<Attempt> {

		private static final Comparator<Attempt> ORDER = Comparator.comparingLong(Attempt::sourceChangeId)
			.thenComparing(Attempt::row)
			.thenComparing(Attempt::op);

		@Override
		public int compareTo(Attempt other) {
			return ORDER.compare(this, other);
		}

		static Attempt of(Change change) {
			return new Attempt(change.sourceChangeId(), change.row(), change.op());
		}

	}

}
