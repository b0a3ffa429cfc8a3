/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.oversync.verification.chaos.History.Content;
import io.oversync.verification.chaos.History.Sending;
import io.oversync.verification.device.WireEntry;

/**
 * The rules for streams whose tombstones expire (protocol §3): a device that may have
 * missed a delete is answered 410 unless it begins with nothing, no other one is, and a
 * row that was deleted does not come back by itself.
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
	 * A device whose cursor the server knew when tombstones expired. One that begins or
	 * goes on at that moment may be too late.
	 */
	static void activeDevicesAreServed(History history, Consumer<String> violations) {
		UserEvidence evidence = history.evidence();
		if (!evidence.lost().isEmpty() || evidence.expiries().stream().anyMatch((expiry) -> !expiry.cursorsKnown())) {
			return;
		}
		for (SentRequest request : evidence.requests()) {
			boolean away = evidence.absences()
				.stream()
				.anyMatch((absence) -> absence.device().equals(request.device()) && absence.time() < request.ended());
			if (request.status() == SentRequest.GONE && !away
					&& evidence.expiries()
						.stream()
						.filter((expiry) -> expiry.started() < request.ended())
						.allMatch((expiry) -> isKnown(evidence, request, expiry))) {
				violations.accept(request.device() + " was sent away with " + request.what()
						+ ", although it had never been away for long");
			}
		}
	}

	/** The server knew a cursor, or that the device began after it. */
	private static boolean isKnown(UserEvidence evidence, SentRequest request, Expired expiry) {
		List<SentRequest> begins = evidence.requests().stream().filter((begin) -> isBegin(begin, request)).toList();
		if (begins.isEmpty()) {
			return false;
		}
		SentRequest last = begins.get(begins.size() - 1);
		return last.started() > expiry.ended() || evidence.requests()
			.stream()
			.anyMatch((known) -> known.device().equals(request.device()) && known.status() == SentRequest.OK
					&& known.cursor() > 0 && known.started() > last.ended() && known.ended() < expiry.started());
	}

	private static boolean isBegin(SentRequest begin, SentRequest request) {
		return begin.device().equals(request.device()) && begin.cursor() == 0 && begin.started() < request.started();
	}

	/**
	 * Each change of a device that brings a deleted row back is a write of a user, made
	 * after the device's own change before it. What a server has lost that was put back
	 * may come again, too.
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
				long before = row.subList(0, i)
					.stream()
					.filter((other) -> other.sourceId().equals(entry.sourceId()))
					.map((other) -> history.sending(Content.of(other)))
					.filter(Objects::nonNull)
					.mapToLong(Sending::firstStarted)
					.max()
					.orElse(Long.MIN_VALUE);
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
