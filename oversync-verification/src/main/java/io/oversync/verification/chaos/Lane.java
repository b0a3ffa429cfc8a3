/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The planned faults of one device's exchanges.
 */
final class Lane {

	private final Deque<Fault> plan = new ArrayDeque<>();

	private final List<LaneRequest> held = new ArrayList<>();

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

}
