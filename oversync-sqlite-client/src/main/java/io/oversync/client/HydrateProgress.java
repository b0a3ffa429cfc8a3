/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How far a hydration has come.
 */
public final class HydrateProgress {

	private final long downloaded;

	private final long position;

	private final long until;

	HydrateProgress(long downloaded, long position, long until) {
		this.downloaded = downloaded;
		this.position = position;
		this.until = until;
	}

	/**
	 * Returns changes so far, of this run.
	 * @return changes so far, of this run
	 */
	public long downloaded() {
		return this.downloaded;
	}

	/**
	 * Returns of the last change.
	 * @return of the last change
	 */
	public long position() {
		return this.position;
	}

	/**
	 * Returns the position where it ends.
	 * @return the position where it ends
	 */
	public long until() {
		return this.until;
	}

	/**
	 * Returns how far it has come.
	 * @return a number from 0 to 1
	 */
	public double fraction() {
		return (this.until > 0) ? Math.min(1, (double) this.position / this.until) : 1;
	}

	private List<@Nullable Object> parts() {
		return Arrays.asList(this.downloaded, this.position, this.until);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof HydrateProgress that && parts().equals(that.parts());
	}

	@Override
	public int hashCode() {
		return parts().hashCode();
	}

	@Override
	public String toString() {
		return "HydrateProgress[downloaded=" + this.downloaded + ", position=" + this.position + ", until=" + this.until
				+ "]";
	}

}
