/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.IOException;

import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import io.oversync.service.SyncService;
import io.oversync.web.SyncActorResolver;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.web.bind.annotation.RestController;

/**
 * The endpoint that sends everything up to the head in one answer (protocol §3.1).
 * Registered and isolated like {@link SyncController}.
 * <p>
 * Such an answer holds a thread for as long as its client reads. So these answers share a
 * part of the places for requests only, and each ends in good order after a while: its
 * client asks for the rest, in turn with others.
 */
@RestController
final class ChangesController {

	/** The share of the places for requests that these answers may take together. */
	private static final int SHARE = 4;

	private final SyncService service;

	private final SyncActorResolver actors;

	private final DownloadLimits limits;

	private final FairShare places;

	/**
	 * Creates it.
	 * @param service the engine
	 * @param actors resolves user and device
	 * @param requests the number of places for all requests
	 * @param limits limits of answers
	 */
	ChangesController(SyncService service, SyncActorResolver actors, int requests, DownloadLimits limits) {
		this.service = service;
		this.actors = actors;
		this.limits = limits;
		this.places = new FairShare(Math.max(1, requests / SHARE), limits.answersPerUser());
	}

	void changes(HttpServletRequest request, HttpServletResponse response) throws IOException {
		SyncActor actor = this.actors.resolve(request);
		RequestParameters parameters = new RequestParameters(request);
		DownloadRequest download = new DownloadRequest(parameters.number("after", 0), DownloadRequest.MAX_LIMIT,
				parameters.text("schema"), "true".equals(parameters.text("include_self")),
				parameters.number("until", 0), "true".equals(parameters.text("peek")));
		if (!this.places.tryEnter(actor.userId())) {
			throw new SyncException(ErrorCode.TEMPORARILY_UNAVAILABLE,
					"There are too many answers of this kind at a time; please try again, or read pages");
		}
		try (ChangesAnswer answer = new ChangesAnswer(request, response, this.limits)) {
			answer.end(this.service.changes(actor, download, answer));
		}
		finally {
			this.places.leave(actor.userId());
		}
	}

}
