/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

import io.oversync.internal.watch.WatchHub.Registration;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.ExpiredDeletes;
import io.oversync.protocol.ResponseWriter;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import io.oversync.protocol.UploadResponse;
import io.oversync.service.SyncService;
import io.oversync.web.SyncActorResolver;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.bind.annotation.RestController;

/**
 * The endpoints below {@code oversync.base-path} (protocol §2 to §4). Registered by
 * {@link SyncHandlerMapping}, not as a bean, and writes to the response itself: advices,
 * converters and mappings of the application do not apply. {@code @RestController} is for
 * Spring MVC, which otherwise looks for a view where a method returns nothing.
 */
@RestController
final class SyncController {

	/** A page beyond the head of any stream. */
	static final DownloadRequest NOTHING = new DownloadRequest(Long.MAX_VALUE, 1, null, false, 0);

	private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

	private final SyncService service;

	private final SyncActorResolver actors;

	private final UploadBodies bodies;

	private final DownloadLimits downloads;

	private final FairShare answers;

	private final ServerStatus status;

	private final @Nullable WaitingRequests waiting;

	SyncController(SyncService service, SyncActorResolver actors, UploadBodies bodies, DownloadLimits downloads,
			ServerStatus status, @Nullable WaitingRequests waiting) {
		this.service = service;
		this.actors = actors;
		this.bodies = bodies;
		this.downloads = downloads;
		this.answers = FairShare.unbounded(downloads.answersPerUser());
		this.status = status;
		this.waiting = waiting;
	}

	void upload(HttpServletRequest request, HttpServletResponse response) throws IOException {
		SyncActor actor = this.actors.resolve(request);
		try (MemoryBudget.Reservation reservation = this.bodies.reserve(actor, request)) {
			UploadResponse answer = this.service.upload(actor, this.bodies.read(request, reservation));
			SyncExceptionResolver.markSaved(request);
			Responses.json(response, this.downloads, (body) -> ResponseWriter.writeUpload(body, answer));
		}
	}

	void download(HttpServletRequest request, HttpServletResponse response) throws IOException {
		SyncActor actor = this.actors.resolve(request);
		RequestParameters parameters = new RequestParameters(request);
		DownloadRequest download = new DownloadRequest(parameters.number("after", 0),
				parameters.integer("limit", DownloadRequest.DEFAULT_LIMIT), parameters.text("schema"),
				"true".equals(parameters.text("include_self")), parameters.number("until", 0),
				"true".equals(parameters.text("peek")));
		Duration wait = wait(parameters);
		Cursor next = new Cursor(download);
		if (!answer(response, actor, next, wait.isZero()) && this.waiting != null) {
			waitForNews(this.waiting, request, response, actor, next, wait);
		}
	}

	private Duration wait(RequestParameters parameters) {
		long seconds = parameters.number("wait", 0);
		if (seconds < 0) {
			throw new SyncException(ErrorCode.INVALID_REQUEST, "'wait' must be 0 or more");
		}
		return (this.waiting != null) ? Duration.ofSeconds(Math.min(seconds, LONGEST_WAIT.toSeconds())) : Duration.ZERO;
	}

	private void waitForNews(WaitingRequests requests, HttpServletRequest request, HttpServletResponse response,
			SyncActor actor, Cursor next, Duration wait) {
		requests.enter(actor);
		WaitingDownload download;
		Registration registration;
		try {
			AsyncContext context = request.startAsync(request, response);
			context.setTimeout(0);
			download = new WaitingDownload(requests, actor, context, (last) -> answer(response, actor, next, last));
			registration = requests.add(actor, next.page.after(), next.page.includeSelf(), download, download);
		}
		catch (RuntimeException ex) {
			requests.leave(actor);
			throw ex;
		}
		download.start(registration, wait);
	}

	/**
	 * Answers with a page.
	 * @param next the page; moves behind what is not for the device
	 * @param last whether to answer with an empty page, too
	 * @return whether it was sent
	 */
	private boolean answer(HttpServletResponse response, SyncActor actor, Cursor next, boolean last)
			throws IOException {
		DownloadRequest download = next.page;
		if (!this.answers.tryEnter(actor.userId())) {
			throw new SyncException(ErrorCode.TEMPORARILY_UNAVAILABLE,
					"This user has too many downloads at a time; please try again");
		}
		try {
			AnswerOutputStream body = new AnswerOutputStream(response, this.downloads);
			ResponseWriter.PageWriter page = ResponseWriter.page(body);
			AtomicBoolean empty = new AtomicBoolean(true);
			DownloadWindow window = this.service.download(actor, download, (change) -> {
				empty.set(false);
				page.change(change);
			});
			if (!last && empty.get() && !isOver(download, window)) {
				next.page = new DownloadRequest(window.nextAfter(), download.limit(), download.schema(),
						download.includeSelf(), download.until(), true);
				return false;
			}
			page.end(window);
			body.finish();
			return true;
		}
		finally {
			this.answers.leave(actor.userId());
		}
	}

	/** Nothing can come any more, so there is nothing to wait for. */
	private static boolean isOver(DownloadRequest download, DownloadWindow window) {
		return download.until() > 0 && window.nextAfter() >= download.until();
	}

	void schemaVersion(HttpServletRequest request, HttpServletResponse response) throws IOException {
		this.actors.resolve(request);
		Responses.json(response, this.downloads, ResponseWriter::writeSchemaVersion);
	}

	void status(HttpServletRequest request, HttpServletResponse response) throws IOException {
		SyncActor actor = this.actors.resolve(request);
		ExpiredDeletes expired = requireDatabase(actor);
		Responses.json(response, this.downloads,
				(body) -> ResponseWriter.writeStatus(body, this.status.version(), this.status.applicationName(),
						this.service.registeredTables(), ServerStatus.features(this.waiting != null),
						this.status.epochs().get(), expired));
	}

	/**
	 * Queries like a poll without news.
	 * @return which deletes have expired
	 */
	private ExpiredDeletes requireDatabase(SyncActor actor) {
		try {
			this.service.download(actor, NOTHING, (change) -> {
			});
			return this.status.expired().apply(actor);
		}
		catch (RuntimeException ex) {
			if (ex instanceof SyncException refusal && refusal.code() == ErrorCode.AUTHENTICATION_FAILED) {
				throw refusal;
			}
			throw new SyncException(ErrorCode.TEMPORARILY_UNAVAILABLE,
					"The database does not answer, please try again later", ex);
		}
	}

	/** The page that a download waits for. One thread at a time uses it. */
	private static final class Cursor {

		private volatile DownloadRequest page;

		Cursor(DownloadRequest page) {
			this.page = page;
		}

	}

}
