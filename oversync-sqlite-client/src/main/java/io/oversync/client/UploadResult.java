/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.util.List;

/**
 * What became of uploaded changes.
 */
public interface UploadResult {

	/**
	 * Returns how many were sent and answered.
	 * @return how many were sent and answered
	 */
	int uploaded();

	/**
	 * Returns how many the server took.
	 * @return how many the server took
	 */
	int applied();

	/**
	 * Returns those that met another device's change.
	 * @return those that met another device's change
	 */
	List<ResolvedConflict> conflicts();

	/**
	 * Returns those that went to the quarantine.
	 * @return those that went to the quarantine
	 */
	List<QuarantinedChange> quarantined();

	/**
	 * Returns deletes of rows that others refer to: the next download brings them back.
	 * @return deletes of rows that others refer to
	 */
	List<RefusedDelete> refused();

	/**
	 * Returns those that will be sent again, one for each row.
	 * @return those that will be sent again
	 */
	List<WaitingChange> waiting();

	/**
	 * Returns how many local changes are left.
	 * @return how many local changes are left
	 */
	long pending();

}
