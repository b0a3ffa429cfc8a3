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

/**
 * The revocations of devices. A database that is put back may have lost one, or have one
 * again that had ended.
 */
final class Revocations {

	private static final long OPEN = Long.MAX_VALUE;

	private final Map<Role, Long> sure = new TreeMap<>();

	/** Those that may be refused. */
	private final Set<Role> possible = new HashSet<>();

	private final Set<Role> ever = new HashSet<>();

	private final Map<Role, List<Revocation>> past = new TreeMap<>();

	private int restores;

	private int restoring;

	/**
	 * Refuses a device.
	 * @param role the device
	 * @param revoke does that
	 */
	void revoke(Role role, Runnable revoke) {
		int before;
		synchronized (this) {
			before = this.restores;
			this.possible.add(role);
			this.ever.add(role);
		}
		revoke.run();
		synchronized (this) {
			if (this.restoring == 0 && this.restores == before) {
				this.sure.putIfAbsent(role, System.nanoTime());
			}
		}
	}

	/**
	 * Lets a device in.
	 * @param role the device
	 * @param permit does that
	 */
	void permit(Role role, Runnable permit) {
		int before;
		synchronized (this) {
			before = this.restores;
			end(role);
		}
		permit.run();
		synchronized (this) {
			if (this.restoring == 0 && this.restores == before) {
				this.possible.remove(role);
			}
		}
	}

	/** The database is about to be put back. */
	synchronized void restoreBegins() {
		this.restoring++;
		this.restores++;
		this.possible.addAll(this.ever);
		List.copyOf(this.sure.keySet()).forEach(this::end);
	}

	/** The database was put back. */
	synchronized void restoreEnds() {
		this.restoring--;
		this.possible.addAll(this.ever);
	}

	private void end(Role role) {
		Long from = this.sure.remove(role);
		if (from != null) {
			add(role, from, System.nanoTime());
		}
	}

	private void add(Role role, long from, long until) {
		this.past.computeIfAbsent(role, (key) -> new ArrayList<>())
			.add(new Revocation(DeviceDriver.name(role), from, until));
	}

	/** Returns whether a device may be refused at the moment. */
	synchronized boolean isPossible(Role role) {
		return this.possible.contains(role);
	}

	/** Returns the times during which devices of a user were surely refused. */
	synchronized List<Revocation> of(int user) {
		List<Revocation> revocations = new ArrayList<>();
		this.past.forEach((role, times) -> {
			if (role.user() == user) {
				revocations.addAll(times);
			}
		});
		this.sure.forEach((role, from) -> {
			if (role.user() == user) {
				revocations.add(new Revocation(DeviceDriver.name(role), from, OPEN));
			}
		});
		return revocations;
	}

}
