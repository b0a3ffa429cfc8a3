/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.oversync.verification.device.TableModel;
import io.oversync.verification.device.WireEntry;
import org.jspecify.annotations.Nullable;

/**
 * The evidence, indexed for look-ups.
 */
final class History {

	/** The device id of the server's own changes. */
	static final String SERVER = "server";

	/**
	 * The client sends what a server has lost, and gets back as it was, under a number
	 * above this one.
	 */
	private static final long LOST = 1L << 61;

	/** What is sent goes on from a version above this one. */
	private static final long LOST_VERSION = 1L << 20;

	private final UserEvidence evidence;

	private final Map<Content, Sending> sendings = new LinkedHashMap<>();

	private final Map<Content, List<WireEntry>> entries = new HashMap<>();

	private final Map<String, List<WireEntry>> rows = new TreeMap<>();

	private final Map<String, List<ApplicationWrite>> writes = new TreeMap<>();

	private final Set<Long> left;

	/** The versions of the last deletes of rows of which nothing was left. */
	private final Set<Long> expiredVersions = new HashSet<>();

	History(UserEvidence evidence) {
		this.evidence = evidence;
		for (SentUpload upload : evidence.uploads()) {
			for (int i = 0; i < upload.changes().size(); i++) {
				SentChange change = upload.changes().get(i);
				Answer answer = upload.answer(i);
				this.sendings.computeIfAbsent(Content.of(upload.device(), change), (content) -> new Sending())
					.add(upload, change, answer);
			}
		}
		for (ApplicationWrite write : evidence.writes()) {
			this.writes.computeIfAbsent(write.row(), (row) -> new ArrayList<>()).add(write);
		}
		this.left = evidence.left().stream().map(WireEntry::serverId).collect(Collectors.toSet());
		for (WireEntry entry : evidence.stream()) {
			this.entries.computeIfAbsent(Content.of(entry), (content) -> new ArrayList<>()).add(entry);
			this.rows.computeIfAbsent(entry.row(), (row) -> new ArrayList<>()).add(entry);
		}
		this.rows.values()
			.forEach((row) -> row.stream()
				.takeWhile((entry) -> !isLeft(entry))
				.filter(WireEntry::deleted)
				.forEach((entry) -> this.expiredVersions.add(entry.version())));
	}

	/** Returns whether no compaction or expiry has removed an entry. */
	boolean isLeft(WireEntry entry) {
		return this.left.contains(entry.serverId());
	}

	/** Returns whether nothing is left of a row, since its tombstone has expired. */
	boolean isExpired(String row) {
		return row(row).stream()
			.allMatch((entry) -> entry.serverId() <= this.evidence.retainedSince() && !isLeft(entry));
	}

	/**
	 * Returns whether an entry may be the first one of a row that the server did not know
	 * at that time: it had none, or its tombstone had expired.
	 */
	boolean mayBegin(WireEntry entry) {
		List<WireEntry> row = row(entry.row());
		int place = row.indexOf(entry);
		return !entry.deleted() && (place == 0
				|| (row.get(place - 1).deleted() && row.subList(0, place).stream().noneMatch(this::isLeft)));
	}

	/**
	 * Returns whether the version before an entry may be the highest one of rows whose
	 * tombstones have expired, above which rows begin.
	 */
	boolean beginsAboveExpired(WireEntry entry) {
		List<WireEntry> row = row(entry.row());
		int place = row.indexOf(entry);
		return mayBegin(entry) && this.expiredVersions.contains(entry.version() - 1)
				&& (place == 0 || entry.version() > row.get(place - 1).version());
	}

	/** Returns whether an entry is a row that a device has sent back as it was. */
	static boolean isSentBack(WireEntry entry) {
		return entry.sourceChangeId() > LOST;
	}

	/**
	 * Returns whether a server that was put back may have got a row back whose tombstone
	 * had expired: to the device it looks like one that was lost. It may have been edited
	 * there.
	 */
	boolean isTakenForLost(WireEntry entry) {
		return !this.evidence.lost().isEmpty() && mayBegin(entry) && entry.version() > LOST_VERSION;
	}

	/** Returns the writes of the application to each row, in order. */
	Map<String, List<ApplicationWrite>> writes() {
		return this.writes;
	}

	/** Returns the writes of the application to a row, in order. */
	List<ApplicationWrite> writes(String row) {
		return this.writes.getOrDefault(row, List.of());
	}

	/** Returns the label that an entry shows, or null. */
	@Nullable String label(WireEntry entry) {
		String payload = entry.payload();
		return (payload != null) ? Payloads.text(payload, table(entry.table()).label()) : null;
	}

	UserEvidence evidence() {
		return this.evidence;
	}

	/** Finds a table. */
	TableModel table(String name) {
		return this.evidence.tables().named(name);
	}

	/** Returns the changes that were sent, each with its arrivals and answers. */
	Map<Content, Sending> sendings() {
		return this.sendings;
	}

	/** Returns the arrivals of a change, or null if it was never sent. */
	@Nullable Sending sending(Content content) {
		return this.sendings.get(content);
	}

	/** Returns the positions of a change in the stream. */
	List<WireEntry> entries(Content content) {
		return this.entries.getOrDefault(content, List.of());
	}

	/** Returns whether a device knew of an entry before a change was sent. */
	boolean isAcknowledgedBefore(WireEntry entry, long started) {
		Sending sending = sending(Content.of(entry));
		return sending != null && sending.firstApplied() < started;
	}

	/** Returns the entries of each row, by position. */
	Map<String, List<WireEntry>> rows() {
		return this.rows;
	}

	/** Returns the entries of a row, by position. */
	List<WireEntry> row(String row) {
		return this.rows.getOrDefault(row, List.of());
	}

	/**
	 * A change, as sent and as delivered: the same number with another content is another
	 * change.
	 *
	 * @param device the device
	 * @param id its number
	 * @param row the row
	 * @param op the operation
	 * @param payload the text of the after-image
	 */
	record Content(String device, long id, String row, String op, @Nullable String payload) {

		static Content of(String device, SentChange change) {
			return new Content(device, change.id(), change.row(), change.op(), change.payload());
		}

		static Content of(WireEntry entry) {
			return new Content(entry.sourceId(), entry.sourceChangeId(), entry.row(), entry.op(), entry.payload());
		}

		@Override
		public String toString() {
			return "change " + this.id + " of " + this.device + " (" + this.op + " " + this.row + ")";
		}

	}

	/**
	 * All arrivals of one change at the server.
	 */
	static final class Sending {

		private final List<Long> expected = new ArrayList<>();

		private final List<Answer> answers = new ArrayList<>();

		private long firstStarted = Long.MAX_VALUE;

		private long firstApplied = Long.MAX_VALUE;

		private boolean unanswered;

		private void add(SentUpload upload, SentChange change, @Nullable Answer answer) {
			this.expected.add(change.expected());
			this.firstStarted = Math.min(this.firstStarted, upload.started());
			if (answer == null) {
				this.unanswered = true;
				return;
			}
			this.answers.add(answer);
			if (answer.applied()) {
				this.firstApplied = Math.min(this.firstApplied, upload.ended());
			}
		}

		/** Returns the versions that it was based on, one an arrival. */
		List<Long> expected() {
			return this.expected;
		}

		List<Answer> answers() {
			return this.answers;
		}

		List<Answer> applied() {
			return this.answers.stream().filter(Answer::applied).toList();
		}

		/** Returns whether an arrival got no answer, so that its result is unknown. */
		boolean unanswered() {
			return this.unanswered;
		}

		/** Returns the number of its arrivals. */
		int arrivals() {
			return this.expected.size();
		}

		/** Returns the time at which it was first sent. */
		long firstStarted() {
			return this.firstStarted;
		}

		/**
		 * Returns the time at which it was first acknowledged as applied; the far future
		 * if never.
		 */
		long firstApplied() {
			return this.firstApplied;
		}

	}

}
