/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.oversync.client.http.SyncHttp.Request;
import io.oversync.client.http.SyncHttp.Response;
import io.oversync.client.http.SyncHttp;
import io.oversync.client.internal.support.Nanos;
import org.jspecify.annotations.Nullable;

/**
 * One exchange: a thread of its own sends the request and reads the response a few chunks
 * ahead of the caller, who waits with a deadline.
 */
final class DeadlineExchange {

	static final String CLOSED = "The client was closed";

	private static final int CHUNK_BYTES = 64 * 1024;

	private static final int CHUNKS_AHEAD = 4;

	/** Slower requests and responses are given up, after the server's time of silence. */
	private static final long MIN_BYTES_PER_SECOND = 1024;

	/** For the end of a response that was read, so that its connection can be reused. */
	private static final Duration LINGER = Duration.ofMillis(100);

	private final ExecutorService threads;

	private long patience;

	/** Whether the response may take for ever, as long as it is not silent. */
	private boolean endless;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Deque<byte[]> chunks = new ArrayDeque<>();

	private @Nullable Thread reader;

	private @Nullable Response received;

	private boolean ended;

	private @Nullable Throwable failure;

	private boolean aborted;

	private boolean abandoned;

	/** The time for which the caller has waited for the body, in nanoseconds. */
	private long waited;

	private long bytes;

	DeadlineExchange(ExecutorService threads, Duration patience) {
		this.threads = threads;
		this.patience = Nanos.of(patience);
	}

	/**
	 * Starts the exchange.
	 * @param afterwards runs when the transport has returned, however late
	 */
	void start(SyncHttp transport, Request request, Runnable afterwards) throws IOException {
		try {
			this.threads.execute(() -> {
				try {
					run(transport, request);
				}
				finally {
					afterwards.run();
				}
			});
		}
		catch (RejectedExecutionException ex) {
			afterwards.run();
			throw new IOException(CLOSED, ex);
		}
	}

	private void run(SyncHttp transport, Request request) {
		if (!begin()) {
			return;
		}
		try (Response response = answered(transport.exchange(request))) {
			boolean wanted = arrive(response);
			byte[] buffer = new byte[CHUNK_BYTES];
			while (wanted) {
				int length = response.body().read(buffer);
				if (length < 0) {
					// closing may take longer
					end(null);
					return;
				}
				wanted = add(Arrays.copyOf(buffer, length));
			}
		}
		catch (Throwable ex) {
			// the caller, who is another thread, throws it
			end(ex);
		}
		finally {
			end(null);
		}
	}

	/** Refuses what a {@link SyncHttp} of the application must not return. */
	private static Response answered(@Nullable Response response) throws IOException {
		if (response == null || response.headers() == null || response.body() == null) {
			throw new IOException("The SyncHttp returned "
					+ ((response != null) ? "a response without headers or body" : "null instead of a response")
					+ ": let it throw an IOException if there is none");
		}
		return response;
	}

	private boolean begin() {
		this.lock.lock();
		try {
			this.reader = Thread.currentThread();
			return !this.abandoned;
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean arrive(Response response) {
		this.lock.lock();
		try {
			this.received = response;
			this.changed.signalAll();
			return !this.abandoned;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Returns whether the caller wants more. */
	private boolean add(byte[] chunk) throws InterruptedException {
		this.lock.lock();
		try {
			while (this.chunks.size() >= CHUNKS_AHEAD && !this.abandoned) {
				this.changed.await();
			}
			this.chunks.add(chunk);
			this.changed.signalAll();
			return !this.abandoned;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void end(@Nullable Throwable problem) {
		this.lock.lock();
		try {
			if (!this.ended) {
				this.ended = true;
				this.failure = problem;
				this.changed.signalAll();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Waits for the head of the response. */
	Response response(Request request) throws IOException, InterruptedException {
		byte[] body = request.body();
		long left = this.patience + timeFor((body != null) ? body.length : 0);
		this.lock.lock();
		try {
			while (this.received == null && !this.ended) {
				refuseAborted();
				if (left <= 0) {
					throw new IOException("The server has not answered in time");
				}
				left = this.changed.awaitNanos(left);
			}
			Response response = this.received;
			if (response == null) {
				throw failed();
			}
			return new Response(response.status(), response.headers(), new Body());
		}
		catch (IOException | InterruptedException | RuntimeException | Error ex) {
			abandon();
			throw ex;
		}
		finally {
			this.lock.unlock();
		}
	}

	private static long timeFor(long bytes) {
		return TimeUnit.SECONDS.toNanos(bytes / MIN_BYTES_PER_SECOND);
	}

	private void refuseAborted() throws IOException {
		if (this.aborted) {
			throw new IOException(CLOSED);
		}
	}

	/** Throws an error of the transport, or returns what else it has thrown. */
	private IOException failed() {
		Throwable problem = this.failure;
		if (problem instanceof Error error) {
			throw error;
		}
		return (problem instanceof IOException io) ? io : new IOException("The request failed: " + problem, problem);
	}

	/**
	 * Lets the response take for ever.
	 * @param silence the time for which it may be silent
	 */
	void keepOpen(Duration silence) {
		this.lock.lock();
		try {
			this.patience = Nanos.of(silence);
			this.endless = true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Returns the next bytes, or null at the end of the response. */
	private byte @Nullable [] next() throws IOException {
		this.lock.lock();
		try {
			refuseAborted();
			byte[] chunk = this.chunks.poll();
			while (chunk == null && !this.ended) {
				await();
				refuseAborted();
				chunk = this.chunks.poll();
			}
			if (chunk != null) {
				this.bytes += chunk.length;
				this.changed.signalAll();
			}
			else if (this.failure != null) {
				throw failed();
			}
			return chunk;
		}
		catch (InterruptedException ex) {
			abandon();
			Thread.currentThread().interrupt();
			throw new InterruptedIOException("Interrupted while reading the response");
		}
		catch (IOException ex) {
			abandon();
			throw ex;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void await() throws IOException, InterruptedException {
		long start = System.nanoTime();
		long allowed = this.endless ? this.patience
				: Math.min(this.patience, this.patience + timeFor(this.bytes) - this.waited);
		boolean silent = allowed <= 0 || !this.changed.await(allowed, TimeUnit.NANOSECONDS);
		this.waited += System.nanoTime() - start;
		if (silent && !this.aborted && this.chunks.isEmpty() && !this.ended) {
			throw new IOException("The response stalls after " + this.bytes + " bytes");
		}
	}

	/** Ends the wait of the caller, which is another thread. */
	void abort() {
		this.lock.lock();
		try {
			this.aborted = true;
			abandon();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Ends the thread that reads, as far as the transport lets it. */
	private void abandon() {
		boolean over = this.abandoned || this.ended;
		this.abandoned = true;
		this.changed.signalAll();
		if (over) {
			return;
		}
		if (this.reader != null) {
			this.reader.interrupt();
		}
		Response response = this.received;
		if (response != null) {
			try {
				// closing may block as well
				this.threads.execute(() -> closeQuietly(response));
			}
			catch (RejectedExecutionException ex) {
				closeQuietly(response);
			}
		}
	}

	private static void closeQuietly(Response response) {
		try {
			response.close();
		}
		catch (IOException ex) {
			// it was given up anyway
		}
	}

	/** Waits a moment for the end, which has usually come already. */
	private void finish() {
		this.lock.lock();
		try {
			long left = LINGER.toNanos();
			while (!this.ended && left > 0 && !this.abandoned) {
				this.chunks.clear();
				this.changed.signalAll();
				left = this.changed.awaitNanos(left);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			abandon();
			this.lock.unlock();
		}
	}

	/** The body as the caller reads it. */
	private final class Body extends InputStream {

		private byte @Nullable [] chunk = {};

		private int position;

		@Override
		public int read() throws IOException {
			byte[] single = new byte[1];
			return (read(single, 0, 1) < 0) ? -1 : single[0] & 0xFF;
		}

		@Override
		public int read(byte[] target, int offset, int length) throws IOException {
			if (length == 0) {
				return 0;
			}
			while (this.chunk != null && this.position == this.chunk.length) {
				this.chunk = next();
				this.position = 0;
			}
			if (this.chunk == null) {
				return -1;
			}
			int read = Math.min(length, this.chunk.length - this.position);
			System.arraycopy(this.chunk, this.position, target, offset, read);
			this.position += read;
			return read;
		}

		@Override
		public void close() {
			finish();
		}

	}

}
