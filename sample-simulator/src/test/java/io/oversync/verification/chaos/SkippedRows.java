/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.function.Consumer;

import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.SyncActor;
import io.oversync.service.SyncService;

/**
 * {@link PlantedBug#SKIPPED_PAGE_ROW}.
 */
final class SkippedRows extends DelegatingSyncService {

	private final Rarely rarely = Rarely.onceIn(50);

	SkippedRows(SyncService real) {
		super(real);
	}

	@Override
	public DownloadWindow download(SyncActor actor, DownloadRequest request, Consumer<DownloadedChange> sink) {
		return super.download(actor, request, (change) -> {
			if (!this.rarely.now()) {
				sink.accept(change);
			}
		});
	}

}
