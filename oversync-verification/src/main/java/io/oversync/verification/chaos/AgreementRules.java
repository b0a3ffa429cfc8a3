/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.oversync.verification.device.Difference;
import io.oversync.verification.device.TableModel;
import io.oversync.verification.device.TableModel.ColumnModel;
import io.oversync.verification.device.TableModels;
import io.oversync.verification.device.WireEntry;

/**
 * The rules at rest, after all devices have synced.
 */
final class AgreementRules {

	private static final String STREAM = "the stream";

	/** The place of the server's business tables. */
	static final String TABLES = "the business tables";

	private AgreementRules() {
	}

	static void queuesDrain(History history, Consumer<String> violations) {
		String unrest = history.evidence().unrest();
		if (!unrest.isEmpty()) {
			violations.accept(unrest);
		}
	}

	static void allAgree(History history, Consumer<String> violations) {
		UserEvidence evidence = history.evidence();
		Map<String, List<String>> rows = evidence.tables().fold(evidence.stream());
		List<String> differences = new ArrayList<>();
		evidence.contents().forEach((place, contents) -> {
			Set<String> apart = place.equals(TABLES) ? evidence.failed().keySet() : Set.of();
			differences.add(difference(history, without(rows, apart), place, without(contents, apart)));
		});
		if (!evidence.versions().isEmpty()) {
			Map<String, List<String>> versions = TableModels.versions(evidence.stream());
			versions.keySet().removeIf(history::isExpired);
			differences.add(Difference.between(STREAM, versions, "sync.sync_row_meta", evidence.versions()));
		}
		differences.stream().filter((difference) -> !difference.isEmpty()).forEach(violations);
	}

	/** The server's checksums are those of its stream, and of what devices know of it. */
	static void verificationsFindNothing(History history, Consumer<String> violations) {
		history.evidence().differences().forEach((device, rows) -> violations.accept(device + " finds " + rows));
	}

	/** Describes what differs, with the history of the first row that does. */
	private static String difference(History history, Map<String, List<String>> rows, String place,
			Map<String, List<String>> contents) {
		String difference = Difference.between(STREAM, rows, place, contents);
		return difference + Difference.names(rows, contents)
			.stream()
			.limit(1)
			.map((row) -> System.lineSeparator() + row + " in the stream:" + entries(history, row))
			.collect(Collectors.joining());
	}

	private static String entries(History history, String row) {
		return history.row(row)
			.stream()
			.map((entry) -> System.lineSeparator() + "  " + entry.serverId() + " " + entry.op() + ", version "
					+ entry.version() + ", of " + entry.sourceId() + ": "
					+ ((entry.payload() != null) ? shortened(entry.payload()) : "deleted"))
			.collect(Collectors.joining());
	}

	/** Cuts long values. */
	static String shortened(String payload) {
		return payload.replaceAll("(\"[^\"]{20})[^\"]*\"", "$1…\"");
	}

	private static Map<String, List<String>> without(Map<String, List<String>> rows, Set<String> names) {
		Map<String, List<String>> others = new TreeMap<>(rows);
		others.keySet().removeAll(names);
		return others;
	}

	/**
	 * A device may write a row that another user has by now, or one that refers to it:
	 * the table refuses it. It may then still refer to a row that the device deletes.
	 */
	static void failuresHaveReasons(History history, Consumer<String> violations) {
		for (String row : history.evidence().failed().keySet()) {
			if (!isOfOthers(history, row, new HashSet<>())) {
				violations.accept(row + " could not be written to its table, for which there is no reason, as "
						+ history.evidence().failed() + "; " + "in the stream it has "
						+ history.row(row).stream().map((entry) -> entry.version() + " " + entry.op()).toList());
			}
		}
	}

	private static boolean isOfOthers(History history, String row, Set<String> met) {
		String user = history.evidence().user();
		if (!met.add(row)) {
			return false;
		}
		if (history.writes(row).stream().anyMatch((write) -> mayBeOfOthers(write, user))) {
			return true;
		}
		TableModel table = history.table(row.substring(0, row.indexOf(' ')));
		for (WireEntry entry : history.row(row)) {
			for (ColumnModel column : table.others()) {
				String parent = (column.parent().isEmpty() || entry.payload() == null) ? null
						: Payloads.text(entry.payload(), column);
				if (parent != null && isOfOthers(history, column.parent() + " " + parent, met)) {
					return true;
				}
			}
		}
		return history.evidence()
			.failed()
			.keySet()
			.stream()
			.anyMatch((other) -> hasReferredTo(history, other, row) && isOfOthers(history, other, met));
	}

	/** A row that a user got is another one's again if the server lost that write. */
	private static boolean mayBeOfOthers(ApplicationWrite write, String user) {
		boolean given = write.owner() != null && !write.gives(user);
		boolean takenBack = write.outcome() == ApplicationWrite.Outcome.UNKNOWN && write.formerOwner() != null
				&& !user.equals(write.formerOwner());
		return !write.rolledBack() && (given || takenBack);
	}

	private static boolean hasReferredTo(History history, String child, String row) {
		TableModel table = history.table(child.substring(0, child.indexOf(' ')));
		return history.row(child)
			.stream()
			.anyMatch((entry) -> entry.payload() != null && table.others()
				.stream()
				.anyMatch((column) -> !column.parent().isEmpty()
						&& row.equals(column.parent() + " " + Payloads.text(entry.payload(), column))));
	}

}
