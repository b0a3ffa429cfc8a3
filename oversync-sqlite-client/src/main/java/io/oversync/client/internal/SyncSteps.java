/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal;

import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.oversync.client.HydrateProgress;
import io.oversync.client.Recovery;
import io.oversync.client.ServerException;
import io.oversync.client.ServerResetException;
import io.oversync.client.SyncException;
import io.oversync.client.internal.apply.ServerRowApplier;
import io.oversync.client.internal.conflict.ConflictHandler;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.download.Downloader;
import io.oversync.client.internal.download.PageSource;
import io.oversync.client.internal.history.CursorExpired;
import io.oversync.client.internal.history.OwnChanges;
import io.oversync.client.internal.history.StreamWatch;
import io.oversync.client.internal.hydrate.Comparison;
import io.oversync.client.internal.hydrate.Hydrator;
import io.oversync.client.internal.hydrate.RowRecovery;
import io.oversync.client.internal.report.DownloadReport;
import io.oversync.client.internal.report.HydrateReport;
import io.oversync.client.internal.report.Listeners;
import io.oversync.client.internal.report.RecoveryReport;
import io.oversync.client.internal.report.RepairReport;
import io.oversync.client.internal.report.ResolvedConflictReport;
import io.oversync.client.internal.report.SyncReport;
import io.oversync.client.internal.report.UploadReport;
import io.oversync.client.internal.report.VerifyReport;
import io.oversync.client.internal.store.ClientStore;
import io.oversync.client.internal.store.PendingChanges;
import io.oversync.client.internal.store.SyncState;
import io.oversync.client.internal.transport.SyncServer;
import io.oversync.client.internal.upload.AnswerHandler;
import io.oversync.client.internal.upload.BatchSender;
import io.oversync.client.internal.upload.OutboxWriter;
import io.oversync.client.internal.upload.Uploader;
import io.oversync.client.internal.verify.RowRepair;
import io.oversync.client.internal.verify.RowVerifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of a sync, in the order that overwrites no local change: comparison of tables
 * that were not watched, uploads, downloads, and recovery if the history of the server is
 * another one. Used by one thread at a time, except for the pauses.
 */
final class SyncSteps {

	private static final Logger logger = LoggerFactory.getLogger(SyncSteps.class);

	/** Rounds of uploads after downloads that met local changes. */
	private static final int MAX_ROUNDS = 10;

	private final Database database;

	private final SyncState state;

	private final PendingChanges pending;

	private final Listeners listeners;

	private final ServerRowApplier serverRows;

	private final StreamWatch watch;

	private final Downloader downloader;

	private final Uploader uploader;

	private final Hydrator hydrator;

	private final Comparison comparison;

	private final RowVerifier verifier;

	private final RowRepair repair;

	private volatile boolean uploadsPaused;

	private volatile boolean downloadsPaused;

	SyncSteps(ClientStore store, SyncServer server, ClientSettings settings, Listeners listeners) {
		this.database = store.database();
		this.state = store.state();
		this.pending = store.pending();
		this.listeners = listeners;
		ConflictHandler conflicts = new ConflictHandler(store, settings.resolver());
		PageSource pages = new PageSource(server, store.tables(), settings.pageSize());
		OwnChanges ownChanges = new OwnChanges(store, settings.source());
		this.serverRows = new ServerRowApplier(store, conflicts);
		this.watch = new StreamWatch(store, server, settings.source());
		this.downloader = new Downloader(store, pages, this.serverRows, this.watch, ownChanges, listeners);
		this.uploader = new Uploader(store, new BatchSender(store, server, settings.batchSize()),
				new OutboxWriter(store, this.serverRows),
				new AnswerHandler(store, conflicts, this.serverRows, this.watch, ownChanges), listeners,
				this::beforeUpload);
		this.hydrator = new Hydrator(store, this.downloader,
				new RowRecovery(store, pages, this.serverRows, this.watch, ownChanges, listeners));
		this.comparison = new Comparison(store, pages, this.watch, this.serverRows, listeners);
		this.verifier = new RowVerifier(store, this.downloader, server);
		this.repair = new RowRepair(store, this.verifier, pages, this.serverRows, this.watch, listeners);
	}

	ServerRowApplier serverRows() {
		return this.serverRows;
	}

	Downloader downloader() {
		return this.downloader;
	}

	void pauseUploads(boolean paused) {
		this.uploadsPaused = paused;
	}

	void pauseDownloads(boolean paused) {
		this.downloadsPaused = paused;
	}

	/** Returns the position up to which this device has everything. */
	long cursor() throws SQLException {
		return this.state.cursor();
	}

	/** Begins a call of the client: the server may have been put back since the last. */
	void begin() {
		this.watch.begin();
	}

	UploadReport uploadOnce() {
		if (this.uploadsPaused) {
			return noUpload();
		}
		compareTables();
		return this.uploader.once();
	}

	DownloadReport downloadOnce(int limit) {
		if (this.downloadsPaused) {
			return noDownload();
		}
		requireServedRestart();
		DownloadReport result = compareTables().plus(this.downloader.once(limit));
		settleRestart();
		return result;
	}

	SyncReport sync() {
		Exchanged exchanged = new Exchanged(noUpload(), noDownload());
		try {
			exchange(exchanged);
		}
		catch (ServerResetException | ServerException ex) {
			requireRecoverable(ex);
			HydrateReport recovered = recover((progress) -> {
			});
			exchanged.download = exchanged.download.plus(new DownloadReport((int) recovered.downloaded(),
					(int) recovered.applied(), recovered.conflicts(), recovered.held(), false));
			// a second reset in one sync is left to the caller
			exchange(exchanged);
		}
		return new SyncReport(exchanged.upload, exchanged.download);
	}

	/** Throws what a comparison of all rows does not heal, or what it must not heal. */
	private void requireRecoverable(SyncException problem) {
		boolean away = problem instanceof ServerException answer && CursorExpired.is(answer);
		if (this.downloadsPaused || !(away || problem instanceof ServerResetException)) {
			throw problem;
		}
		if (away) {
			logger.info("All rows are compared with the server's: {}", problem.getMessage());
			noteReset();
			// what was fetched so far may have been deleted meanwhile
			this.database.write(() -> {
				this.state.abandonFilling();
				return problem;
			});
		}
	}

	/** A server that was put back has lost rows, which were not deleted there. */
	private void noteReset() {
		try {
			this.watch.verify();
		}
		catch (ServerResetException ex) {
			logger.debug("The evidence is kept for the comparison", ex);
		}
		catch (ServerException ex) {
			if (!CursorExpired.is(ex)) {
				throw ex;
			}
		}
	}

	private void exchange(Exchanged exchanged) {
		if (!this.downloadsPaused) {
			requireServedRestart();
		}
		exchanged.download = exchanged.download.plus(compareTables());
		if (!this.downloadsPaused && this.downloader.isBehind()) {
			// uploads on top of the latest rows meet fewer conflicts
			exchanged.download = exchanged.download.plus(this.downloader.drain());
		}
		for (int round = 0; round < MAX_ROUNDS; round++) {
			if (!this.uploadsPaused) {
				exchanged.upload = exchanged.upload.plus(this.uploader.drain());
			}
			DownloadReport fetched = noDownload();
			if (!this.downloadsPaused) {
				fetched = this.downloader.drain();
				exchanged.download = exchanged.download.plus(fetched);
				settleRestart();
			}
			if (this.uploadsPaused || fetched.conflicts().stream().noneMatch(ResolvedConflictReport::isToBeUploaded)) {
				break;
			}
		}
	}

	/**
	 * A device that reads the stream from its start is taken for one that has nothing. If
	 * it has rows, it may have missed their deletes.
	 */
	private void requireServedRestart() {
		if (this.database.read(this.state::isRestarted)) {
			this.watch.requireServed();
		}
	}

	/** Deletes may have expired since the stream was begun again. */
	private void settleRestart() {
		if (this.database.read(this.state::isRestarted)) {
			this.watch.requireServed();
			this.database.write(() -> {
				this.state.settleRestart();
				return this;
			});
		}
	}

	/** Nothing is sent before the server's history and the ids used so far are known. */
	private void beforeUpload() {
		this.watch.verify();
		this.downloader.noteOwnIds();
	}

	HydrateReport hydrate(Consumer<HydrateProgress> progress) {
		try {
			this.watch.verify();
			this.comparison.run();
		}
		catch (ServerResetException | ServerException ex) {
			// the hydration recovers from it
			requireRecoverable(ex);
		}
		return recover(progress);
	}

	private HydrateReport recover(Consumer<HydrateProgress> progress) {
		Optional<Recovery> pending = this.watch.pending();
		HydrateReport result;
		try {
			result = this.hydrator.hydrate(progress);
		}
		catch (ServerException ex) {
			// tombstones have expired meanwhile
			requireRecoverable(ex);
			result = this.hydrator.hydrate(progress);
		}
		HydrateReport hydrated = result;
		pending.ifPresent((recovery) -> this.listeners
			.tell(new RecoveryReport(recovery.reason(), recovery.message(), hydrated.reuploads())));
		return hydrated;
	}

	VerifyReport verify() {
		return recovered(() -> {
			VerifyReport result = this.verifier.verify();
			this.listeners.tell(result);
			return result;
		});
	}

	RepairReport repair() {
		return recovered(this.repair::run);
	}

	/** Rows are compared with the history that the server has. */
	private <T> T recovered(Supplier<T> comparing) {
		if (this.downloadsPaused) {
			throw new SyncException("Rows can only be compared with the latest of the server, and downloads are"
					+ " paused: call resumeDownloads() first");
		}
		try {
			requireServedRestart();
			compareTables();
			T result = comparing.get();
			settleRestart();
			return result;
		}
		catch (ServerResetException | ServerException ex) {
			requireRecoverable(ex);
			recover((progress) -> {
			});
			// a second reset is left to the caller
			return comparing.get();
		}
	}

	/**
	 * Tables that were not watched are compared before anything is sent or overwritten.
	 */
	private DownloadReport compareTables() {
		return this.downloadsPaused ? noDownload() : this.comparison.run();
	}

	private UploadReport noUpload() {
		return UploadReport.none(this.database.read(this.pending::count));
	}

	private DownloadReport noDownload() {
		return DownloadReport.none(this.database.read(this.serverRows::heldCount));
	}

	/** The results of a sync so far. */
	private static final class Exchanged {

		private UploadReport upload;

		private DownloadReport download;

		Exchanged(UploadReport upload, DownloadReport download) {
			this.upload = upload;
			this.download = download;
		}

	}

}
