/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.service;

import java.util.List;
import java.util.function.Consumer;

import io.oversync.protocol.ChangesSink;
import io.oversync.protocol.ChecksumRequest;
import io.oversync.protocol.Checksums;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.MaterializeFailure;
import io.oversync.protocol.RetryResult;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import io.oversync.protocol.UploadRequest;
import io.oversync.protocol.UploadResponse;
import org.jspecify.annotations.Nullable;

/**
 * The sync engine, as the endpoints and applications call it. An application may replace
 * or wrap it with a bean of its own.
 * <p>
 * Every method acts for one user only and throws {@link SyncException} for an error that
 * the client is to see; transient trouble of the database is
 * {@code TEMPORARILY_UNAVAILABLE}. An exception means that nothing was committed, unless
 * it is one of these whose message says that this is not known.
 */
public interface SyncService {

	/**
	 * Applies an upload (protocol §2) in one transaction of its own: it does not roll
	 * back with a transaction of the caller, such as that of a test.
	 * @param actor who uploads
	 * @param request the changes
	 * @return one status for each change
	 */
	UploadResponse upload(SyncActor actor, UploadRequest request);

	/**
	 * Reads one page of the user's change stream (protocol §3).
	 * @param actor who downloads
	 * @param request cursor, page size and filters
	 * @param sink receives the changes one by one, in ascending order of server_id, after
	 * the restores that the page begins with; is called while no connection is held, so
	 * it may take its time
	 * @return how the page ends
	 */
	DownloadWindow download(SyncActor actor, DownloadRequest request, Consumer<DownloadedChange> sink);

	/**
	 * Reads everything from a cursor up to the head of the user's change stream, as it is
	 * at the start (protocol §3.1). A service that lacks it answers {@code NOT_FOUND},
	 * and clients read pages.
	 * @param actor who downloads
	 * @param request cursor and filters; its limit is the most rows that are read at a
	 * time
	 * @param sink receives the restores that the device lacks, then the changes one by
	 * one, in ascending order of server_id; is called while no connection is held, so it
	 * may take its time
	 * @return how it ends; there is more only if the sink was full
	 */
	default DownloadWindow changes(SyncActor actor, DownloadRequest request, ChangesSink sink) {
		throw new SyncException(ErrorCode.NOT_FOUND, "There is no such endpoint");
	}

	/**
	 * Adds up the user's live rows (protocol §4.1). A service that lacks it answers
	 * {@code NOT_FOUND}.
	 * @param actor whose rows
	 * @param request the tables and the range of keys
	 * @return the checksums, all of one moment
	 */
	default Checksums checksums(SyncActor actor, ChecksumRequest request) {
		throw new SyncException(ErrorCode.NOT_FOUND, "There is no such endpoint");
	}

	/**
	 * Lists the user's rows that could not be written to their business tables (protocol
	 * §4).
	 * @param actor whose failures
	 * @param schema only this schema, null for all
	 * @param table only this table, null for all
	 * @param limit the most failures to list, 1 or more
	 * @param sink receives them one by one, newest first, while none of the database's
	 * connections is held
	 */
	void materializeFailures(SyncActor actor, @Nullable String schema, @Nullable String table, int limit,
			Consumer<MaterializeFailure> sink);

	/**
	 * Writes a failed row's current state to its business table (protocol §4) and removes
	 * the failure on success.
	 * @param actor whose failure
	 * @param failureId the id of the failure
	 * @return what came of it
	 * @throws SyncException {@code NOT_FOUND} if this user has no such failure,
	 * {@code RETRY_IN_PROGRESS} if it is being retried at this moment
	 */
	RetryResult retryMaterializeFailure(SyncActor actor, long failureId);

	/**
	 * Returns the registered tables.
	 * @return {@code schema.table} of each
	 */
	List<String> registeredTables();

}
