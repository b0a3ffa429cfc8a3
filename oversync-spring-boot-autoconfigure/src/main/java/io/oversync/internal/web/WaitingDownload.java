/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;

import io.oversync.internal.watch.WatchHub.Registration;
import io.oversync.internal.watch.Watcher;
import io.oversync.internal.web.WaitingRequests.Waiting;
import io.oversync.internal.log.LogContext;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A download that waits for a change, without a thread. It is answered by a thread of
 * {@link WaitingRequests}, not dispatched again: the application's security saw it once.
 */
final class WaitingDownload implements Watcher, Waiting, AsyncListener {

	private static final Log logger = LogFactory.getLog(WaitingDownload.class);

	private final WaitingRequests requests;

	private final SyncActor actor;

	private final AsyncContext context;

	private final Attempt attempt;

	private @Nullable Registration registration;

	private @Nullable ScheduledFuture<?> timeout;

	private boolean answering;

	/** Whether something came in during an attempt. */
	private boolean moved;

	private boolean last;

	private boolean released;

	WaitingDownload(WaitingRequests requests, SyncActor actor, AsyncContext context, Attempt attempt) {
		this.requests = requests;
		this.actor = actor;
		this.context = context;
		this.attempt = attempt;
	}

	synchronized void start(Registration registered, Duration wait) {
		this.registration = registered;
		this.context.addListener(this);
		this.timeout = this.requests.later(this::stop, wait);
		// what was committed before the registration
		head(0);
	}

	@Override
	public synchronized void head(long head) {
		this.moved = true;
		answerLater();
	}

	/** The attempt refuses the device. */
	@Override
	public void revoked() {
		head(0);
	}

	@Override
	public synchronized void stop() {
		this.last = true;
		answerLater();
	}

	private void answerLater() {
		if (!this.answering && !this.released && this.registration != null) {
			this.answering = true;
			this.requests.answers().execute(this::answer);
		}
	}

	private void answer() {
		boolean lastAttempt;
		synchronized (this) {
			if (this.released) {
				return;
			}
			this.moved = false;
			lastAttempt = this.last;
		}
		boolean answered;
		LogContext.enter(this.actor);
		try {
			answered = this.attempt.answer(lastAttempt);
		}
		catch (IOException | RuntimeException | Error ex) {
			fail(ex);
			answered = true;
		}
		finally {
			LogContext.leave();
		}
		synchronized (this) {
			this.answering = false;
			if (answered) {
				end();
			}
			else if (this.moved || this.last) {
				answerLater();
			}
		}
	}

	private void fail(Throwable failure) {
		HttpServletResponse response = (HttpServletResponse) this.context.getResponse();
		if (failure instanceof IOException) {
			logger.debug("The client is gone", failure);
			return;
		}
		if (response.isCommitted()) {
			logger.warn("The answer to a sync request broke off", failure);
			SyncRequestFilter.breakOff((HttpServletRequest) this.context.getRequest(), new IOException(failure));
			release();
			this.context.dispatch();
			return;
		}
		try {
			if (failure instanceof SyncException sync) {
				Responses.error(response, sync);
			}
			else {
				logger.error("A sync request failed", failure);
				Responses.error(response, ErrorCode.DOWNLOAD_FAILED,
						"The server could not complete the request; nothing was changed");
			}
		}
		catch (IOException ex) {
			logger.debug("The client is gone", ex);
		}
	}

	private void end() {
		if (release()) {
			try {
				this.context.complete();
			}
			catch (IllegalStateException ex) {
				logger.debug("The container has ended the request", ex);
			}
		}
	}

	private synchronized boolean release() {
		if (this.released) {
			return false;
		}
		this.released = true;
		if (this.timeout != null) {
			this.timeout.cancel(false);
		}
		if (this.registration != null) {
			this.registration.close();
		}
		this.requests.remove(this);
		this.requests.leave(this.actor);
		return true;
	}

	@Override
	public void onComplete(AsyncEvent event) {
		release();
	}

	@Override
	public synchronized void onTimeout(AsyncEvent event) {
		end();
	}

	@Override
	public synchronized void onError(AsyncEvent event) {
		end();
	}

	@Override
	public void onStartAsync(AsyncEvent event) {
		// is started once
	}

	/** Reads the page and sends it. */
	interface Attempt {

		/**
		 * Answers if there is something to send.
		 * @param last whether to answer in any case
		 * @return whether the answer was sent
		 * @throws IOException if the client is gone
		 */
		boolean answer(boolean last) throws IOException;

	}

}
