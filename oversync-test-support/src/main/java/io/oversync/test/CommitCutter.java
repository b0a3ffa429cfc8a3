/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.test;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network between an application and its PostgreSQL that breaks at the worst moment:
 * the COMMIT arrives and is executed, but its answer is lost.
 */
public final class CommitCutter implements AutoCloseable {

	private static final int CHUNK = 64 * 1024;

	private final ServerSocket listener;

	private final URI database;

	private final String url;

	private final AtomicInteger cuts = new AtomicInteger();

	private CommitCutter(String url, ServerSocket listener) {
		this.database = URI.create(url.replaceFirst("^jdbc:", ""));
		this.listener = listener;
		this.url = url.replaceFirst("//[^/]+/", "//localhost:" + listener.getLocalPort() + "/");
	}

	/**
	 * Opens a proxy to a database.
	 * @param url the database, without TLS
	 * @return the proxy, without cuts so far
	 */
	public static CommitCutter open(String url) {
		try {
			CommitCutter cutter = new CommitCutter(url, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
			start(cutter::accept);
			return cutter;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Returns the address of the database through this proxy.
	 * @return a JDBC URL
	 */
	public String url() {
		return this.url;
	}

	/**
	 * Loses the answers to the next commits.
	 * @param commits the number of commits
	 */
	public void cut(int commits) {
		this.cuts.set(commits);
	}

	private void accept() throws IOException {
		while (true) {
			Socket application = this.listener.accept();
			Socket server = new Socket(this.database.getHost(), this.database.getPort());
			Way way = new Way(application, server);
			start(() -> way.pass(application, server, (chunk, length) -> true));
			start(() -> way.pass(server, application, (chunk, length) -> !isCommitted(chunk, length)
					|| this.cuts.getAndUpdate((cuts) -> Math.max(0, cuts - 1)) == 0));
		}
	}

	private static void start(Work work) {
		Thread thread = new Thread(() -> {
			try {
				work.run();
			}
			catch (IOException ex) {
				// closed by one of the ends
			}
		}, "commit-cutter");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() {
		try {
			this.listener.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Returns whether PostgreSQL reports a commit. */
	private static boolean isCommitted(byte[] answer, int length) {
		return new String(answer, 0, length, StandardCharsets.ISO_8859_1).contains("COMMIT\0");
	}

	/**
	 * A connection.
	 *
	 * @param application one end
	 * @param server the other end
	 */
	private record Way(Socket application, Socket server) {

		void pass(Socket from, Socket to, Filter filter) throws IOException {
			byte[] chunk = new byte[CHUNK];
			try (this.application; this.server) {
				InputStream input = from.getInputStream();
				OutputStream output = to.getOutputStream();
				for (int length = input.read(chunk); length >= 0; length = input.read(chunk)) {
					if (!filter.passes(chunk, length)) {
						return;
					}
					output.write(chunk, 0, length);
				}
			}
		}

	}

	/** Inspects the bytes that are sent. */
	private interface Filter {

		boolean passes(byte[] chunk, int length);

	}

	/** The work of a thread. */
	private interface Work {

		void run() throws IOException;

	}

}
