/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

/**
 * What a change does to its row (§2). INSERT and UPDATE are one upsert; the difference is
 * kept only to be passed on as it was sent.
 */
public enum Operation {

	INSERT, UPDATE, DELETE;

	/**
	 * Returns whether the change carries an after-image.
	 * @return {@code true} for INSERT and UPDATE
	 */
	public boolean isUpsert() {
		return this != DELETE;
	}

}
