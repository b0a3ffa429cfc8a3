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

import io.oversync.internal.stream.HeadMove;
import io.oversync.protocol.SyncActor;

/**
 * The devices that wait on this node, by user: one commit wakes the devices of its own
 * user only.
 */
public final class WatchHub {

	private final Map<String, Set<Registration>> users = new ConcurrentHashMap<>();

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
			all.add(registration);
			return all;
		});
		return registration;
	}

	/**
	 * Returns whether a device of a user waits.
	 * @param userId the user's one id
	 * @return whether a new head is of interest
	 */
	public boolean isWatched(String userId) {
		return this.users.containsKey(userId);
	}

	/**
	 * Returns the users of whom devices wait.
	 * @return their ids
	 */
	public Collection<String> watched() {
		return List.copyOf(this.users.keySet());
	}

	/**
	 * Announces the head of a user's stream.
	 * @param userId the user's one id
	 * @param head the head as it was read
	 */
	public void announce(String userId, long head) {
		registrations(userId).forEach((registration) -> registration.announce(head));
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
				return all.isEmpty() ? null : all;
			});
		}

	}

}
