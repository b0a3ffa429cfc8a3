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

import io.oversync.verification.device.TableModel.ColumnModel;
import io.oversync.verification.device.WireEntry;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The rules for streams that were compacted: a device that had the whole stream up to any
 * position, and reads what is left above it, ends with the same rows, and on the way
 * lacks no parent that was there.
 */
final class CompactionRules {

	private static final JsonMapper mapper = new JsonMapper();

	private CompactionRules() {
	}

	static void eachCursorEndsAlike(History history, Consumer<String> violations) {
		Compacted compacted = new Compacted(history);
		for (String row : history.rows().keySet()) {
			Lives lives = compacted.lives(row);
			for (long cursor : lives.isWhole() ? List.<Long>of() : lives.positions()) {
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
			Lives child = compacted.lives(row);
			for (ColumnModel column : child.references(history)) {
				for (String parent : child.values(column)) {
					Lives other = compacted.lives(column.parent() + " " + parent);
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

		private final Map<String, Lives> lives = new TreeMap<>();

		Compacted(History history) {
			this.history = history;
			this.left = history.evidence().left().stream().map(WireEntry::serverId).collect(Collectors.toSet());
		}

		Lives lives(String row) {
			return this.lives.computeIfAbsent(row, (name) -> new Lives(name, this.history.row(name), this.left));
		}

		/**
		 * Describes how a device comes to lack a parent of a row that the whole stream
		 * has at that position; empty if none does.
		 */
		String lack(Lives child, ColumnModel column, Lives parent, String key) {
			List<Step> steps = steps(child, column, parent, key);
			for (int cursor = -1; cursor < steps.size(); cursor++) {
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
								+ " that reads on up to " + step.position + " lacks the parent " + parent.row + " of "
								+ child.row + child.describe() + parent.describe();
					}
				}
			}
			return "";
		}

		/** Merges the entries of both rows. */
		private List<Step> steps(Lives child, ColumnModel column, Lives parent, String key) {
			TreeMap<Long, Step> steps = new TreeMap<>();
			for (int i = 0; i < child.entries.size(); i++) {
				long position = child.entries.get(i).serverId();
				Map<String, JsonNode> payload = child.payloads.get(i);
				Boolean now = (payload == null) ? Boolean.FALSE
						: payload.containsKey(column.name()) ? (Boolean) key.equals(text(payload, column)) : null;
				steps.put(position, new Step(position, this.left.contains(position), now, null,
						isReferring(child, column, key, position), parent.at(position) != null));
			}
			for (int i = 0; i < parent.entries.size(); i++) {
				long position = parent.entries.get(i).serverId();
				boolean live = parent.payloads.get(i) != null;
				steps.put(position, new Step(position, this.left.contains(position), null, live,
						isReferring(child, column, key, position), live));
			}
			return List.copyOf(steps.values());
		}

		private static boolean isReferring(Lives child, ColumnModel column, String key, long position) {
			Map<String, JsonNode> image = child.at(position);
			return image != null && key.equals(text(image, column));
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

	private static @Nullable String text(Map<String, JsonNode> members, ColumnModel column) {
		JsonNode value = members.get(column.name());
		return (value != null) ? column.kind().text(value) : null;
	}

	/** A row after each of its entries: its members, or null. */
	private static final class Lives {

		private final String row;

		private final List<WireEntry> entries;

		private final Set<Long> left;

		private final List<@Nullable Map<String, JsonNode>> images = new ArrayList<>();

		private final List<@Nullable Map<String, JsonNode>> payloads = new ArrayList<>();

		Lives(String row, List<WireEntry> entries, Set<Long> left) {
			this.row = row;
			this.entries = entries;
			this.left = left;
			Map<String, JsonNode> image = null;
			for (WireEntry entry : entries) {
				Map<String, JsonNode> payload = members(entry.payload());
				image = after(image, payload);
				this.payloads.add(payload);
				this.images.add(image);
			}
		}

		private static @Nullable Map<String, JsonNode> members(@Nullable String payload) {
			if (payload == null) {
				return null;
			}
			Map<String, JsonNode> members = new TreeMap<>();
			mapper.readTree(payload).properties().forEach((member) -> members.put(member.getKey(), member.getValue()));
			return members;
		}

		/** Members that a payload lacks stay. */
		private static @Nullable Map<String, JsonNode> after(@Nullable Map<String, JsonNode> image,
				@Nullable Map<String, JsonNode> payload) {
			if (payload == null) {
				return null;
			}
			Map<String, JsonNode> next = (image != null) ? new TreeMap<>(image) : new TreeMap<>();
			payload.forEach((name, value) -> {
				if (value.isNull()) {
					next.remove(name);
				}
				else {
					next.put(name, value);
				}
			});
			return next;
		}

		boolean isWhole() {
			return this.entries.stream().allMatch((entry) -> this.left.contains(entry.serverId()));
		}

		/** Returns 0 and the positions of its entries. */
		List<Long> positions() {
			List<Long> positions = new ArrayList<>(List.of(0L));
			this.entries.forEach((entry) -> positions.add(entry.serverId()));
			return positions;
		}

		/** Returns the row as of a position. */
		@Nullable Map<String, JsonNode> at(long position) {
			Map<String, JsonNode> image = null;
			for (int i = 0; i < this.entries.size() && this.entries.get(i).serverId() <= position; i++) {
				image = this.images.get(i);
			}
			return image;
		}

		/** Returns the row on a device that reads what is left after its cursor. */
		@Nullable Map<String, JsonNode> afterAllLeft(long cursor) {
			Map<String, JsonNode> image = at(cursor);
			for (int i = 0; i < this.entries.size(); i++) {
				long position = this.entries.get(i).serverId();
				if (position > cursor && this.left.contains(position)) {
					image = after(image, this.payloads.get(i));
				}
			}
			return image;
		}

		List<ColumnModel> references(History history) {
			return this.entries.isEmpty() ? List.of()
					: history.table(this.entries.get(0).table())
						.others()
						.stream()
						.filter((column) -> !column.parent().isEmpty())
						.toList();
		}

		/** Returns the values that a column ever had. */
		List<String> values(ColumnModel column) {
			List<String> values = new ArrayList<>();
			for (Map<String, JsonNode> image : this.images) {
				String value = (image != null) ? text(image, column) : null;
				if (value != null && !values.contains(value)) {
					values.add(value);
				}
			}
			return values;
		}

		String describe() {
			return "; of " + this.row + " there were "
					+ this.entries.stream()
						.map((entry) -> entry.op() + " " + entry.serverId()
								+ (this.left.contains(entry.serverId()) ? "" : " (removed)"))
						.toList();
		}

	}

}
