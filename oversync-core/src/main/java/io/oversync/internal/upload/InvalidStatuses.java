/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload;

import io.oversync.protocol.ChangeStatus.Invalid;
import io.oversync.protocol.ChangeStatus.InvalidChange;
import org.jspecify.annotations.Nullable;

/**
 * The statuses of the invalid changes of one upload. There may be a million of them that
 * say the same: those share what they say.
 */
final class InvalidStatuses {

	private @Nullable Invalid last;

	/**
	 * Returns a status.
	 * @param sourceChangeId of the change
	 * @param reason why it is invalid
	 * @param message what is wrong
	 * @return possibly the one before
	 */
	Invalid status(long sourceChangeId, InvalidChange reason, String message) {
		Invalid before = this.last;
		boolean same = before != null && before.message().equals(message) && before.invalid().equals(reason);
		if (before == null || !same) {
			before = new Invalid(sourceChangeId, reason, message);
		}
		else if (before.sourceChangeId() != sourceChangeId) {
			before = new Invalid(sourceChangeId, before.invalid(), before.message());
		}
		this.last = before;
		return before;
	}

}
