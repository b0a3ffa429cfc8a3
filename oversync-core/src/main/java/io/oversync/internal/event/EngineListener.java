/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.event;

import java.util.Map;

import io.oversync.protocol.TableName;
import io.oversync.protocol.UploadRequest;
import io.oversync.protocol.UploadResponse;

/**
 * Receives notes of the engine's work. The calls are made by the threads that work, so
 * they must be quick, and must not throw. None but {@link #uploadPhase} is made in a
 * transaction that may still be rolled back.
 */
public interface EngineListener {

	/** Listens to nothing. */
	EngineListener NONE = new EngineListener() {
	};

	/**
	 * An upload was answered.
	 * @param request the changes
	 * @param response their statuses
	 * @param nanos how long it took
	 */
	default void uploaded(UploadRequest request, UploadResponse response, long nanos) {
	}

	/**
	 * An upload failed as a whole.
	 * @param failure the failure
	 * @param nanos how long it took
	 */
	default void uploadFailed(Throwable failure, long nanos) {
	}

	/**
	 * A part of an upload is done; one that is tried again does it again.
	 * @param phase the part
	 * @param nanos how long it took
	 */
	default void uploadPhase(Phase phase, long nanos) {
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
	 * A stream was compacted.
	 * @param entries the number of entries that were removed as garbage
	 * @param rows the number of deleted rows of which nothing is left
	 */
	default void compacted(long entries, long rows) {
	}

	/**
	 * A request is answered with an error, or its answer broke off.
	 * @param failure the failure
	 */
	default void requestFailed(Throwable failure) {
	}

	/** The parts of an upload. */
	enum Phase {

		/** The stream is locked, and facts are read. */
		LOAD,
		/** Outcomes are decided. */
		PLAN,
		/** The stream and the business tables are written. */
		WRITE

	}

	/** The kinds of downloads. */
	enum Read {

		/** A page. */
		PAGE,
		/** Everything up to the head. */
		CHANGES

	}

}
