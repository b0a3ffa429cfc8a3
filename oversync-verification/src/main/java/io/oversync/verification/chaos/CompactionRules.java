/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.oversync.verification.device.TableModel.ColumnModel;
import io.oversync.verification.device.WireEntry;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The rules for streams that were compacted: a device that had the whole stream up to any
 * position with which it is served, and reads what is left above it, ends with the same
 * rows, and on the way lacks no parent that was there.
 */
final class CompactionRules {

	private CompactionRules() {
	}

	static void eachCursorEndsAlike(History history, Consumer<String> violations) {
		Compacted compacted = new Compacted(history);
		for (String row : history.rows().keySet()) {
			RowLives lives = compacted.lives(row);
			for (long cursor : lives.isWhole() ? List.<Long>of() : compacted.served(lives.positions())) {
				Map<String, JsonNode> end = lives.afterAllLeft(cursor);
				if (!Objects.equals(end, lives.at(Long.MAX_VALUE))) {
					violations.accept("a device with everything up to " + cursor + " ends with " + row + " as "
							+ AgreementRules.shortened(end + " and not as " + lives.at(Long.MAX_VALUE))
							+ lives.describe());
					break;
				}
			}
		}
	}

	static void noneLacksItsParent(History history, Consumer<String> violations) {
		Compacted compacted = new Compacted(history);
		for (String row : history.rows().keySet()) {
			RowLives child = compacted.lives(row);
			for (ColumnModel column : child.references(history)) {
				for (String parent : child.values(column)) {
					RowLives other = compacted.lives(column.parent() + " " + parent);
					String lack = (child == other || (child.isWhole() && other.isWhole())) ? ""
							: compacted.lack(child, column, other, parent);
					if (!lack.isEmpty()) {
						violations.accept(lack);
					}
				}
			}
		}
	}

	/** A stream, and what compactions have left of it. */
	private static final class Compacted {

		private final History history;

		private final Set<Long> left;

		private final Map<String, RowLives> lives = new TreeMap<>();

		Compacted(History history) {
			this.history = history;
			this.left = history.evidence().left().stream().map(WireEntry::serverId).collect(Collectors.toSet());
		}

		/** Returns the cursors among some with which a device is served. */
		List<Long> served(List<Long> cursors) {
			long since = this.history.evidence().retainedSince();
			return Stream.concat(cursors.stream(), Stream.of(since))
				.filter((cursor) -> cursor == 0 || cursor >= since)
				.distinct()
				.toList();
		}

		RowLives lives(String row) {
			return this.lives.computeIfAbsent(row, (name) -> new RowLives(name, this.history.row(name), this.left));
		}

		/**
		 * Describes how a device comes to lack a parent of a row that the whole stream
		 * has at that position; empty if none does.
		 */
		String lack(RowLives child, ColumnModel column, RowLives parent, String key) {
			List<Step> steps = steps(child, column, parent, key);
			long since = this.history.evidence().retainedSince();
			for (int cursor = -1; cursor < steps.size(); cursor++) {
				if (cursor >= 0 && cursor + 1 < steps.size() && steps.get(cursor + 1).position <= since) {
					// a device with a cursor up to there is not served
					continue;
				}
				boolean refers = cursor >= 0 && steps.get(cursor).refers;
				boolean live = cursor >= 0 && steps.get(cursor).live;
				boolean lacking = refers && !live;
				// a device may have stopped within a transaction
				for (int i = cursor + 1; i < steps.size() && !lacking; i++) {
					Step step = steps.get(i);
					if (!step.isLeft) {
						continue;
					}
					refers = (step.nowRefers != null) ? step.nowRefers : refers;
					live = (step.nowLive != null) ? step.nowLive : live;
					if (refers && !live && !(step.refers && !step.live)) {
						return "a device with everything up to " + ((cursor >= 0) ? steps.get(cursor).position : 0)
								+ " that reads on up to " + step.position + " lacks the parent " + parent.row() + " of "
								+ child.row() + child.describe() + parent.describe();
					}
				}
			}
			return "";
		}

		/** Merges the entries of both rows. */
		private List<Step> steps(RowLives child, ColumnModel column, RowLives parent, String key) {
			TreeMap<Long, Step> steps = new TreeMap<>();
			for (int i = 0; i < child.entries().size(); i++) {
				long position = child.entries().get(i).serverId();
				steps.put(position, new Step(position, this.left.contains(position), child.makesRefer(i, column, key),
						null, child.isReferring(position, column, key), parent.at(position) != null));
			}
			for (int i = 0; i < parent.entries().size(); i++) {
				long position = parent.entries().get(i).serverId();
				boolean live = parent.isLiveAfter(i);
				steps.put(position, new Step(position, this.left.contains(position), null, live,
						child.isReferring(position, column, key), live));
			}
			return List.copyOf(steps.values());
		}

	}

	/**
	 * An entry of a row or of its parent.
	 *
	 * @param position its position
	 * @param isLeft whether it is left
	 * @param nowRefers whether the row refers to the parent after it, null for as before
	 * @param nowLive whether the parent is there after it, null for as before
	 * @param refers whether the row refers to it in the whole stream
	 * @param live whether the parent is there in the whole stream
	 */
	private record Step(long position, boolean isLeft, @Nullable Boolean nowRefers, @Nullable Boolean nowLive,
			boolean refers, boolean live) {
	}

}
