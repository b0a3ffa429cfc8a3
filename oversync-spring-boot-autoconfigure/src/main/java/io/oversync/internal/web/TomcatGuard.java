/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.catalina.Lifecycle;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.apache.tomcat.util.net.SocketEvent;

/**
 * Protects the threads and connections of a Tomcat from clients that only hold them. Runs
 * before everything else, so that it also covers requests that Tomcat or a filter answers
 * itself.
 * <p>
 * A request may be answered before its body was read: without a token, with the wrong
 * method, or because it needs no body. Tomcat then reads the rest, with a thread, for as
 * long as it trickles in. Here only a few threads do that, since some clients read the
 * answer only after sending the body, and only while the body arrives at a minimum rate.
 * After that, and at once for all other requests, the connection ends with the answer.
 * <p>
 * When half of the connections are taken, each ends with its next answer: a client that
 * holds hundreds of them must compete for them with all others.
 * <p>
 * One thread answers all requests that are sent at once on a connection, while others
 * wait. No client of today sends the next request before it has its answer; a connection
 * on which that happens ends with the answer.
 */
public final class TomcatGuard implements Adapter {

	/** The share of the threads that may read the rest of bodies. */
	private static final int READERS_SHARE = 4;

	/** Of an executor of the application's, such as one of virtual threads. */
	private static final int UNKNOWN_THREADS = 200;

	/** The share of the connections that may be kept. */
	private static final int KEPT_SHARE = 2;

	private static final Duration GRACE = Duration.ofSeconds(2);

	private final Adapter adapter;

	private final AbstractHttp11Protocol<?> protocol;

	private final long bytesPerSecond;

	private final Semaphore readers;

	private TomcatGuard(AbstractHttp11Protocol<?> protocol, long bytesPerSecond) {
		this.adapter = protocol.getAdapter();
		this.protocol = protocol;
		this.bytesPerSecond = bytesPerSecond;
		int threads = (protocol.getMaxThreads() > 0) ? protocol.getMaxThreads() : UNKNOWN_THREADS;
		this.readers = new Semaphore(Math.max(1, threads / READERS_SHARE));
	}

	/**
	 * Guards a connector as soon as it starts. A connector without HTTP/1.1 is left
	 * unchanged.
	 * @param connector the connector
	 * @param bytesPerSecond the least rate at which the rest of a body must come in
	 */
	public static void guard(Connector connector, long bytesPerSecond) {
		connector.addLifecycleListener((event) -> {
			if (event.getType().equals(Lifecycle.AFTER_INIT_EVENT)
					&& connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> protocol) {
				protocol.setAdapter(new TomcatGuard(protocol, bytesPerSecond));
			}
		});
	}

	@Override
	public void service(Request request, Response response) throws Exception {
		if (isCrowded() || (isHttp1(request) && request.isFinished() && isPipelined(request))) {
			response.addHeader("Connection", "close");
		}
		this.adapter.service(request, response);
		end(request);
	}

	@Override
	public boolean asyncDispatch(Request request, Response response, SocketEvent event) throws Exception {
		boolean success = this.adapter.asyncDispatch(request, response, event);
		if (success) {
			end(request);
		}
		return success;
	}

	private boolean isCrowded() {
		int most = this.protocol.getMaxConnections();
		return most > 0 && this.protocol.getConnectionCount() > most / KEPT_SHARE;
	}

	/** HTTP/2 has streams that end alone. */
	private void end(Request request) {
		if (!isHttp1(request) || is(request, ActionCode.IS_ERROR) || is(request, ActionCode.ASYNC_IS_ASYNC)) {
			return;
		}
		if (!request.isFinished() && this.readers.tryAcquire()) {
			try {
				readOn(request);
			}
			finally {
				this.readers.release();
			}
		}
		if (!request.isFinished() || isPipelined(request)) {
			request.action(ActionCode.DISABLE_SWALLOW_INPUT, null);
		}
	}

	/** Returns whether the next request has come in behind this one, which is read. */
	private static boolean isPipelined(Request request) {
		return request.getInputBuffer() instanceof ApplicationBufferHandler buffer
				&& buffer.getByteBuffer().hasRemaining();
	}

	private static boolean isHttp1(Request request) {
		return request.protocol().toString().startsWith("HTTP/1");
	}

	private static boolean is(Request request, ActionCode question) {
		AtomicBoolean answer = new AtomicBoolean();
		request.action(question, answer);
		return answer.get();
	}

	/** Each single read has the connector's timeout. */
	private void readOn(Request request) {
		Pace pace = new Pace(this.bytesPerSecond, GRACE, System::nanoTime);
		Discarded discarded = new Discarded();
		int most = this.protocol.getMaxSwallowSize();
		try {
			int count = 0;
			while (count >= 0 && !pace.isTooSlow() && (most < 0 || pace.passed() <= most)) {
				count = request.doRead(discarded);
				pace.count(Math.max(0, count));
			}
		}
		catch (IOException ex) {
			// silent, gone, or not HTTP: the rest is not read
		}
	}

	@Override
	public boolean prepare(Request request, Response response) throws Exception {
		return this.adapter.prepare(request, response);
	}

	@Override
	public void log(Request request, Response response, long time) {
		this.adapter.log(request, response, time);
	}

	@Override
	public void checkRecycled(Request request, Response response) {
		this.adapter.checkRecycled(request, response);
	}

	@Override
	public String getDomain() {
		return this.adapter.getDomain();
	}

	/** Discards the bytes that are read. */
	private static final class Discarded implements ApplicationBufferHandler {

		private ByteBuffer buffer = ByteBuffer.allocate(0);

		@Override
		public void setByteBuffer(ByteBuffer buffer) {
			this.buffer = buffer;
		}

		@Override
		public ByteBuffer getByteBuffer() {
			return this.buffer;
		}

		@Override
		public void expand(int size) {
			// nothing is kept
		}

	}

}
