/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server of HTTP whose every response has a head and a part of its body, and then
 * stalls.
 */
final class StallingServer implements AutoCloseable {

	private final ServerSocket socket;

	private final List<Socket> connections = new CopyOnWriteArrayList<>();

	private final AtomicInteger stalled = new AtomicInteger();

	private final String head;

	private final long dripMillis;

	/**
	 * Starts it on a free port.
	 * @param head the response up to where it stalls
	 * @param dripMillis how often another blank comes, or 0 for never
	 */
	StallingServer(String head, long dripMillis) {
		this.head = head;
		this.dripMillis = dripMillis;
		try {
			this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		daemon(this::accept);
	}

	private static void daemon(Runnable task) {
		Thread thread = new Thread(task, "stalling-server");
		thread.setDaemon(true);
		thread.start();
	}

	URI url() {
		return URI.create("http://localhost:" + this.socket.getLocalPort() + "/sync");
	}

	/** How many responses have stalled. */
	int stalled() {
		return this.stalled.get();
	}

	private void accept() {
		try {
			while (true) {
				Socket connection = this.socket.accept();
				this.connections.add(connection);
				daemon(() -> stall(connection));
			}
		}
		catch (IOException ex) {
			// closed
		}
	}

	private void stall(Socket connection) {
		try {
			InputStream request = connection.getInputStream();
			request.read(new byte[64 * 1024]);
			OutputStream response = connection.getOutputStream();
			response.write(this.head.getBytes(StandardCharsets.UTF_8));
			response.flush();
			this.stalled.incrementAndGet();
			while (this.dripMillis > 0) {
				TimeUnit.MILLISECONDS.sleep(this.dripMillis);
				response.write(' ');
				response.flush();
			}
		}
		catch (IOException ex) {
			// the client has gone
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void close() {
		try {
			this.socket.close();
			for (Socket connection : this.connections) {
				connection.close();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
