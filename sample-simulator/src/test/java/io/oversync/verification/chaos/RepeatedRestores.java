/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.oversync.protocol.ChangeStatus.InvalidChange.StillReferenced;
import io.oversync.protocol.ChangeStatus;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.UploadChange;
import io.oversync.protocol.UploadRequest;
import io.oversync.protocol.UploadResponse;
import io.oversync.service.SyncService;

/**
 * {@link PlantedBug#REPEATED_RESTORES}: a delete that was refused before is decided once
 * more, on top of the restored row.
 */
final class RepeatedRestores extends DelegatingSyncService {

	private final Set<ChangeKey> refused = ConcurrentHashMap.newKeySet();

	RepeatedRestores(SyncService real) {
		super(real);
	}

	@Override
	public UploadResponse upload(SyncActor actor, UploadRequest request) {
		List<UploadChange> changes = new ArrayList<>();
		for (UploadChange change : request.changes()) {
			boolean again = this.refused.contains(ChangeKey.of(actor, change));
			changes.add(again ? onTopOfItsResult(change) : change);
		}
		UploadResponse response = super.upload(actor, new UploadRequest(request.lastServerSeqSeen(), changes));
		for (int i = 0; i < changes.size(); i++) {
			if (response.statuses().get(i) instanceof ChangeStatus.Invalid invalid
					&& invalid.invalid() instanceof StillReferenced) {
				this.refused.add(ChangeKey.of(actor, changes.get(i)));
			}
		}
		return response;
	}

	static UploadChange onTopOfItsResult(UploadChange change) {
		return new UploadChange(change.sourceChangeId(), change.schema(), change.table(), change.op(), change.pk(),
				change.serverVersion() + 1, change.payload());
	}

}
