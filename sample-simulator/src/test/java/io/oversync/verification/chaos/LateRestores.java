/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.SyncActor;
import io.oversync.service.SyncService;

/**
 * {@link PlantedBug#LATE_RESTORES}: entries from behind the page are removed from it.
 */
final class LateRestores extends DelegatingSyncService {

	LateRestores(SyncService real) {
		super(real);
	}

	@Override
	public DownloadWindow download(SyncActor actor, DownloadRequest request, Consumer<DownloadedChange> sink) {
		List<DownloadedChange> changes = new ArrayList<>();
		DownloadWindow window = super.download(actor, request, changes::add);
		changes.stream().filter((change) -> change.serverId() <= window.nextAfter()).forEach(sink);
		return window;
	}

}
