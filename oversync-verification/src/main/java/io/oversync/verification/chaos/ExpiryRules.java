/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.oversync.verification.chaos.History.Content;
import io.oversync.verification.chaos.History.Sending;
import io.oversync.verification.device.WireEntry;

/**
 * The rules for streams whose tombstones expire (protocol §3): a device that may have
 * missed a delete is answered 410 unless it begins with nothing, tombstones wait for
 * devices that are active, and a deleted row does not come back by itself.
 */
final class ExpiryRules {

	private ExpiryRules() {
	}

	static void missedDeletesAreNoticed(History history, Consumer<String> violations) {
		List<SentRequest> requests = history.evidence().requests();
		for (Expired expiry : history.evidence().expiries()) {
			for (SentRequest request : requests) {
				if (request.status() == SentRequest.OK && request.started() > expiry.ended() && request.cursor() > 0
						&& request.cursor() < expiry.retainedSince() && requests.stream()
							.noneMatch((begin) -> isBegin(begin, request) && begin.ended() > expiry.started())) {
					violations.accept(request.device() + " was answered to " + request.what()
							+ ", although the stream retained tombstones since " + expiry.retainedSince()
							+ " only, and the device had not begun with nothing since they expired");
				}
			}
		}
	}

	/**
	 * As far as the server could know their cursors. A device that was behind the former
	 * mark is not waited for.
	 */
	static void activeDevicesAreAwaited(History history, Consumer<String> violations) {
		UserEvidence evidence = history.evidence();
		if (!evidence.lost().isEmpty()) {
			return;
		}
		long before = 0;
		for (Expired expiry : evidence.expiries()) {
			long since = expiry.retainedSince();
			if (expiry.cursorsKnown()) {
				for (Map.Entry<String, Long> cursor : cursors(evidence, expiry).entrySet()) {
					if (cursor.getValue() > 0 && cursor.getValue() >= before && cursor.getValue() < since
							&& !isAbsent(evidence, cursor.getKey(), expiry)) {
						violations.accept("tombstones up to " + since + " expired, and " + cursor.getKey()
								+ ", which was never away for long, had come to " + cursor.getValue() + " only");
					}
				}
			}
			before = since;
		}
	}

	/**
	 * Returns the last cursor of each device before an expiry, or a higher one that it
	 * had meanwhile.
	 */
	private static Map<String, Long> cursors(UserEvidence evidence, Expired expiry) {
		Map<String, Long> cursors = new TreeMap<>();
		for (SentRequest request : evidence.requests()) {
			if (request.status() != SentRequest.OK || request.cursor() < 0) {
				continue;
			}
			if (request.ended() < expiry.started()) {
				cursors.put(request.device(), request.cursor());
			}
			else if (request.started() < expiry.ended()) {
				cursors.computeIfPresent(request.device(),
						(device, last) -> (last > 0) ? Long.max(last, request.cursor()) : last);
			}
		}
		return cursors;
	}

	private static boolean isAbsent(UserEvidence evidence, String device, Expired expiry) {
		return evidence.absences()
			.stream()
			.anyMatch((absence) -> absence.device().equals(device) && absence.time() < expiry.ended());
	}

	private static boolean isBegin(SentRequest begin, SentRequest request) {
		return begin.device().equals(request.device()) && begin.cursor() == 0 && begin.started() < request.started();
	}

	/**
	 * Each change of a device that brings a deleted row back is of a row that a user has
	 * written there before, and a write does that once: a change that shows the same edit
	 * as one before the delete follows another write. A change that shows another edit
	 * may follow none: what was taken for an upload before a write may be sent for the
	 * first time after it. What a server has lost that was put back may come again, too.
	 */
	static void deletedRowsStayAway(History history, Consumer<String> violations) {
		Set<String> lost = lostRows(history.evidence());
		Map<String, List<UserWrite>> writes = history.evidence()
			.userWrites()
			.stream()
			.collect(Collectors.groupingBy(UserWrite::device));
		history.rows().forEach((name, row) -> {
			for (int i = 1; i < row.size(); i++) {
				WireEntry entry = row.get(i);
				Sending sending = history.sending(Content.of(entry));
				if (entry.deleted() || !row.get(i - 1).deleted() || sending == null || lost.contains(name)) {
					continue;
				}
				long before = lastShown(history, entry, row.subList(0, i));
				if (writes.getOrDefault(entry.sourceId(), List.of())
					.stream()
					.noneMatch((write) -> write.mayBeOf(name) && write.time() > before
							&& write.time() < sending.firstStarted())) {
					violations.accept(entry.sourceId() + " brought " + name + " back with entry " + entry.serverId()
							+ " after the delete of " + row.get(i - 1).sourceId() + " at " + row.get(i - 1).serverId()
							+ ", and no user had written it there");
				}
			}
		});
	}

	/**
	 * Returns when a device first sent the edit that an entry shows as another change.
	 */
	private static long lastShown(History history, WireEntry entry, List<WireEntry> before) {
		return before.stream()
			.filter((other) -> other.sourceId().equals(entry.sourceId())
					&& Objects.equals(history.label(other), history.label(entry)))
			.map((other) -> history.sending(Content.of(other)))
			.filter(Objects::nonNull)
			.mapToLong(Sending::firstStarted)
			.max()
			.orElse(Long.MIN_VALUE);
	}

	private static Set<String> lostRows(UserEvidence evidence) {
		return Stream
			.concat(evidence.lost()
				.stream()
				.flatMap((upload) -> upload.changes().stream())
				.filter((change) -> change.payload() != null)
				.map(SentChange::row),
					evidence.lostPages()
						.stream()
						.flatMap((seen) -> seen.page().entries().stream())
						.filter((entry) -> !entry.deleted())
						.map(WireEntry::row))
			.collect(Collectors.toSet());
	}

}
