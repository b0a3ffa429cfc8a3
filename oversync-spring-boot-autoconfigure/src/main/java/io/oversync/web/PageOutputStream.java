package io.oversync.web;

import java.io.IOException;
import java.io.OutputStream;

import jakarta.servlet.http.HttpServletResponse;

import org.springframework.util.FastByteArrayOutputStream;

/**
 * Holds an answer back until it is complete or too large to be held. Until then an error
 * can still be told with its own status.
 */
final class PageOutputStream extends OutputStream {

	private static final int MAX_HELD = 64 * 1024;

	private final HttpServletResponse response;

	private final OutputStream answer;

	private final FastByteArrayOutputStream held = new FastByteArrayOutputStream(8 * 1024);

	private boolean started;

	PageOutputStream(HttpServletResponse response, DownloadLimits limits) {
		this.response = response;
		this.answer = new PacedOutputStream(response::getOutputStream, limits.rate(), limits.grace(), System::nanoTime);
	}

	@Override
	public void write(int value) throws IOException {
		write(new byte[] { (byte) value }, 0, 1);
	}

	@Override
	public void write(byte[] bytes, int offset, int length) throws IOException {
		if (!this.started && this.held.size() + length > MAX_HELD) {
			release();
		}
		if (this.started) {
			this.answer.write(bytes, offset, length);
		}
		else {
			this.held.write(bytes, offset, length);
		}
	}

	/**
	 * Ends the answer.
	 * @throws IOException if the client is gone
	 */
	void finish() throws IOException {
		if (!this.started) {
			release();
		}
	}

	private void release() throws IOException {
		this.started = true;
		Responses.start(this.response, 200);
		this.held.writeTo(this.answer);
		this.held.reset();
	}

}
