/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.time.Duration;

import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.watch.WatchHub;
import io.oversync.internal.watch.WatchHub.Registration;
import io.oversync.internal.compact.Retention;
import io.oversync.internal.watch.Watcher;
import io.oversync.protocol.ExpiredDeletes;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.UploadLimits;
import io.oversync.service.Rematerialization;
import io.oversync.service.ServerWrites;
import io.oversync.service.StreamCompaction;
import io.oversync.service.SyncChecks;
import io.oversync.service.SyncDevices;
import io.oversync.service.SyncService;

/**
 * The sync engine with its operations for operators.
 */
public interface SyncEngine extends SyncService, Rematerialization, SyncChecks {

	/**
	 * Brings what the application itself has written into the streams of all users, so
	 * that it does not wait until a device asks. Several nodes may do that at once.
	 * @return how many users something waited for
	 */
	int absorbWaiting();

	/**
	 * Writes what was noted of devices and is due.
	 * @param interval the shortest time between two writes of a device
	 * @return the number of devices that were written
	 */
	int flushDevices(Duration interval);

	/**
	 * Registers a device that waits for news. Read the head afterwards.
	 * @param actor the device
	 * @param after the head that it knows
	 * @param includeSelf whether changes of the device itself are news to it
	 * @param watcher receives heads
	 * @return the registration, to be closed
	 */
	Registration watch(SyncActor actor, long after, boolean includeSelf, Watcher watcher);

	/**
	 * Looks for news from other nodes and from the application, for all users whose
	 * devices wait. Makes no query if none waits.
	 */
	void pollWatched();

	/**
	 * Returns the devices that wait on this node.
	 * @return where heads are announced
	 */
	WatchHub watches();

	/**
	 * Returns the devices of users.
	 * @return operations on them
	 */
	SyncDevices devices();

	/**
	 * Reads numbers about all users; for the background.
	 * @return the numbers
	 */
	EngineStatistics statistics();

	/**
	 * Returns the reads for operators.
	 * @return reads of users, entries and failures
	 */
	OperatorReads operatorReads();

	/**
	 * Returns the registered tables as they are now.
	 * @return the tables
	 */
	TableCatalog catalog();

	/**
	 * Reads the head of a user's stream.
	 * @param userId the user
	 * @return its last server_id, 0 for none
	 */
	long head(String userId);

	/**
	 * Reads which deletes of a user's stream have expired.
	 * @param actor the user, and any device
	 * @return the deletes
	 */
	ExpiredDeletes expiredDeletes(SyncActor actor);

	/**
	 * Reads up to where tombstones of a user's stream may have expired.
	 * @param actor the user, and any device
	 * @return a server_id, 0 if all are there
	 */
	default long retainedSince(SyncActor actor) {
		return expiredDeletes(actor).retainedSince();
	}

	/**
	 * Returns how many downloads of this process began beyond the end of their stream,
	 * which is the sign of a database that was put back to an earlier state.
	 * @return their number since the start
	 */
	long countDownloadsBeyondTheHead();

	/**
	 * Returns what compacts streams.
	 * @param retention how long what is kept
	 * @return operations on them
	 */
	StreamCompaction compaction(Retention retention);

	/**
	 * Returns the background work on streams.
	 * @param retention how long what is kept
	 * @return the work, to be done from time to time
	 */
	DueCompactions dueCompactions(Retention retention);

	/**
	 * Returns what writes rows from the application's own code.
	 * @param payloads the limits of payloads
	 * @return writes to this engine
	 */
	ServerWrites serverWrites(UploadLimits payloads);

}
