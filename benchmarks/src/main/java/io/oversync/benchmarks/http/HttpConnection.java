/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A keep-alive connection that sends bytes and reads answers with as little work as
 * possible.
 */
final class HttpConnection implements AutoCloseable {

	private static final String LENGTH = "content-length:";

	private static final String CHUNKED = "transfer-encoding: chunked";

	private final Socket socket;

	private final InputStream input;

	private final OutputStream output;

	private final byte[] buffer = new byte[1 << 16];

	private int position;

	private int limit;

	private byte[] body = new byte[1 << 16];

	private int length;

	HttpConnection(int port) throws IOException {
		this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
		this.socket.setTcpNoDelay(true);
		this.input = this.socket.getInputStream();
		this.output = this.socket.getOutputStream();
	}

	/**
	 * Sends a request and reads the whole answer.
	 * @param request head and body
	 * @return the status
	 */
	int exchange(byte[] request) throws IOException {
		this.output.write(request);
		int status = Integer.parseInt(line().split(" ", 3)[1]);
		readBody();
		return status;
	}

	private void readBody() throws IOException {
		this.length = 0;
		int contentLength = 0;
		boolean chunked = false;
		for (String line = line(); !line.isEmpty(); line = line()) {
			if (line.regionMatches(true, 0, LENGTH, 0, LENGTH.length())) {
				contentLength = Integer.parseInt(line.substring(LENGTH.length()).trim());
			}
			chunked |= line.equalsIgnoreCase(CHUNKED);
		}
		if (chunked) {
			readChunks();
		}
		else {
			append(contentLength);
		}
	}

	private void readChunks() throws IOException {
		int size;
		do {
			size = Integer.parseInt(line(), 16);
			append(size);
			line();
		}
		while (size > 0);
	}

	private void append(int count) throws IOException {
		if (this.length + count > this.body.length) {
			this.body = Arrays.copyOf(this.body, Math.max(this.length + count, 2 * this.body.length));
		}
		int end = this.length + count;
		while (this.length < end) {
			fill();
			int part = Math.min(end - this.length, this.limit - this.position);
			System.arraycopy(this.buffer, this.position, this.body, this.length, part);
			this.position += part;
			this.length += part;
		}
	}

	private String line() throws IOException {
		StringBuilder line = new StringBuilder();
		while (true) {
			fill();
			char next = (char) this.buffer[this.position++];
			if (next == '\n') {
				return line.toString();
			}
			if (next != '\r') {
				line.append(next);
			}
		}
	}

	/** Reads at least one byte. */
	private void fill() throws IOException {
		if (this.position == this.limit) {
			this.position = 0;
			this.limit = this.input.read(this.buffer);
			if (this.limit < 0) {
				this.limit = 0;
				throw new EOFException("The server has closed the connection");
			}
		}
	}

	/** Counts a word in the body of the last answer. */
	int count(byte[] word) {
		int count = 0;
		for (int i = 0; i <= this.length - word.length; i++) {
			if (this.body[i] == word[0] && Arrays.equals(this.body, i, i + word.length, word, 0, word.length)) {
				count++;
			}
		}
		return count;
	}

	/** Returns the number of bytes in the body of the last answer. */
	int length() {
		return this.length;
	}

	/** Returns the body of the last answer. */
	InputStream stream() {
		return new ByteArrayInputStream(this.body, 0, this.length);
	}

	/** Returns the body of the last answer as text. */
	String body() {
		return new String(this.body, 0, this.length, StandardCharsets.UTF_8);
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
