/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.util.List;

/**
 * The outcome of uploads.
 */
public interface UploadResult {

	/**
	 * Returns the number of changes that were sent and answered.
	 * @return the number
	 */
	int uploaded();

	/**
	 * Returns the number of changes that the server applied.
	 * @return the number
	 */
	int applied();

	/**
	 * Returns the conflicts with changes of other devices.
	 * @return the conflicts
	 */
	List<ResolvedConflict> conflicts();

	/**
	 * Returns the changes that were quarantined.
	 * @return the changes
	 */
	List<QuarantinedChange> quarantined();

	/**
	 * Returns the refused deletes. The next download brings their rows back.
	 * @return the deletes
	 */
	List<RefusedDelete> refused();

	/**
	 * Returns the changes that will be sent again, one for each row.
	 * @return the changes
	 */
	List<WaitingChange> waiting();

	/**
	 * Returns the number of local changes that are left.
	 * @return the number
	 */
	long pending();

}
