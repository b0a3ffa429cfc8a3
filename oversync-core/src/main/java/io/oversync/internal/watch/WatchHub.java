/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.watch;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;

import io.oversync.internal.stream.HeadMove;
import io.oversync.protocol.SyncActor;
import org.jspecify.annotations.Nullable;

/**
 * The devices that wait on this node, by user: one commit wakes the devices of its own
 * user only.
 */
public final class WatchHub {

	private final ToLongFunction<String> streamKeys;

	private final Map<String, Set<Registration>> users = new ConcurrentHashMap<>();

	/** The users by stream; of two with one key, one. */
	private final Map<Long, String> byStream = new ConcurrentHashMap<>();

	/** Users of whom a head is to be read. */
	private final Set<String> moved = ConcurrentHashMap.newKeySet();

	private volatile @Nullable HeadPublisher publisher;

	private volatile @Nullable Runnable reader;

	/**
	 * Creates it.
	 * @param streamKeys names the stream of a user as all nodes do
	 */
	public WatchHub(ToLongFunction<String> streamKeys) {
		this.streamKeys = streamKeys;
	}

	/**
	 * Passes on heads of this node's commits.
	 * @param other receives them, null for none
	 */
	public void publishTo(@Nullable HeadPublisher other) {
		this.publisher = other;
	}

	/**
	 * Sets what reads heads of users of whom it is only known that they may have moved.
	 * @param reader calls {@link #takeMoved} on another thread
	 */
	public void readWith(@Nullable Runnable reader) {
		this.reader = reader;
	}

	/**
	 * Adds a device. Register first, then read the head: no commit is missed in between.
	 * @param actor the user under its one id, and the device
	 * @param after the head that it knows
	 * @param includeSelf whether changes of the device itself are news to it
	 * @param watcher receives heads
	 * @return the registration, to be closed
	 */
	public Registration register(SyncActor actor, long after, boolean includeSelf, Watcher watcher) {
		Registration registration = new Registration(actor, after, includeSelf, watcher);
		this.users.compute(actor.userId(), (user, known) -> {
			Set<Registration> all = (known != null) ? known : new CopyOnWriteArraySet<>();
			if (known == null) {
				this.byStream.put(this.streamKeys.applyAsLong(user), user);
			}
			all.add(registration);
			return all;
		});
		return registration;
	}

	/**
	 * Returns whether a device of a user waits, here or perhaps on another node.
	 * @param userId the user's one id
	 * @return whether a new head is of interest
	 */
	public boolean isWatched(String userId) {
		return this.publisher != null || this.users.containsKey(userId);
	}

	/**
	 * Returns the users of whom devices wait.
	 * @return their ids
	 */
	public Collection<String> watched() {
		return List.copyOf(this.users.keySet());
	}

	/**
	 * Returns how many devices wait.
	 * @return their number on this node
	 */
	public int size() {
		return this.users.values().stream().mapToInt(Set::size).sum();
	}

	/**
	 * Announces the head of a user's stream after a commit of this node.
	 * @param userId the user's one id
	 * @param head the head as it was read
	 */
	public void announce(String userId, long head) {
		registrations(userId).forEach((registration) -> registration.announce(head));
		publish(userId, head);
	}

	/**
	 * Announces the head of a user's stream as it was found by polling. One that is lower
	 * than before, twice, is announced as well: the database was put back.
	 * @param userId the user's one id
	 * @param head the head as it was read
	 */
	public void observe(String userId, long head) {
		registrations(userId).forEach((registration) -> registration.observe(head));
	}

	/**
	 * Announces a head that another node has sent.
	 * @param streamKey the stream
	 * @param head the head
	 */
	public void receive(long streamKey, long head) {
		String userId = this.byStream.get(streamKey);
		if (userId != null) {
			registrations(userId).forEach((registration) -> registration.announce(head));
		}
	}

	/**
	 * Notes that a head has moved, so that it is read soon. Makes no query.
	 * @param userId the user's one id
	 */
	public void mayHaveMoved(String userId) {
		Runnable reading = this.reader;
		if (reading != null && isWatched(userId) && this.moved.add(userId)) {
			reading.run();
		}
	}

	/**
	 * Takes the users whose heads may have moved.
	 * @return their ids
	 */
	public List<String> takeMoved() {
		List<String> taken = List.copyOf(this.moved);
		taken.forEach(this.moved::remove);
		return taken;
	}

	private void publish(String userId, long head) {
		HeadPublisher other = this.publisher;
		if (other != null) {
			other.moved(this.streamKeys.applyAsLong(userId), head);
		}
	}

	/**
	 * Announces a commit of this node.
	 * @param actor the device that made it
	 * @param move of the head
	 */
	public void announce(SyncActor actor, HeadMove move) {
		for (Registration registration : registrations(actor.userId())) {
			if (!(move.own() && registration.isOwn(actor) && registration.skip(move))) {
				registration.announce(move.head());
			}
		}
		publish(actor.userId(), move.head());
	}

	/**
	 * Ends the waiting of revoked devices.
	 * @param userId the user's one id
	 * @param sources the revoked devices
	 */
	public void revoke(String userId, Collection<String> sources) {
		for (Registration registration : registrations(userId)) {
			if (sources.contains(registration.actor.sourceId())) {
				registration.watcher.revoked();
			}
		}
	}

	private Set<Registration> registrations(String userId) {
		return this.users.getOrDefault(userId, Set.of());
	}

	/** A device that waits. */
	public final class Registration implements AutoCloseable {

		private final SyncActor actor;

		private final boolean includeSelf;

		private final Watcher watcher;

		/** The head up to which the device was told, or has everything. */
		private final AtomicLong known;

		/** A head below that, as the last query found it, -1 for none. */
		private volatile long lower = -1;

		Registration(SyncActor actor, long after, boolean includeSelf, Watcher watcher) {
			this.actor = actor;
			this.known = new AtomicLong(after);
			this.includeSelf = includeSelf;
			this.watcher = watcher;
		}

		/**
		 * Tells the device the head, unless it knows it.
		 * @param head the highest committed server_id
		 */
		public void announce(long head) {
			if (this.known.getAndAccumulate(head, Math::max) < head) {
				this.watcher.head(head);
			}
		}

		/**
		 * Tells the device the head as it connects, unless it is the one that it knows.
		 * It is below that one if the database was put back.
		 * @param head the highest committed server_id
		 */
		public void begin(long head) {
			long before = this.known.get();
			if (head < before && this.known.compareAndSet(before, head)) {
				this.watcher.head(head);
			}
			else {
				announce(head);
			}
		}

		/** A lower head that was read once may be older than a commit since then. */
		private void observe(long head) {
			boolean again = this.lower == head;
			this.lower = -1;
			if (head >= this.known.get()) {
				announce(head);
			}
			else if (again) {
				begin(head);
			}
			else {
				this.lower = head;
			}
		}

		private boolean isOwn(SyncActor other) {
			return !this.includeSelf && this.actor.equals(other);
		}

		/**
		 * Passes over own changes, if nothing that is not known lies before them.
		 */
		private boolean skip(HeadMove move) {
			long before = this.known.get();
			return before >= move.before() && this.known.compareAndSet(before, Math.max(before, move.head()));
		}

		@Override
		public void close() {
			WatchHub.this.users.computeIfPresent(this.actor.userId(), (user, all) -> {
				all.remove(this);
				if (!all.isEmpty()) {
					return all;
				}
				WatchHub.this.byStream.remove(WatchHub.this.streamKeys.applyAsLong(user), user);
				return null;
			});
		}

	}

}
