/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.util.HashMap;
import java.util.Map;

/**
 * Shares places among users, in this process. A user may hold up to a quarter of the
 * places that the other users leave free, and never more than a fixed number: the more
 * users compete, the fewer places each of them gets. A user without a place gets one as
 * long as any is free.
 */
final class FairShare {

	private static final int SHARE = 4;

	private final int mostPerUser;

	private final Map<String, Integer> taken = new HashMap<>();

	private int free;

	/**
	 * Creates it.
	 * @param places how many there are
	 * @param mostPerUser how many one user may have at a time
	 */
	FairShare(int places, int mostPerUser) {
		this.free = places;
		this.mostPerUser = mostPerUser;
	}

	/**
	 * Creates it with any number of places.
	 * @param mostPerUser how many one user may have at a time
	 * @return the places
	 */
	static FairShare unbounded(int mostPerUser) {
		return new FairShare(Integer.MAX_VALUE, mostPerUser);
	}

	/**
	 * Takes a place.
	 * @param userId the user
	 * @return whether one was free; the caller must then give it back with {@link #leave}
	 */
	synchronized boolean tryEnter(String userId) {
		int own = this.taken.getOrDefault(userId, 0);
		if (this.free == 0 || own >= Math.min(this.mostPerUser, Math.max(1, this.free / SHARE))) {
			return false;
		}
		this.free--;
		this.taken.put(userId, own + 1);
		return true;
	}

	/**
	 * Gives a place back.
	 * @param userId the user
	 */
	synchronized void leave(String userId) {
		this.free++;
		this.taken.computeIfPresent(userId, (user, own) -> (own > 1) ? own - 1 : null);
	}

}
