/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

import io.oversync.protocol.ChangesSink;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.ResponseWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.exc.JacksonIOException;

/**
 * An answer with everything up to the head, as lines, compressed when the client asks for
 * it. It is passed on before the database is read again. Without a regular end it has no
 * last line.
 */
final class ChangesAnswer implements ChangesSink, AutoCloseable {

	private static final String NDJSON = "application/x-ndjson";

	private final HttpServletResponse response;

	private final boolean headOnly;

	private final AnswerOutputStream answer;

	private final @Nullable Compression compression;

	private final OutputStream body;

	private final ResponseWriter.ChangeLines lines;

	private final long longest;

	private long start = System.nanoTime();

	private boolean hasChanges;

	private long restores;

	private long windowUntil;

	/**
	 * Creates it.
	 * @param request the request
	 * @param response where to
	 * @param limits how fast the client must take it, and how long it goes on
	 * @throws IOException if the client is gone
	 */
	ChangesAnswer(HttpServletRequest request, HttpServletResponse response, DownloadLimits limits) throws IOException {
		this.response = response;
		this.headOnly = request.getMethod().equals("HEAD");
		this.answer = new AnswerOutputStream(response, limits, this::describe);
		this.compression = acceptsGzip(request) ? new Compression(this.answer) : null;
		this.body = (this.compression != null) ? this.compression : this.answer;
		this.lines = ResponseWriter.changeLines(this.body);
		this.longest = limits.longestChanges().toNanos();
	}

	private static boolean acceptsGzip(HttpServletRequest request) {
		String accepted = request.getHeader("Accept-Encoding");
		if (accepted == null) {
			return false;
		}
		for (String coding : accepted.toLowerCase(Locale.ROOT).split(",")) {
			String[] parts = coding.replace(" ", "").split(";");
			if (parts[0].equals("gzip")) {
				return parts.length == 1 || !parts[1].matches("q=0(\\.0*)?");
			}
		}
		return false;
	}

	@Override
	public void begin(long restores, long windowUntil) {
		this.restores = restores;
		this.windowUntil = windowUntil;
		this.start = System.nanoTime();
	}

	private void describe() {
		this.response.setContentType(NDJSON);
		this.response.setHeader("Vary", "Accept-Encoding");
		this.response.setHeader("Oversync-Window-Until", String.valueOf(this.windowUntil));
		if (this.restores > 0) {
			this.response.setHeader("Oversync-Restores", String.valueOf(this.restores));
		}
		if (this.compression != null) {
			this.response.setHeader("Content-Encoding", "gzip");
		}
	}

	@Override
	public void change(DownloadedChange change) {
		if (!this.headOnly) {
			this.lines.change(change);
		}
	}

	@Override
	public void pause() {
		try {
			this.lines.flush();
			this.body.flush();
		}
		catch (IOException ex) {
			throw JacksonIOException.construct(ex);
		}
	}

	@Override
	public boolean isFull() {
		boolean late = System.nanoTime() - this.start > this.longest;
		boolean full = this.headOnly || (late && this.hasChanges);
		// each answer has one at least, so that its client gets on
		this.hasChanges = true;
		return full;
	}

	/**
	 * Ends the answer.
	 * @param window how it ends
	 * @throws IOException if the client is gone
	 */
	void end(DownloadWindow window) throws IOException {
		if (this.headOnly) {
			Responses.start(this.response, 200);
			describe();
			return;
		}
		this.lines.end(window);
		if (this.compression != null) {
			this.compression.finish();
		}
		this.answer.finish();
	}

	/** Does not end the answer. */
	@Override
	public void close() {
		if (this.compression != null) {
			this.compression.release();
		}
	}

	/** What was compressed so far can be read after each flush. */
	private static final class Compression extends GZIPOutputStream {

		private static final int BUFFER = 8192;

		Compression(OutputStream output) throws IOException {
			super(output, BUFFER, true);
			this.def.setLevel(Deflater.BEST_SPEED);
		}

		void release() {
			this.def.end();
		}

	}

}
