/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A conflict and what became of it.
 */
public final class ResolvedConflict {

	private final Conflict conflict;

	private final @Nullable Resolution resolution;

	private final @Nullable String problem;

	ResolvedConflict(Conflict conflict, @Nullable Resolution resolution, @Nullable String problem) {
		this.conflict = conflict;
		this.resolution = resolution;
		this.problem = problem;
	}

	/**
	 * Returns the two sides as they were.
	 * @return the two sides as they were
	 */
	public Conflict conflict() {
		return this.conflict;
	}

	/**
	 * Returns the decision, null if the resolver failed and the change is still pending.
	 * @return the decision, null if the resolver failed and the change is still pending
	 */
	public @Nullable Resolution resolution() {
		return this.resolution;
	}

	/**
	 * Returns why it is still pending, or null.
	 * @return why it is still pending, or null
	 */
	public @Nullable String problem() {
		return this.problem;
	}

	/** Whether the decision has left something for the server. */
	boolean isToBeUploaded() {
		return this.resolution != null && !this.resolution.equals(Resolution.TAKE_SERVER);
	}

	private List<@Nullable Object> parts() {
		return Arrays.asList(this.conflict, this.resolution, this.problem);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof ResolvedConflict that && parts().equals(that.parts());
	}

	@Override
	public int hashCode() {
		return parts().hashCode();
	}

	@Override
	public String toString() {
		return "ResolvedConflict[conflict=" + this.conflict + ", resolution=" + this.resolution + ", problem="
				+ this.problem + "]";
	}

}
