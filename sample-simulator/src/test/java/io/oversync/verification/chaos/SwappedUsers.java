/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;

import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.UploadRequest;
import io.oversync.protocol.UploadResponse;
import io.oversync.service.SyncService;

/**
 * {@link PlantedBug#SWAPPED_USERS}.
 */
final class SwappedUsers extends DelegatingSyncService {

	private final Set<String> users = new ConcurrentSkipListSet<>();

	private final Rarely rarely = Rarely.onceIn(50);

	SwappedUsers(SyncService real) {
		super(real);
	}

	@Override
	public UploadResponse upload(SyncActor actor, UploadRequest request) {
		return super.upload(mistake(actor), request);
	}

	@Override
	public DownloadWindow download(SyncActor actor, DownloadRequest request, Consumer<DownloadedChange> sink) {
		return super.download(mistake(actor), request, sink);
	}

	private SyncActor mistake(SyncActor actor) {
		this.users.add(actor.userId());
		if (this.users.size() == 1 || !this.rarely.now()) {
			return actor;
		}
		return this.users.stream()
			.filter((user) -> !user.equals(actor.userId()))
			.findAny()
			.map((user) -> new SyncActor(user, actor.sourceId()))
			.orElseThrow();
	}

}
