/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.util.function.Supplier;

import io.oversync.internal.log.LogContext;
import io.oversync.protocol.SyncActor;
import io.oversync.web.SyncActorResolver;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Limits the admitted requests of each user and of all users together, after the user is
 * known and before a body is read.
 */
final class AdmittedActors implements HandlerInterceptor, SyncActorResolver {

	private static final String ACTOR = AdmittedActors.class.getName() + ".actor";

	private static final String EPOCH = "Oversync-Epoch";

	private final SyncActorResolver actors;

	private final FairShare requests;

	private final Supplier<@Nullable String> epochs;

	/**
	 * Creates it.
	 * @param actors resolves user and device
	 * @param requests the places for requests
	 * @param epochs the name of the server's history, which all answers carry (protocol
	 * §4), null if it has none
	 */
	AdmittedActors(SyncActorResolver actors, FairShare requests, Supplier<@Nullable String> epochs) {
		this.actors = actors;
		this.requests = requests;
		this.epochs = epochs;
	}

	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
		SyncActor actor = this.actors.resolve(request);
		if (!this.requests.tryEnter(actor.userId())) {
			throw new AbandonedRequestException(
					"There are too many requests at a time, of this user or of all; nothing was changed, please try again");
		}
		request.setAttribute(ACTOR, actor);
		LogContext.enter(actor);
		String epoch = this.epochs.get();
		if (epoch != null) {
			response.setHeader(EPOCH, epoch);
		}
		return true;
	}

	@Override
	public void afterCompletion(HttpServletRequest request, HttpServletResponse response, Object handler,
			@Nullable Exception exception) {
		if (request.getAttribute(ACTOR) instanceof SyncActor actor) {
			LogContext.leave();
			request.removeAttribute(ACTOR);
			this.requests.leave(actor.userId());
		}
	}

	/** The admitted user and device. */
	@Override
	public SyncActor resolve(HttpServletRequest request) {
		return (request.getAttribute(ACTOR) instanceof SyncActor actor) ? actor : this.actors.resolve(request);
	}

}
