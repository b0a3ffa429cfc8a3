/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A network with a long way: whatever is sent arrives half a round trip later, in any
 * amount. A connection takes a round trip before anything is sent on it.
 */
final class LatencyProxy implements AutoCloseable {

	private static final int CHUNK = 64 * 1024;

	private static final byte[] END = {};

	private final ServerSocket listener;

	private final int port;

	private final Duration roundTrip;

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	/**
	 * Starts it on a free port.
	 * @param port the port of the server
	 * @param roundTrip the way there and back
	 */
	LatencyProxy(int port, Duration roundTrip) throws IOException {
		this.port = port;
		this.roundTrip = roundTrip;
		this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		daemon(this::accept);
	}

	private static void daemon(Task task) {
		Thread thread = new Thread(() -> {
			try {
				task.run();
			}
			catch (IOException ex) {
				// the connection has ended
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}, "latency-proxy");
		thread.setDaemon(true);
		thread.start();
	}

	int port() {
		return this.listener.getLocalPort();
	}

	private void accept() throws IOException {
		while (true) {
			Socket client = this.listener.accept();
			this.sockets.add(client);
			daemon(() -> connect(client));
		}
	}

	private void connect(Socket client) throws IOException, InterruptedException {
		TimeUnit.NANOSECONDS.sleep(this.roundTrip.toNanos());
		Socket server = new Socket(InetAddress.getLoopbackAddress(), this.port);
		this.sockets.add(server);
		for (Socket socket : new Socket[] { client, server }) {
			socket.setTcpNoDelay(true);
		}
		relay(client, server);
		relay(server, client);
	}

	private void relay(Socket from, Socket to) {
		BlockingQueue<Chunk> way = new LinkedBlockingQueue<>();
		daemon(() -> {
			byte[] buffer = new byte[CHUNK];
			int length = 0;
			while (length >= 0) {
				length = from.getInputStream().read(buffer);
				way.put(new Chunk(System.nanoTime() + this.roundTrip.toNanos() / 2,
						(length >= 0) ? Arrays.copyOf(buffer, length) : END));
			}
		});
		daemon(() -> {
			Chunk chunk = way.take();
			while (chunk.bytes != END) {
				TimeUnit.NANOSECONDS.sleep(chunk.arrival - System.nanoTime());
				to.getOutputStream().write(chunk.bytes);
				chunk = way.take();
			}
			to.shutdownOutput();
		});
	}

	@Override
	public void close() throws IOException {
		this.listener.close();
		for (Socket socket : this.sockets) {
			socket.close();
		}
	}

	/** The work of a thread. */
	private interface Task {

		void run() throws IOException, InterruptedException;

	}

	/**
	 * Bytes under way.
	 *
	 * @param arrival when they arrive
	 * @param bytes the bytes
	 */
	private record Chunk(long arrival, byte[] bytes) {
	}

}
