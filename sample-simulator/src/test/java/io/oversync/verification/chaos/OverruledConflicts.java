/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

import io.oversync.protocol.ChangeStatus;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.UploadChange;
import io.oversync.protocol.UploadRequest;
import io.oversync.protocol.UploadResponse;
import io.oversync.service.SyncService;

/**
 * {@link PlantedBug#LOST_UPDATE}: conflicts are applied after all, on top of the current
 * row.
 */
final class OverruledConflicts extends DelegatingSyncService {

	private final BiPredicate<SyncActor, UploadChange> which;

	OverruledConflicts(SyncService real, BiPredicate<SyncActor, UploadChange> which) {
		super(real);
		this.which = which;
	}

	@Override
	public UploadResponse upload(SyncActor actor, UploadRequest request) {
		UploadResponse response = super.upload(actor, request);
		long head = response.highestServerSeq();
		List<ChangeStatus> statuses = new ArrayList<>(response.statuses());
		for (int i = 0; i < statuses.size(); i++) {
			UploadChange change = request.changes().get(i);
			if (statuses.get(i) instanceof ChangeStatus.Conflict conflict && this.which.test(actor, change)) {
				UploadChange rebased = rebase(change, conflict.serverRow().serverVersion());
				UploadResponse overruled = super.upload(actor,
						new UploadRequest(request.lastServerSeqSeen(), List.of(rebased)));
				head = overruled.highestServerSeq();
				statuses.set(i, overruled.statuses().get(0));
			}
		}
		return new UploadResponse(response.accepted(), head, statuses);
	}

	private static UploadChange rebase(UploadChange change, long version) {
		return new UploadChange(change.sourceChangeId(), change.schema(), change.table(), change.op(), change.pk(),
				version, change.payload());
	}

}
