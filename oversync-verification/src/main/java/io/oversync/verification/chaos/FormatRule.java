/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.oversync.verification.device.RawJson;
import io.oversync.verification.device.WireEntry;
import io.oversync.verification.device.TableModel.ColumnModel;
import org.jspecify.annotations.Nullable;

/**
 * The rule for the formats of rows that the application wrote: members that it left alone
 * are as in the after-image before, byte for byte, and others have the type of the value
 * before. A row whose tombstone has expired is a new one.
 */
final class FormatRule {

	private FormatRule() {
	}

	static void formatsStay(History history, Consumer<String> violations) {
		history.rows().forEach((row, entries) -> {
			if (!history.writes(row).isEmpty()) {
				check(history, row, entries, violations);
			}
		});
	}

	private static void check(History history, String row, List<WireEntry> entries, Consumer<String> violations) {
		String last = null;
		int seen = -1;
		for (WireEntry entry : entries) {
			String payload = entry.payload();
			if (payload == null) {
				continue;
			}
			int place = entry.sourceId().equals(History.SERVER) ? place(history, entry) : -1;
			if (place >= 0 && last != null && !history.mayBegin(entry)) {
				Set<String> changed = changed(history.writes(row).subList(seen + 1, Math.max(seen + 1, place + 1)),
						history.evidence().user());
				compare(history, entry, last, payload, changed, violations);
			}
			seen = Math.max(seen, place);
			last = payload;
		}
	}

	private static int place(History history, WireEntry entry) {
		List<ApplicationWrite> writes = history.writes(entry.row());
		for (int i = 0; i < writes.size(); i++) {
			if (Objects.equals(writes.get(i).label(), history.label(entry))) {
				return i;
			}
		}
		return -1;
	}

	/**
	 * Returns the columns that may differ, null for all: another user's devices may have
	 * written the row, too.
	 */
	private static @Nullable Set<String> changed(List<ApplicationWrite> writes, String user) {
		Set<String> columns = new HashSet<>();
		for (ApplicationWrite write : writes) {
			if (write.rolledBack()) {
				continue;
			}
			if (write.columns().isEmpty() || !write.gives(user) || !user.equals(write.formerOwner())) {
				return null;
			}
			columns.addAll(write.columns());
		}
		return columns;
	}

	/** A row gets members for columns that the device which sent it did not have. */
	private static boolean isContinued(History history, WireEntry entry, List<String> before, List<String> after) {
		Set<String> columns = history.table(entry.table())
			.columns()
			.stream()
			.map(ColumnModel::name)
			.collect(Collectors.toSet());
		return after.size() >= before.size() && after.subList(0, before.size()).equals(before)
				&& columns.containsAll(after.subList(before.size(), after.size()));
	}

	private static void compare(History history, WireEntry entry, String last, String payload,
			@Nullable Set<String> changed, Consumer<String> violations) {
		RawJson before = new RawJson(last);
		RawJson after = new RawJson(payload);
		if (!isContinued(history, entry, before.names(), after.names())) {
			violations.accept("entry " + entry.serverId() + " (" + entry.row() + ") has the members " + after.names()
					+ " and had " + before.names());
			return;
		}
		for (String name : before.names()) {
			String old = before.raw(name);
			String now = after.raw(name);
			boolean mayDiffer = changed == null || changed.contains(name);
			if (mayDiffer ? type(old) != type(now) && old != null && now != null : !Objects.equals(old, now)) {
				violations.accept("entry " + entry.serverId() + " (" + entry.row() + ") has " + name + " as "
						+ shortened(now) + ", which was " + shortened(old)
						+ (mayDiffer ? "" : " and which the application did not write"));
			}
		}
	}

	private static char type(@Nullable String json) {
		char first = (json == null || json.isEmpty()) ? 'n' : json.charAt(0);
		return (first == '-' || Character.isDigit(first)) ? '0' : (first == 'f') ? 't' : first;
	}

	private static String shortened(@Nullable String json) {
		String text = String.valueOf(json);
		return (text.length() <= 60) ? text : text.substring(0, 60) + "…";
	}

}
