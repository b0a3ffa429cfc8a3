/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import io.oversync.benchmarks.http.server.BenchTokens;

/**
 * A device that watches over a bare socket.
 */
final class WatchingDevice implements AutoCloseable {

	private static final long PATIENCE = 10_000_000_000L;

	private final Socket socket;

	private final BufferedReader reader;

	private volatile long head;

	private volatile long received;

	/**
	 * Opens the answer, and does not read its events.
	 * @param port of the server
	 * @param user the user
	 * @param device the device
	 */
	WatchingDevice(int port, String user, String device) throws IOException {
		this.socket = new Socket("127.0.0.1", port);
		this.socket.getOutputStream()
			.write(("GET /sync/watch HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
					+ BenchTokens.sign(user, device) + "\r\n\r\n")
				.getBytes(StandardCharsets.US_ASCII));
		this.reader = new BufferedReader(new InputStreamReader(this.socket.getInputStream(), StandardCharsets.US_ASCII),
				256);
		String status = this.reader.readLine();
		if (status == null || !status.contains(" 200")) {
			throw new IllegalStateException("Answered " + status);
		}
	}

	/** Reads the events from now on. */
	WatchingDevice reading() {
		Thread thread = new Thread(this::read, "watching");
		thread.setDaemon(true);
		thread.start();
		return this;
	}

	private void read() {
		try {
			for (String line = this.reader.readLine(); line != null; line = this.reader.readLine()) {
				if (line.startsWith("data: ")) {
					receive(Long.parseLong(line.replaceAll("\\D", "")));
				}
			}
		}
		catch (IOException ex) {
			// closed
		}
	}

	private synchronized void receive(long moved) {
		this.received = System.nanoTime();
		this.head = moved;
		notifyAll();
	}

	/** Waits for a head, and returns when it came, in nanoseconds. */
	synchronized long awaitHead(long expected) throws InterruptedException {
		long end = System.nanoTime() + PATIENCE;
		while (this.head < expected) {
			if (System.nanoTime() > end) {
				throw new IllegalStateException("No event for " + expected + " but for " + this.head);
			}
			wait(1000);
		}
		return this.received;
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
