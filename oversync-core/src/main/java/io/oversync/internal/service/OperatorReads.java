/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.oversync.internal.store.OperatorStore;
import io.oversync.internal.store.OperatorStore.CompactedStream;
import io.oversync.internal.store.OperatorStore.Counts;
import io.oversync.internal.store.OperatorStore.DeviceEnd;
import io.oversync.internal.store.OperatorStore.DevicePlace;
import io.oversync.internal.store.OperatorStore.DeviceRange;
import io.oversync.internal.store.OperatorStore.DeviceRow;
import io.oversync.internal.store.OperatorStore.EntryKey;
import io.oversync.internal.store.OperatorStore.EntryRange;
import io.oversync.internal.store.OperatorStore.EntryRow;
import io.oversync.internal.store.OperatorStore.EpochRow;
import io.oversync.internal.store.OperatorStore.OpenFailure;
import io.oversync.internal.store.OperatorStore.UserStream;
import io.oversync.internal.store.Transactions;
import io.oversync.protocol.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * Reads for operators: read-only transactions that take no lock and no turn of a user,
 * end after some seconds, and return at most {@value #PAGE} rows.
 */
public final class OperatorReads {

	/** The most rows of a page. */
	public static final int PAGE = 50;

	/** The most users that are looked through for a prefix. */
	public static final int SCANNED_USERS = 2000;

	/** The most devices that are looked through for a part of an id or name. */
	public static final int SCANNED_DEVICES = 20_000;

	/** The most entries that are looked through for versions of a row. */
	public static final int SCANNED_ENTRIES = 20_000;

	/** The most bytes of a payload that is shown. */
	public static final int LARGEST_PAYLOAD = 64 * 1024;

	private static final Duration LONGEST = Duration.ofSeconds(5);

	private static final Duration LONGEST_STATEMENT = Duration.ofSeconds(3);

	private final OperatorStore store;

	private final Transactions transactions;

	OperatorReads(OperatorStore store, Transactions transactions) {
		this.store = store;
		this.transactions = transactions;
	}

	private <T> T read(Supplier<T> work) {
		return this.transactions.read(Deadline.in(LONGEST), () -> {
			this.store.limitStatements(LONGEST_STATEMENT);
			return work.get();
		});
	}

	/**
	 * Finds users by the beginning of their ids. Strings with one beginning need not lie
	 * together in the order of the database's collation, so users are looked through.
	 * @param prefix the beginning, empty for all users
	 * @param after the user with whom the last page ended, null for the first page
	 * @return a page
	 */
	public UserPage users(String prefix, @Nullable String after) {
		return read(() -> {
			List<UserStream> scanned = this.store.users((after != null) ? after : prefix, (after != null) ? after : "",
					prefix.isEmpty() ? PAGE : SCANNED_USERS);
			List<UserStream> found = scanned.stream()
				.filter((user) -> user.userId().startsWith(prefix))
				.limit(PAGE)
				.toList();
			String next = null;
			if (found.size() == PAGE) {
				next = found.get(PAGE - 1).userId();
			}
			else if (scanned.size() == SCANNED_USERS) {
				next = scanned.get(SCANNED_USERS - 1).userId();
			}
			return new UserPage(found, this.store.counts(found.stream().map(UserStream::streamId).toList()), next);
		});
	}

	/**
	 * Finds devices. There is no index of their names, so devices are looked through in
	 * the order of their keys.
	 * @param search which devices
	 * @param after the place where the last page ended, null for the first page
	 * @return a page
	 */
	public DevicePage devices(DeviceSearch search, @Nullable DevicePlace after) {
		return read(() -> {
			DeviceRange range = range(search.userId(), after);
			int most = search.isOfAll() ? PAGE : SCANNED_DEVICES;
			DeviceEnd end = (range != null) ? this.store.lastDevice(range, most) : null;
			if (range == null || end == null) {
				return new DevicePage(List.of(), null);
			}
			List<DeviceRow> found = this.store.devices(range, end.number(), search.userPrefix(), search.text(), PAGE);
			DevicePlace next = null;
			if (found.size() == PAGE) {
				next = found.get(PAGE - 1).place();
			}
			else if (end.number() == most) {
				next = end.last();
			}
			return new DevicePage(found, next);
		});
	}

	private @Nullable DeviceRange range(@Nullable String userId, @Nullable DevicePlace after) {
		if (userId == null) {
			return new DeviceRange((after != null) ? after : new DevicePlace(Long.MIN_VALUE, ""), Long.MAX_VALUE);
		}
		UserStream stream = this.store.find(userId);
		if (stream == null) {
			return null;
		}
		// whatever place was sent, no other user is shown
		boolean within = after != null && after.streamId() == stream.streamId();
		return new DeviceRange(new DevicePlace(stream.streamId(), (within && after != null) ? after.sourceId() : ""),
				stream.streamId());
	}

	/**
	 * Finds a user.
	 * @param userId the user
	 * @return what is known, null for a user without a stream
	 */
	public @Nullable UserDetails user(String userId) {
		return read(() -> {
			UserStream stream = this.store.find(userId);
			return (stream != null) ? new UserDetails(stream, this.store.compacted(stream.streamId())) : null;
		});
	}

	/**
	 * Reads entries of a user's stream, the last first, without payloads.
	 * @param userId the user
	 * @param before only entries before this one
	 * @return a page
	 */
	public List<EntryRow> entries(String userId, long before) {
		return read(() -> {
			UserStream stream = this.store.find(userId);
			return (stream != null) ? this.store.entries(stream.streamId(), before, PAGE) : List.of();
		});
	}

	/**
	 * Reads an entry and the version of its row before it.
	 * @param userId the user
	 * @param serverId the entry
	 * @return the entry, followed by the earlier one unless that was removed or lies too
	 * far back; empty without such an entry
	 */
	public List<EntryRow> entry(String userId, long serverId) {
		return read(() -> {
			UserStream stream = this.store.find(userId);
			EntryKey key = (stream != null) ? this.store.key(stream.streamId(), serverId) : null;
			return (stream != null && key != null) ? versions(stream, key, serverId, 2) : List.of();
		});
	}

	/**
	 * Reads the versions of a row, the last first, as far as they are not too far back.
	 * @param userId the user
	 * @param key the row
	 * @param limit the most versions
	 * @return the entries
	 */
	public List<EntryRow> versions(String userId, EntryKey key, int limit) {
		return read(() -> {
			UserStream stream = this.store.find(userId);
			Long latest = (stream != null) ? this.store.latest(stream.streamId(), key) : null;
			return (stream != null && latest != null) ? versions(stream, key, latest, Math.min(limit, PAGE))
					: List.of();
		});
	}

	private List<EntryRow> versions(UserStream stream, EntryKey key, long last, int limit) {
		return this.store.versions(stream.streamId(), key, new EntryRange(last - SCANNED_ENTRIES, last),
				LARGEST_PAYLOAD, limit);
	}

	/**
	 * Reads open failures of all users.
	 * @param streamId the stream of the last failure of the page before
	 * @param id the last failure of the page before
	 * @return a page, by user
	 */
	public List<OpenFailure> failures(long streamId, long id) {
		return read(() -> this.store.failures(streamId, id, PAGE));
	}

	/**
	 * Reads open failures of one user.
	 * @param userId the user
	 * @param id the last failure of the page before, 0 for the first page
	 * @return a page
	 */
	public List<OpenFailure> failuresOf(String userId, long id) {
		return read(() -> {
			UserStream stream = this.store.find(userId);
			return (stream != null) ? this.store.failuresOf(stream.streamId(), id, PAGE) : List.of();
		});
	}

	/**
	 * Reads the names of the database's history.
	 * @return the last {@value #PAGE}, the last first
	 */
	public List<EpochRow> epochs() {
		return read(() -> this.store.epochs(PAGE));
	}

	/**
	 * A page of users.
	 *
	 * @param users the users
	 * @param counts what they have, by stream
	 * @param next where the next page begins, null for the last one
	 */
	public record UserPage(List<UserStream> users, Map<Long, Counts> counts, @Nullable String next) {

		public UserPage {
			users = List.copyOf(users);
			counts = Map.copyOf(counts);
		}

	}

	/**
	 * Which devices are looked for.
	 *
	 * @param userId only those of this user, null for all
	 * @param userPrefix the beginning of the user's id, empty for all
	 * @param text a part of the device's id or name, empty for all
	 */
	public record DeviceSearch(@Nullable String userId, String userPrefix, String text) {

		private boolean isOfAll() {
			return this.userPrefix.isEmpty() && this.text.isEmpty();
		}

	}

	/**
	 * A page of devices.
	 *
	 * @param devices the devices
	 * @param next where the next page begins, null for the last one
	 */
	public record DevicePage(List<DeviceRow> devices, @Nullable DevicePlace next) {

		public DevicePage {
			devices = List.copyOf(devices);
		}

	}

	/**
	 * A user.
	 *
	 * @param stream the stream
	 * @param compacted its last compaction, null for none
	 */
	public record UserDetails(UserStream stream, @Nullable CompactedStream compacted) {
	}

}
