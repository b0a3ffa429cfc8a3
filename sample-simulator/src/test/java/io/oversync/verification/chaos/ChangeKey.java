/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import io.oversync.protocol.SyncActor;
import io.oversync.protocol.UploadChange;

/**
 * Names a change by its number.
 *
 * @param actor whose
 * @param sourceChangeId the device's number for it
 */
record ChangeKey(SyncActor actor, long sourceChangeId) {

	static ChangeKey of(SyncActor actor, UploadChange change) {
		return new ChangeKey(actor, change.sourceChangeId());
	}

	/** Numbers of 0 and less are no names. */
	boolean identifies() {
		return this.sourceChangeId > 0;
	}

}
