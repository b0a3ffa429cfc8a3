/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.IOException;
import java.time.Instant;

import io.oversync.internal.watch.WatchHub.Registration;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import io.oversync.service.SyncService;
import io.oversync.web.SyncActorResolver;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.web.bind.annotation.RestController;

/**
 * {@code GET {base}/watch}: tells a device the head of its stream whenever it moves. The
 * request is never dispatched again, so the application's security sees it once.
 */
@RestController
final class WatchController {

	private final SyncService service;

	private final SyncActorResolver actors;

	private final WaitingRequests requests;

	WatchController(SyncService service, SyncActorResolver actors, WaitingRequests requests) {
		this.service = service;
		this.actors = actors;
		this.requests = requests;
	}

	void watch(HttpServletRequest request, HttpServletResponse response) throws IOException {
		SyncActor actor = this.actors.resolve(request);
		RequestParameters parameters = new RequestParameters(request);
		long after = parameters.number("after", 0);
		if (after < 0) {
			throw new SyncException(ErrorCode.INVALID_REQUEST, "'after' must be 0 or more");
		}
		boolean includeSelf = "true".equals(parameters.text("include_self"));
		Instant expiry = TokenExpiry.of(request);
		// refuses a revoked device, and a database that does not answer
		readHead(actor);
		if (request.getMethod().equals("HEAD")) {
			start(response);
			return;
		}
		this.requests.enter(actor);
		start(response);
		EventStream events;
		Registration registration;
		try {
			AsyncContext context = request.startAsync(request, response);
			context.setTimeout(0);
			events = new EventStream(this.requests, actor, context);
			registration = this.requests.add(actor, after, includeSelf, events, events);
		}
		catch (IOException | RuntimeException ex) {
			this.requests.leave(actor);
			throw ex;
		}
		events.start(registration, expiry);
		try {
			registration.begin(readHead(actor));
		}
		catch (SyncException ex) {
			events.stop();
		}
	}

	/** Rounded up: a client waits for three. */
	private long heartbeatSeconds() {
		return Math.max(1, this.requests.heartbeat().plusMillis(999).toSeconds());
	}

	private long readHead(SyncActor actor) {
		return this.service.download(actor, SyncController.NOTHING, (change) -> {
		}).windowUntil();
	}

	private void start(HttpServletResponse response) {
		response.setStatus(HttpServletResponse.SC_OK);
		response.setContentType("text/event-stream");
		response.setCharacterEncoding("UTF-8");
		response.setHeader("Cache-Control", "no-store");
		response.setHeader("X-Accel-Buffering", "no");
		response.setHeader("Oversync-Heartbeat", String.valueOf(heartbeatSeconds()));
		response.setHeader("X-Content-Type-Options", "nosniff");
	}

}
