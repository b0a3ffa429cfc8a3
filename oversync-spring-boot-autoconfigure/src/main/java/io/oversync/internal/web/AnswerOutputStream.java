/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.IOException;
import java.io.OutputStream;

import jakarta.servlet.http.HttpServletResponse;

import org.springframework.util.FastByteArrayOutputStream;

/**
 * Passes an answer on while it is written, except its start, which is held back. A small
 * answer is sent as a whole, with its length, and an error until then is answered with
 * its own status.
 */
final class AnswerOutputStream extends OutputStream {

	private static final int MOST_HELD = 64 * 1024;

	private final HttpServletResponse response;

	private final OutputStream body;

	private final FastByteArrayOutputStream held = new FastByteArrayOutputStream(1024);

	private final Runnable head;

	private boolean started;

	AnswerOutputStream(HttpServletResponse response, DownloadLimits limits) {
		this(response, limits, () -> {
		});
	}

	/**
	 * Creates it.
	 * @param response where to
	 * @param limits how fast the client must take it
	 * @param head adds to the head of an answer that is no error
	 */
	AnswerOutputStream(HttpServletResponse response, DownloadLimits limits, Runnable head) {
		this.response = response;
		this.head = head;
		this.body = new PacedOutputStream(response::getOutputStream, limits.rate(), limits.grace(), System::nanoTime);
	}

	@Override
	public void write(int value) throws IOException {
		write(new byte[] { (byte) value }, 0, 1);
	}

	@Override
	public void write(byte[] bytes, int offset, int length) throws IOException {
		if (!this.started && this.held.size() + length > MOST_HELD) {
			start();
		}
		if (this.started) {
			this.body.write(bytes, offset, length);
		}
		else {
			this.held.write(bytes, offset, length);
		}
	}

	/** Passes on what is no longer held back. */
	@Override
	public void flush() throws IOException {
		if (this.started) {
			this.body.flush();
		}
	}

	/**
	 * Ends the answer.
	 * @throws IOException if the client is gone
	 */
	void finish() throws IOException {
		if (!this.started) {
			this.response.setContentLength(this.held.size());
			start();
		}
	}

	private void start() throws IOException {
		this.started = true;
		Responses.start(this.response, 200);
		this.head.run();
		this.held.writeTo(this.body);
		this.held.reset();
	}

}
