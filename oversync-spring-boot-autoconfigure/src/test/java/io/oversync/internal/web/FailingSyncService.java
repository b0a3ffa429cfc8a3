/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

import io.oversync.protocol.ChangesSink;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.MaterializeFailure;
import io.oversync.protocol.Operation;
import io.oversync.protocol.Payload;
import io.oversync.protocol.RetryResult;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import io.oversync.protocol.TableName;
import io.oversync.protocol.UploadRequest;
import io.oversync.protocol.UploadResponse;
import io.oversync.service.SyncService;
import org.jspecify.annotations.Nullable;

/** An engine in trouble. */
final class FailingSyncService implements SyncService {

	@Override
	public UploadResponse upload(SyncActor actor, UploadRequest request) {
		throw new IllegalStateException("select secret from internals");
	}

	@Override
	public DownloadWindow download(SyncActor actor, DownloadRequest request, Consumer<DownloadedChange> sink) {
		if (request.limit() == 2) {
			throw new SyncException(ErrorCode.TEMPORARILY_UNAVAILABLE, "busy");
		}
		DownloadedChange change = new DownloadedChange(1, new TableName("app", "note"), Operation.INSERT,
				new UUID(0, 1), Payload.of("{\"x\":\"" + "y".repeat(2000) + "\"}"), 1, "phone", 1, Instant.EPOCH);
		for (int i = 0; i < request.limit(); i++) {
			sink.accept(change);
		}
		throw new IllegalStateException("select secret from internals");
	}

	@Override
	public DownloadWindow changes(SyncActor actor, DownloadRequest request, ChangesSink sink) {
		sink.begin(0, 2000);
		return download(actor, request, sink::change);
	}

	@Override
	public void materializeFailures(SyncActor actor, @Nullable String schema, @Nullable String table, int limit,
			Consumer<MaterializeFailure> sink) {
		throw new IllegalStateException("select secret from internals");
	}

	@Override
	public RetryResult retryMaterializeFailure(SyncActor actor, long failureId) {
		throw new IllegalStateException("select secret from internals");
	}

	@Override
	public List<String> registeredTables() {
		return List.of();
	}

}
