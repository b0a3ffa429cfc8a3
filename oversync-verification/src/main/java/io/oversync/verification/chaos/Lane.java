/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The planned faults of one device's exchanges.
 */
final class Lane {

	private final Deque<Fault> plan = new ArrayDeque<>();

	private final List<LaneRequest> held = new ArrayList<>();

	private final Set<Socket> streams = new HashSet<>();

	private boolean ended;

	private boolean roaming;

	private int sent;

	/** Each request goes to the next node from now on. */
	synchronized void roam() {
		this.roaming = true;
	}

	/** Returns the node that the next request goes to. */
	synchronized int nextNode(int nodes) {
		return this.roaming ? this.sent++ % nodes : 0;
	}

	synchronized void plan(List<Fault> faults) {
		this.plan.clear();
		this.plan.addAll(faults);
	}

	synchronized Fault nextFault(boolean upload) {
		Fault next = this.plan.peek();
		if (next == null || (next.kind() == Fault.Kind.LOSE_UPLOAD_RESPONSE && !upload)) {
			return Fault.NONE;
		}
		return this.plan.remove();
	}

	synchronized void hold(LaneRequest request) {
		this.held.add(request);
	}

	/** Returns the requests that were held back until now, oldest first. */
	synchronized List<LaneRequest> release() {
		List<LaneRequest> released = List.copyOf(this.held);
		this.held.clear();
		return released;
	}

	/**
	 * Notes a connection of an answer that is passed on as it comes.
	 * @return false if the network has ended
	 */
	synchronized boolean open(Socket socket) {
		return !this.ended && this.streams.add(socket);
	}

	synchronized void close(Socket socket) {
		this.streams.remove(socket);
	}

	/** Breaks off answers that are passed on. */
	synchronized void breakStreams() {
		for (Socket stream : this.streams) {
			try {
				stream.close();
			}
			catch (IOException ex) {
				// it was broken
			}
		}
		this.streams.clear();
	}

	/** Breaks them off, and lets no other begin. */
	synchronized void end() {
		this.ended = true;
		breakStreams();
	}

}
