/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Syncs tables of a SQLite database with a server of the protocol.
 *
 * <p>
 * The application goes on writing to its tables with plain SQL, over any connection, with
 * or without a network; triggers note what it changes. Each call of a sync method, or
 * {@link #start} in the background, exchanges changes with the server:
 * <ol>
 * <li>changed rows are frozen into an outbox, each content under a number of its own;
 * <li>they are sent, and sent again under the same numbers until there is an answer;
 * <li>the answer is carried out: a row that the server took is clean unless it was
 * changed again, a conflict goes to the {@link ConflictResolver}, a change that the
 * server will never take goes to the quarantine, and the rest waits;
 * <li>changes of other devices are written page by page, each part of a page in one
 * transaction with its position; a row that was changed here is never overwritten without
 * the resolver.
 * </ol>
 * A crash between any two of these steps loses and doubles nothing.
 *
 * <p>
 * Thread-safe: one sync runs at a time, and others wait for it. Failures are
 * {@link SyncException}s, after which everything that was not confirmed is still pending.
 */
public interface SyncClient extends AutoCloseable {

	/**
	 * Sets up a client.
	 * @return a builder
	 */
	static SyncClientBuilder builder() {
		return new SyncClientBuilder();
	}

	/**
	 * Sends one batch of local changes: what was sent before and not answered, or else
	 * what has changed.
	 * @return the outcome, which is empty if uploads are paused
	 * @throws NetworkException if there was no answer
	 * @throws ServerException if the server refused the request
	 */
	UploadResult uploadOnce();

	/**
	 * Fetches one page of the server's changes.
	 * @param limit the greatest number of changes, 1 to 1000
	 * @return the outcome, which is empty if downloads are paused
	 * @throws NetworkException if there was no answer
	 * @throws ServerException if the server refused the request
	 */
	DownloadResult downloadOnce(int limit);

	/**
	 * Sends all local changes and fetches all of the server's, as far as no direction is
	 * paused.
	 * @return the outcome
	 * @throws NetworkException if there was no answer
	 * @throws ServerException if the server refused a request
	 */
	SyncResult sync();

	/**
	 * Brings everything from the server, this device's own changes included: into a fresh
	 * database, or to recover one. Local changes stay pending. A row that differs from
	 * the server's without being a local change becomes the server's; a row that the
	 * server has lost, or has in an older version, is pending again.
	 * @return the outcome
	 * @throws NetworkException if there was no answer; the next call goes on from there
	 * @throws ServerException if the server refused a request
	 */
	HydrateResult hydrate();

	/**
	 * As {@link #hydrate()}, with progress reports.
	 * @param progress called after each page, outside of any transaction
	 * @return the outcome
	 */
	HydrateResult hydrate(Consumer<HydrateProgress> progress);

	/**
	 * Compares all rows with the server's, by checksums of their keys and versions, and
	 * names those that differ. Fetches the server's changes first; sends and repairs
	 * nothing. Rows with local changes that were not sent or not answered are left out,
	 * as are rows that a local constraint {@linkplain #held() keeps out}.
	 *
	 * <p>
	 * This finds rows that never arrived, that are here although the server has deleted
	 * them or never had them, and that are here in another version. It does not see that
	 * a row has another content than the server's under the same version:
	 * {@link #hydrate()} compares contents, too. Large tables cost few requests, since
	 * only ranges of keys are asked for that differ.
	 * @return the rows that differ, which listeners get as well
	 * @throws NetworkException if there was no answer
	 * @throws ServerException if the server refused a request; with the status 404, 405
	 * or 501 if it has no checksums
	 * @throws SyncException if downloads are paused, or if the server's rows change too
	 * fast to be compared
	 */
	VerifyResult verify();

	/**
	 * Verifies all rows, and makes those that differ as the server has them:
	 * <ul>
	 * <li>a row that is missing here, or is in another version, becomes the server's;
	 * <li>a row that was deleted on the server is deleted here;
	 * <li>a row that the server has no trace of, or has in an older version, is known to
	 * this device alone. It is pending, and the next sync sends it.
	 * </ul>
	 * Local changes stay as they are and pending, also those that are made meanwhile. All
	 * other rows stay untouched. A few rows are fetched one by one; if many differ, or
	 * one that the server does not have, the stream is downloaded once more. A repair
	 * that was interrupted is simply called again.
	 * @return the outcome
	 * @throws NetworkException if there was no answer
	 * @throws ServerException if the server refused a request; with the status 404, 405
	 * or 501 if it has no checksums
	 * @throws SyncException if downloads are paused, or if the server's rows change too
	 * fast to be compared
	 */
	RepairResult repair();

	/**
	 * Starts the background sync: at once, after each interval, on
	 * {@link #requestSync()}, and as soon as the server has news, if it tells them
	 * ({@link SyncClientBuilder#watch}). Failures are reported to the listeners and
	 * retried at growing intervals.
	 * @param interval the time to wait after a sync; positive
	 */
	void start(Duration interval);

	/**
	 * Stops the background sync, and interrupts one that is under way. Returns within
	 * seconds, even if a listener or a resolver does not.
	 */
	void stop();

	/**
	 * Makes the background sync run now. After a failure it runs once the first backoff
	 * has passed, however much longer it would wait.
	 */
	void requestSync();

	/** Sends nothing any more, until {@link #resumeUploads()}. */
	void pauseUploads();

	/** Ends {@link #pauseUploads()}. */
	void resumeUploads();

	/** Fetches nothing any more, until {@link #resumeDownloads()}. */
	void pauseDownloads();

	/** Ends {@link #pauseDownloads()}. */
	void resumeDownloads();

	/**
	 * Returns the status. This only reads, and does not wait for a sync that is under
	 * way. If the database is in use, this is the last status that was read. If the
	 * application has changed its tables, they are prepared on another thread, and what
	 * that finds is in a later status.
	 * @return the status
	 */
	SyncStatus status();

	/**
	 * Checks the tables, as each sync does first: for an application that has just
	 * changed them while the client is open. What it writes before that is noted only by
	 * a comparison with the server, which cannot tell deleted rows from lost ones. Waits
	 * for a sync that is under way, and needs no network.
	 * @throws SyncSetupException if a table cannot be synced any more
	 */
	void tablesChanged();

	/**
	 * Returns the changes that the server will never take as they are.
	 * @return the changes, the oldest first
	 */
	List<QuarantinedChange> quarantined();

	/**
	 * Sends a quarantined change again, as its row is now.
	 * @param id the id of the {@link QuarantinedChange}
	 * @return false if there is none
	 */
	boolean retryQuarantined(long id);

	/**
	 * Drops a change: its row becomes again what it was before, and a row that the server
	 * never had is deleted. A row that was edited since keeps that edit.
	 * @param id the id of the {@link QuarantinedChange}
	 * @return false if there is none
	 */
	boolean discardQuarantined(long id);

	/**
	 * Returns rows of the server that a local constraint keeps out.
	 * @return the rows, those that have been held longest first
	 */
	List<HeldRow> held();

	/**
	 * Asks the server which changes of this user it could not write into its own tables,
	 * although all devices get them: the latest hundred.
	 * @return the failures, the newest first
	 * @throws NetworkException if there was no answer
	 * @throws ServerException if the server refused the request
	 */
	List<ServerFailure> serverFailures();

	/**
	 * Sends all quarantined changes again, as their rows are now.
	 * @return the number
	 */
	int retryQuarantined();

	/**
	 * Drops all changes in quarantine, as {@link #discardQuarantined(long)} does; those
	 * stay whose rows cannot be put back, because the rows are being sent or a constraint
	 * forbids it.
	 * @return the number of changes that were dropped
	 */
	int discardQuarantined();

	/**
	 * Adds a listener.
	 * @param listener the listener
	 */
	void addListener(SyncListener listener);

	/**
	 * Removes a listener.
	 * @param listener the listener
	 */
	void removeListener(SyncListener listener);

	/**
	 * Ends the syncs that are under way, after what they do in the database, and gives
	 * the connection back. Returns within seconds: if a listener or a resolver does not
	 * return, the connection is given back when it does. The triggers stay: what is
	 * written while no client is open is noted as well.
	 */
	@Override
	void close();

}
