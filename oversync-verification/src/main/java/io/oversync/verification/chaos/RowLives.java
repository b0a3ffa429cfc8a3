/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.oversync.verification.device.TableModel.ColumnModel;
import io.oversync.verification.device.WireEntry;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A row after each of its entries, in a stream and in what compactions have left of it.
 */
final class RowLives {

	private final String row;

	private final List<WireEntry> entries;

	private final Set<Long> left;

	private final List<@Nullable Map<String, JsonNode>> images = new ArrayList<>();

	private final List<@Nullable Map<String, JsonNode>> payloads = new ArrayList<>();

	RowLives(String row, List<WireEntry> entries, Set<Long> left) {
		this.row = row;
		this.entries = entries;
		this.left = left;
		Map<String, JsonNode> image = null;
		for (WireEntry entry : entries) {
			String text = entry.payload();
			Map<String, JsonNode> payload = (text != null) ? Payloads.members(text) : null;
			image = after(image, payload);
			this.payloads.add(payload);
			this.images.add(image);
		}
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

	/** Returns the name of the row. */
	String row() {
		return this.row;
	}

	/** Returns its entries, by position. */
	List<WireEntry> entries() {
		return this.entries;
	}

	/** Returns whether it is there after an entry. */
	boolean isLiveAfter(int index) {
		return this.payloads.get(index) != null;
	}

	/**
	 * Returns whether an entry makes the row refer to a parent.
	 * @return null if the entry does not have the column
	 */
	@Nullable Boolean makesRefer(int index, ColumnModel column, String key) {
		Map<String, JsonNode> payload = this.payloads.get(index);
		if (payload == null) {
			return false;
		}
		return payload.containsKey(column.name()) ? (Boolean) key.equals(text(payload, column)) : null;
	}

	/** Returns whether the row refers to a parent, as of a position. */
	boolean isReferring(long position, ColumnModel column, String key) {
		Map<String, JsonNode> image = at(position);
		return image != null && key.equals(text(image, column));
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

	private static @Nullable String text(Map<String, JsonNode> members, ColumnModel column) {
		JsonNode value = members.get(column.name());
		return (value != null) ? column.kind().text(value) : null;
	}

}
