/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.compact;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.store.CompactionStore.Entry;
import io.oversync.internal.store.CompactionStore;
import io.oversync.internal.store.PayloadReader;
import io.oversync.protocol.Payload;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a stream up to its horizon, as far as memory reaches.
 */
final class Prefix {

	private static final int BLOCK = 1000;

	/** Of an entry and what is kept of its row, roughly. */
	private static final int ENTRY_BYTES = 400;

	private static final int MEMBER_BYTES = 100;

	private final CompactionStore store;

	private final PayloadReader payloads;

	private final CatalogConstraints constraints;

	private final long streamId;

	/** The last upload of each device, by its number; only of those that may return. */
	private final Map<Integer, Upload> lastUploads = new HashMap<>();

	private final List<PrefixEntry> entries = new ArrayList<>();

	/** By device, and by row: the last entry that it has sent. */
	private final Map<Integer, Map<RowKey, Long>> sent = new HashMap<>();

	/** Positions that stay in any case. */
	private final Set<Long> pinned = new HashSet<>();

	/** Of rows whose deletes a device lacks that is served from the start. */
	private final Set<Long> received = new HashSet<>();

	/** Shared by equal members. */
	private final Set<Map<String, String>> known = new HashSet<>();

	private final Map<RowKey, RowKey> rows = new HashMap<>();

	private Set<RowKey> expired = Set.of();

	private LongSupplier expiryHorizons = () -> 0;

	private long expiryHorizon;

	private long others;

	/** So many of the first entries stay all. */
	private int whole;

	private long horizon;

	private long bytes;

	Prefix(CompactionStore store, PayloadReader payloads, CatalogConstraints constraints, long streamId,
			Map<Integer, Long> senders) {
		this.store = store;
		this.payloads = payloads;
		this.constraints = constraints;
		this.streamId = streamId;
		senders.forEach((device, resent) -> this.lastUploads.put(device, new Upload(resent)));
	}

	/**
	 * Reads the next entries.
	 * @param until the last position that may be read
	 * @param retention the first young entry ends the prefix
	 * @param mostBytes the memory that the prefix may take
	 * @return whether there may be more
	 */
	boolean read(long until, Retention retention, long mostBytes) {
		List<Entry> block = this.store.entries(this.streamId, this.horizon, until, retention.changes(), BLOCK);
		int old = 0;
		while (old < block.size() && !block.get(old).young()) {
			old++;
		}
		List<Entry> read = block.subList(0, old);
		Map<Long, Map<String, String>> members = members(read);
		for (Entry entry : read) {
			if (this.bytes > mostBytes) {
				return false;
			}
			add(entry, members.get(entry.serverId()));
		}
		return old == BLOCK;
	}

	private Map<Long, Map<String, String>> members(List<Entry> read) {
		Map<Long, RowKey> upserts = new HashMap<>();
		for (Entry entry : read) {
			if (entry.row() != null && entry.upsert()) {
				upserts.put(entry.serverId(), entry.row());
			}
		}
		Map<Long, Map<String, String>> members = new HashMap<>();
		this.payloads.read(this.streamId, List.copyOf(upserts.keySet()), (serverId, payload) -> {
			RowKey row = upserts.get(serverId);
			if (row != null && payload != null) {
				members.put(serverId, members(row, payload));
			}
		});
		return members;
	}

	private Map<String, String> members(RowKey row, Payload payload) {
		Map<String, String> members = this.constraints.members(row, payload);
		if (this.known.add(members)) {
			this.bytes += (long) MEMBER_BYTES * members.size();
		}
		return members;
	}

	private void add(Entry entry, @Nullable Map<String, String> members) {
		this.horizon = entry.serverId();
		RowKey row = entry.row();
		if (row == null) {
			// of a table that is not registered: what it refers to is not known
			this.others++;
			this.whole = this.entries.size();
			return;
		}
		if (entry.upsert() && members == null) {
			throw new IllegalStateException("The entry " + entry.serverId() + " of stream " + this.streamId
					+ " vanished while the stream was being compacted");
		}
		this.bytes += ENTRY_BYTES;
		this.entries.add(new PrefixEntry(entry.serverId(), this.rows.computeIfAbsent(row, (key) -> key),
				entry.upsert() ? members : null, entry.micros()));
		Upload upload = this.lastUploads.get(entry.sourceNo());
		if (upload != null) {
			upload.add(entry);
		}
		this.sent.computeIfAbsent(entry.sourceNo(), (source) -> new HashMap<>()).put(row, entry.serverId());
	}

	/** Notes the entries that something else refers to: they stay. */
	void readReferred() {
		this.pinned.addAll(this.store.findReferred(this.streamId, this.horizon));
	}

	/**
	 * Notes the deleted rows whose tombstones have expired, if they ever do, as far as
	 * all devices that count have the stream.
	 */
	void readExpired(Duration age, boolean cursors) {
		this.expiryHorizons = () -> this.store.expiryHorizon(this.streamId, age, cursors);
		this.expiryHorizon = this.expiryHorizons.getAsLong();
		this.expired = this.store.findExpired(this.streamId, Math.min(this.horizon, this.expiryHorizon), age);
	}

	/**
	 * A device that has received nothing has the rows that it sent. It is taken for one
	 * that has nothing, so it needs the deletes that are not its own. The last entry that
	 * it sent of such a row shows that it has the row, so this entry stays, too.
	 */
	void keepSent(Duration age) {
		Set<Integer> devices = this.store.findSendersOnly(this.streamId, age);
		if (devices.isEmpty()) {
			return;
		}
		Map<RowKey, Long> latest = new HashMap<>();
		this.entries.forEach((entry) -> latest.put(entry.row(), entry.serverId()));
		for (Integer device : devices) {
			this.sent.getOrDefault(device, Map.of()).forEach((row, serverId) -> {
				if (!serverId.equals(latest.get(row))) {
					this.pinned.add(serverId);
					this.received.add(serverId);
				}
			});
		}
	}

	/**
	 * Finds the deleted rows that go altogether.
	 * @param removed the entries that are gone already
	 * @param most the most entries of a step
	 * @return the steps, in their order
	 */
	List<Expiry.Step> expiry(Set<Long> removed, int most) {
		Set<Long> staying = new HashSet<>();
		// of tables that are not registered: what they refer to is not known
		this.entries.subList(0, this.whole).forEach((entry) -> staying.add(entry.serverId()));
		staying.addAll(this.received);
		this.lastUploads.values().forEach((upload) -> staying.addAll(upload.positions));
		List<PrefixEntry> left = this.entries.stream().filter((entry) -> !removed.contains(entry.serverId())).toList();
		return Expiry.find(left, this.expired, staying, this.expiryHorizon, this.constraints, most);
	}

	/**
	 * Returns whether all devices that count have the deletes of a step, at this moment.
	 */
	boolean isExpirable(Expiry.Step step) {
		return step.end() < this.expiryHorizons.getAsLong();
	}

	long horizon() {
		return this.horizon;
	}

	long size() {
		return this.entries.size() + this.others;
	}

	/**
	 * Finds the garbage.
	 * @return its positions, descending
	 */
	List<Long> garbage() {
		this.entries.subList(0, this.whole).forEach((entry) -> this.pinned.add(entry.serverId()));
		this.lastUploads.values().forEach((upload) -> this.pinned.addAll(upload.positions));
		Set<Long> kept = new HashSet<>();
		Compaction.compact(this.entries, this.pinned, this.constraints).forEach((entry) -> kept.add(entry.serverId()));
		List<Long> garbage = new ArrayList<>();
		for (int i = this.entries.size() - 1; i >= 0; i--) {
			if (!kept.contains(this.entries.get(i).serverId())) {
				garbage.add(this.entries.get(i).serverId());
			}
		}
		return garbage;
	}

	/**
	 * The last upload of a device, which it may send again, with all that this upload has
	 * sent again itself.
	 */
	private static final class Upload {

		private final List<Long> positions = new ArrayList<>(1);

		private final long resent;

		private boolean again;

		private long micros;

		Upload(long resent) {
			this.resent = resent;
		}

		void add(Entry entry) {
			if (entry.micros() != this.micros && !this.again) {
				this.positions.clear();
			}
			this.micros = entry.micros();
			this.again |= this.resent > 0 && entry.sourceChangeId() >= this.resent;
			this.positions.add(entry.serverId());
		}

	}

}
