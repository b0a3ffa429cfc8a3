/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

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

	private final SyncActorResolver actors;

	private final FairShare requests;

	/**
	 * Creates it.
	 * @param actors resolves user and device
	 * @param requests the places for requests
	 */
	AdmittedActors(SyncActorResolver actors, FairShare requests) {
		this.actors = actors;
		this.requests = requests;
	}

	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
		SyncActor actor = this.actors.resolve(request);
		if (!this.requests.tryEnter(actor.userId())) {
			throw new AbandonedRequestException(
					"There are too many requests at a time, of this user or of all; nothing was changed, please try again");
		}
		request.setAttribute(ACTOR, actor);
		return true;
	}

	@Override
	public void afterCompletion(HttpServletRequest request, HttpServletResponse response, Object handler,
			@Nullable Exception exception) {
		if (request.getAttribute(ACTOR) instanceof SyncActor actor) {
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
