/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Requests over plain sockets, which no HTTP client would send.
 */
final class Wire {

	private Wire() {
	}

	/**
	 * Reads until the server ends the connection in any way.
	 * @param socket the connection
	 * @return the text
	 */
	static String readAll(Socket socket) {
		StringBuilder text = new StringBuilder();
		byte[] buffer = new byte[64 * 1024];
		try {
			InputStream input = socket.getInputStream();
			int count;
			while ((count = input.read(buffer)) >= 0) {
				text.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
			}
		}
		catch (IOException ex) {
			// ended with something unread, or silent for too long
		}
		return text.toString();
	}

	/**
	 * Sends a little now and then.
	 * @param timer schedules the writes
	 * @param socket the connection
	 * @param drop the bytes of each write
	 * @return is done once the server has ended the connection
	 */
	static ScheduledFuture<?> drip(ScheduledExecutorService timer, Socket socket, String drop) {
		byte[] bytes = drop.getBytes(StandardCharsets.US_ASCII);
		return timer.scheduleWithFixedDelay(() -> {
			try {
				socket.getOutputStream().write(bytes);
			}
			catch (IOException ex) {
				throw new UncheckedIOException("The server has ended the connection", ex);
			}
		}, 0, 50, TimeUnit.MILLISECONDS);
	}

}
