/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.oversync.protocol.ChangeStatus;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.UploadChange;
import io.oversync.protocol.UploadRequest;
import io.oversync.protocol.UploadResponse;
import io.oversync.service.SyncService;

/**
 * {@link PlantedBug#REPLAYS_WITHOUT_APPLYING}: only the changes with new ids reach the
 * engine.
 */
final class HollowReplays extends DelegatingSyncService {

	private final Set<ChangeKey> seen = ConcurrentHashMap.newKeySet();

	HollowReplays(SyncService real) {
		super(real);
	}

	@Override
	public UploadResponse upload(SyncActor actor, UploadRequest request) {
		List<ChangeKey> keys = request.changes()
			.stream()
			.map((change) -> ChangeKey.of(actor, change))
			.filter(ChangeKey::identifies)
			.toList();
		Set<ChangeKey> before = new HashSet<>(keys);
		before.retainAll(this.seen);
		this.seen.addAll(keys);
		List<UploadChange> unseen = request.changes()
			.stream()
			.filter((change) -> !before.contains(ChangeKey.of(actor, change)))
			.toList();
		UploadResponse response = super.upload(actor, new UploadRequest(request.lastServerSeqSeen(), unseen));
		Iterator<ChangeStatus> answered = response.statuses().iterator();
		List<ChangeStatus> statuses = new ArrayList<>();
		for (UploadChange change : request.changes()) {
			statuses.add(before.contains(ChangeKey.of(actor, change))
					? new ChangeStatus.Applied(change.sourceChangeId(), change.serverVersion() + 1) : answered.next());
		}
		return new UploadResponse(response.accepted(), response.highestServerSeq(), statuses);
	}

}
