/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.List;
import java.util.function.Consumer;

import io.oversync.protocol.ChecksumRequest;
import io.oversync.protocol.Checksums;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.MaterializeFailure;
import io.oversync.protocol.RetryResult;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.UploadRequest;
import io.oversync.protocol.UploadResponse;
import io.oversync.service.SyncService;
import org.jspecify.annotations.Nullable;

/**
 * Delegates to another service, except for the methods that a subclass overrides.
 */
abstract class DelegatingSyncService implements SyncService {

	private final SyncService delegate;

	DelegatingSyncService(SyncService delegate) {
		this.delegate = delegate;
	}

	@Override
	public UploadResponse upload(SyncActor actor, UploadRequest request) {
		return this.delegate.upload(actor, request);
	}

	@Override
	public DownloadWindow download(SyncActor actor, DownloadRequest request, Consumer<DownloadedChange> sink) {
		return this.delegate.download(actor, request, sink);
	}

	@Override
	public Checksums checksums(SyncActor actor, ChecksumRequest request) {
		return this.delegate.checksums(actor, request);
	}

	@Override
	public void materializeFailures(SyncActor actor, @Nullable String schema, @Nullable String table, int limit,
			Consumer<MaterializeFailure> sink) {
		this.delegate.materializeFailures(actor, schema, table, limit, sink);
	}

	@Override
	public RetryResult retryMaterializeFailure(SyncActor actor, long failureId) {
		return this.delegate.retryMaterializeFailure(actor, failureId);
	}

	@Override
	public List<String> registeredTables() {
		return this.delegate.registeredTables();
	}

}
