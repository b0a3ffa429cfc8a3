/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.oversync.internal.service.SyncEngine;
import io.oversync.internal.watch.WatchHub.Registration;
import io.oversync.internal.watch.Watcher;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * The requests that wait for news on this node. None of them holds a thread. While none
 * waits, no query is made, and the threads end.
 */
public final class WaitingRequests implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(WaitingRequests.class);

	private static final long IDLE_SECONDS = 30;

	/**
	 * Threads that write pages, of which slow readers of one user may hold a few
	 * ({@code oversync.download.answers-per-user}) as long as they are let.
	 */
	private static final int ANSWERING = 64;

	private final SyncEngine engine;

	private final WatchSettings settings;

	private final FairShare places;

	private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();

	private final ScheduledThreadPoolExecutor timer = scheduler("oversync-watch");

	private final ScheduledThreadPoolExecutor poller = scheduler("oversync-watch-poll");

	private final ThreadPoolExecutor answers = new ThreadPoolExecutor(ANSWERING, ANSWERING, IDLE_SECONDS,
			TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads("oversync-wait"));

	private final AtomicBoolean polling = new AtomicBoolean();

	private volatile @Nullable ScheduledFuture<?> nextPoll;

	private boolean failing;

	private volatile boolean running;

	/**
	 * Creates it.
	 * @param engine the engine
	 * @param settings limits and times
	 */
	public WaitingRequests(SyncEngine engine, WatchSettings settings) {
		this.engine = engine;
		this.settings = settings;
		this.places = new FairShare(settings.total(), settings.perUser());
		this.answers.allowCoreThreadTimeOut(true);
	}

	private static ScheduledThreadPoolExecutor scheduler(String name) {
		ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1, threads(name));
		scheduler.setRemoveOnCancelPolicy(true);
		scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		scheduler.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
		scheduler.allowCoreThreadTimeOut(true);
		return scheduler;
	}

	private static ThreadFactory threads(String name) {
		return (task) -> {
			Thread thread = new Thread(task, name);
			thread.setDaemon(true);
			return thread;
		};
	}

	Duration heartbeat() {
		return this.settings.heartbeat();
	}

	/**
	 * Takes a place for a request that waits.
	 * @param actor the user and the device
	 * @throws SyncException if there is none
	 */
	void enter(SyncActor actor) {
		if (!this.running) {
			throw new SyncException(ErrorCode.TEMPORARILY_UNAVAILABLE, "The server is stopping; please try again");
		}
		if (!this.places.tryEnter(actor.userId())) {
			throw new SyncException(ErrorCode.TOO_MANY_REQUESTS,
					"Too many devices wait for news, of this user or of all; please poll, or try again later");
		}
	}

	void leave(SyncActor actor) {
		this.places.leave(actor.userId());
	}

	/**
	 * Adds a request that has a place.
	 * @param actor the user and the device
	 * @param after the head that the device knows
	 * @param includeSelf whether its own changes are news
	 * @param request ends with the server
	 * @param watcher receives heads
	 * @return the registration
	 */
	Registration add(SyncActor actor, long after, boolean includeSelf, Waiting request, Watcher watcher) {
		Registration registration = this.engine.watch(actor, after, includeSelf, watcher);
		this.waiting.add(request);
		if (this.polling.compareAndSet(false, true)) {
			pollLater();
		}
		if (!this.running) {
			request.stop();
		}
		return registration;
	}

	void remove(Waiting request) {
		this.waiting.remove(request);
	}

	ScheduledFuture<?> later(Runnable task, Duration delay) {
		return this.timer.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
	}

	ScheduledFuture<?> repeatedly(Runnable task, Duration interval) {
		return this.timer.scheduleWithFixedDelay(task, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
	}

	Executor answers() {
		return this.answers;
	}

	private void pollLater() {
		try {
			this.nextPoll = this.poller.schedule(this::poll, this.settings.pollInterval().toMillis(),
					TimeUnit.MILLISECONDS);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The server is stopping", ex);
		}
	}

	private void poll() {
		try {
			this.engine.pollWatched();
			this.failing = false;
		}
		catch (RuntimeException | Error ex) {
			if (this.failing) {
				logger.debug("News from other nodes still cannot be read", ex);
			}
			else {
				logger.warn("News from other nodes could not be read; devices that wait learn of it later", ex);
			}
			this.failing = true;
		}
		if (!this.waiting.isEmpty()) {
			pollLater();
			return;
		}
		this.polling.set(false);
		if (!this.waiting.isEmpty() && this.polling.compareAndSet(false, true)) {
			pollLater();
		}
	}

	@Override
	public void start() {
		this.running = true;
	}

	/** Before the web server, which would wait for these requests. */
	@Override
	public int getPhase() {
		return Integer.MAX_VALUE;
	}

	@Override
	public void stop() {
		this.running = false;
		this.waiting.forEach(Waiting::stop);
		ScheduledFuture<?> poll = this.nextPoll;
		if (poll != null && poll.cancel(false)) {
			// its thread would live until then
			this.polling.set(false);
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** A request that waits. */
	interface Waiting {

		/** Ends the request: the server is stopping. */
		void stop();

	}

}
