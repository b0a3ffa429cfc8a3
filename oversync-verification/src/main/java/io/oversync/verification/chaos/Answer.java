/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The server's answer to a change (protocol §2.1).
 *
 * @param status {@code applied}, {@code conflict} or {@code invalid}
 * @param version the version that the change produced, 0 if it was not applied
 * @param serverRow the server's row, in a conflict
 * @param referencedBy rows that refused a delete, or null
 */
record Answer(String status, long version, @Nullable ShownRow serverRow, @Nullable List<String> referencedBy) {

	boolean applied() {
		return this.status.equals("applied");
	}

	/** Whether it is a delete that other rows refused. */
	boolean refused() {
		return this.status.equals("invalid") && this.referencedBy != null;
	}

	/**
	 * A row as the server shows it.
	 *
	 * @param version its version
	 * @param deleted whether it is deleted
	 * @param payload the text of its after-image, if it is known
	 */
	record ShownRow(long version, boolean deleted, @Nullable String payload) {
	}

}
