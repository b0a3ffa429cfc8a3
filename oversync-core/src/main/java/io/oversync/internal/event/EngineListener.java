/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.event;

import java.util.Map;

import io.oversync.protocol.SyncActor;
import io.oversync.protocol.TableName;
import io.oversync.protocol.UploadRequest;
import io.oversync.protocol.UploadResponse;

/**
 * Receives notes of the engine's work. The calls are made by the threads that work, so
 * they must be quick. None but {@link #begin} is made in a transaction that may still be
 * rolled back. What a listener throws is logged and ignored.
 */
public interface EngineListener {

	/** Listens to nothing. */
	EngineListener NONE = new EngineListener() {
	};

	/**
	 * An upload was answered.
	 * @param actor the user, under the one id, and the device
	 * @param request the changes
	 * @param response their statuses
	 * @param nanos how long it took
	 */
	default void uploaded(SyncActor actor, UploadRequest request, UploadResponse response, long nanos) {
	}

	/**
	 * An upload failed as a whole.
	 * @param failure the failure
	 * @param nanos how long it took
	 */
	default void uploadFailed(Throwable failure, long nanos) {
	}

	/**
	 * A part of the work of a request begins. An upload that is tried again does its
	 * parts again.
	 * @param phase the part
	 * @return closed when the part ends, by the same thread, whether or not it succeeds
	 */
	default Part begin(Phase phase) {
		return Part.NONE;
	}

	/**
	 * An upload had changes that were applied before.
	 * @param changes the number of these changes
	 */
	default void replayed(int changes) {
	}

	/**
	 * A download was answered.
	 * @param read the kind of download
	 * @param changes the number of changes in the answer
	 * @param nanos how long it took, writing the answer included
	 */
	default void downloaded(Read read, int changes, long nanos) {
	}

	/**
	 * A download failed.
	 * @param read the kind of download
	 * @param failure the failure
	 * @param nanos how long it took
	 */
	default void downloadFailed(Read read, Throwable failure, long nanos) {
	}

	/**
	 * A transaction that writes has ended, for good or not.
	 * @param attempts how often it was tried
	 */
	default void attempted(int attempts) {
	}

	/**
	 * Rows were recorded as failures: their business tables refused them.
	 * @param rows the number of rows of each table
	 */
	default void materializeFailed(Map<TableName, Integer> rows) {
	}

	/**
	 * What the application itself has written came into a stream.
	 * @param entries the number of entries that were appended
	 */
	default void absorbed(long entries) {
	}

	/**
	 * Garbage of a stream was removed.
	 * @param entries the number of entries that were removed
	 */
	default void compacted(long entries) {
	}

	/**
	 * Tombstones of a stream have expired.
	 * @param rows the number of deleted rows of which nothing is left
	 */
	default void expired(long rows) {
	}

	/**
	 * The background compacts streams.
	 * @param streams the number of those that were found due and are not compacted yet, 0
	 * when it is done
	 */
	default void compactionsDue(int streams) {
	}

	/**
	 * A request is answered with an error, or its answer broke off.
	 * @param failure the failure
	 */
	default void requestFailed(Throwable failure) {
	}

	/**
	 * A download asked for what comes after the end of its stream: the first one of its
	 * user since the start.
	 * @param actor the device
	 * @param after its cursor
	 * @param head where the stream ends
	 */
	default void beyondHead(SyncActor actor, long after, long head) {
	}

	/**
	 * A device was revoked, permitted again, or forgotten.
	 * @param actor the device
	 * @param change what was done
	 */
	default void deviceChanged(SyncActor actor, DeviceChange change) {
	}

	/** The parts of requests. */
	enum Phase {

		/** The body of an upload is received and read. */
		PARSE,
		/** The stream is locked, and facts are read. */
		LOAD,
		/** Outcomes are decided. */
		PLAN,
		/** The stream and the business tables are written. */
		WRITE

	}

	/** A part of the work that is going on. */
	@FunctionalInterface
	interface Part extends AutoCloseable {

		/** Does nothing at its end. */
		Part NONE = () -> {
		};

		@Override
		void close();

	}

	/** What operators do with devices. */
	enum DeviceChange {

		/** It is refused from now on. */
		REVOKED,
		/** It may sync again. */
		RESTORED,
		/** It counts no more. */
		FORGOTTEN

	}

	/** The kinds of downloads. */
	enum Read {

		/** A page. */
		PAGE,
		/** Everything up to the head. */
		CHANGES

	}

}
