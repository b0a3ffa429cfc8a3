/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.ArrayList;
import java.util.List;

import io.oversync.protocol.SyncActor;
import io.oversync.protocol.UploadChange;
import io.oversync.protocol.UploadRequest;
import io.oversync.protocol.UploadResponse;
import io.oversync.service.SyncService;

/**
 * {@link PlantedBug#REPLAY_WITHIN_A_BATCH_APPLIED}: the last upsert comes once more, as a
 * change that the engine does not recognise.
 */
final class DoubledChanges extends DelegatingSyncService {

	private final Rarely rarely = Rarely.onceIn(20);

	DoubledChanges(SyncService real) {
		super(real);
	}

	@Override
	public UploadResponse upload(SyncActor actor, UploadRequest request) {
		List<UploadChange> changes = new ArrayList<>(request.changes());
		UploadChange last = changes.isEmpty() ? null : changes.get(changes.size() - 1);
		if (last == null || last.payload() == null || !this.rarely.now()) {
			return super.upload(actor, request);
		}
		changes.add(RepeatedRestores.onTopOfItsResult(last));
		UploadResponse response = super.upload(actor, new UploadRequest(request.lastServerSeqSeen(), changes));
		return new UploadResponse(response.accepted(), response.highestServerSeq(),
				response.statuses().subList(0, request.changes().size()));
	}

}
