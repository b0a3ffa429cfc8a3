/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * A connection for arbitrary bytes.
 */
final class RawConnection implements Closeable {

	private static final int CONNECT_MILLIS = 10_000;

	/** After this silence, the server counts as unresponsive. */
	private static final int SILENCE_MILLIS = 30_000;

	private static final int LINE = 256;

	private final Socket socket = new Socket();

	/**
	 * Connects.
	 * @param server its address
	 * @param receiveBuffer the bytes that the system buffers before they are read; 0 for
	 * its default
	 */
	RawConnection(URI server, int receiveBuffer) throws IOException {
		if (receiveBuffer > 0) {
			this.socket.setReceiveBufferSize(receiveBuffer);
		}
		this.socket.setSoTimeout(SILENCE_MILLIS);
		this.socket.setTcpNoDelay(true);
		this.socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), CONNECT_MILLIS);
	}

	void send(String text) throws IOException {
		send(text.getBytes(StandardCharsets.UTF_8));
	}

	void send(byte[] bytes) throws IOException {
		OutputStream out = this.socket.getOutputStream();
		out.write(bytes);
		out.flush();
	}

	/**
	 * Reads the first line of an answer.
	 * @return its status, or 0 if the server has closed the connection
	 */
	int readStatus() throws IOException {
		StringBuilder line = new StringBuilder();
		InputStream in = this.socket.getInputStream();
		for (int next = in.read(); next >= 0 && next != '\n' && line.length() < LINE; next = in.read()) {
			line.append((char) next);
		}
		String[] words = line.toString().trim().split(" ");
		return (words.length > 1 && words[1].matches("\\d{3}")) ? Integer.parseInt(words[1]) : 0;
	}

	/**
	 * Reads some bytes.
	 * @param most how many at most
	 * @return how many, or -1 at the end
	 */
	int read(int most) throws IOException {
		return this.socket.getInputStream().read(new byte[most]);
	}

	/** Reads until the server closes the connection. */
	void drain() throws IOException {
		byte[] buffer = new byte[1 << 16];
		InputStream in = this.socket.getInputStream();
		while (in.read(buffer) >= 0) {
			// the content does not matter
		}
	}

	/** Makes {@link #close} discard pending bytes, as the crash of a device does. */
	void resetOnClose() throws IOException {
		this.socket.setSoLinger(true, 0);
	}

	boolean isClosed() {
		return this.socket.isClosed();
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
