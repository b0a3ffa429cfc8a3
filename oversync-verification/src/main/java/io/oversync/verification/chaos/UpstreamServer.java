/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The server behind the proxy. Each request has a connection of its own, so that its fate
 * is certain: on a reused connection, a request may meet the server's close after the
 * request before.
 */
final class UpstreamServer {

	private static final int HTTP_PORT = 80;

	private static final int CONNECT_MILLIS = 10_000;

	private static final int READ_MILLIS = 60_000;

	private static final int OK = 200;

	private static final int NO_CONTENT = 204;

	private static final int NOT_MODIFIED = 304;

	private final String host;

	private final int port;

	/**
	 * Names a server; nothing is sent.
	 * @param address such as {@code http://localhost:8080}
	 */
	UpstreamServer(String address) {
		URI uri = URI.create(address);
		if (!"http".equals(uri.getScheme()) || uri.getHost() == null) {
			throw new IllegalArgumentException("Not an address of plain http: " + address);
		}
		this.host = uri.getHost();
		this.port = (uri.getPort() >= 0) ? uri.getPort() : HTTP_PORT;
	}

	/** Returns the header that requests to it need: {@code Host: …}. */
	String hostField() {
		return "Host: " + this.host + ":" + this.port;
	}

	/**
	 * Hands a request to the server and waits for the answer.
	 * @return empty if there was no connection
	 */
	Optional<Arrival> send(HttpMessage request) {
		boolean connected = false;
		boolean complete = false;
		try (Socket socket = new Socket()) {
			OutputStream out = connect(socket);
			connected = true;
			out.write(request.bytes());
			complete = true;
			HttpMessage answer = readAnswer(new BufferedInputStream(socket.getInputStream()));
			return Optional.of(new Arrival(true, answer.status(), answer, answer.decodedBody()));
		}
		catch (IOException ex) {
			return connected ? Optional.of(Arrival.unanswered(complete)) : Optional.empty();
		}
	}

	/**
	 * Hands a request to the server whose answer stays open.
	 * @return the connection, to read the answer from; to be closed
	 */
	Socket open(HttpMessage request) throws IOException {
		Socket socket = new Socket();
		try {
			OutputStream out = connect(socket);
			socket.setSoTimeout(0);
			out.write(request.bytes());
			return socket;
		}
		catch (IOException ex) {
			socket.close();
			throw ex;
		}
	}

	/**
	 * Hands the beginning of a request to the server, breaks off, and waits until the
	 * server has hung up as well: it is done with it then.
	 * @return empty if there was no connection
	 */
	Optional<Arrival> sendPart(byte[] part) {
		boolean connected = false;
		try (Socket socket = new Socket()) {
			OutputStream out = connect(socket);
			connected = true;
			out.write(part);
			socket.shutdownOutput();
			socket.getInputStream().transferTo(OutputStream.nullOutputStream());
		}
		catch (IOException ex) {
			// as with any other end of the connection
		}
		return connected ? Optional.of(Arrival.unanswered(false)) : Optional.empty();
	}

	private OutputStream connect(Socket socket) throws IOException {
		socket.setTcpNoDelay(true);
		socket.setSoTimeout(READ_MILLIS);
		socket.connect(new InetSocketAddress(this.host, this.port), CONNECT_MILLIS);
		return socket.getOutputStream();
	}

	private static HttpMessage readAnswer(InputStream in) throws IOException {
		HttpMessage answer = HttpMessage.read(in);
		while (answer.status() < OK) {
			answer = HttpMessage.read(in);
		}
		if (!answer.delimited() && answer.status() != NO_CONTENT && answer.status() != NOT_MODIFIED) {
			throw new IOException("The end of this answer cannot be recognised");
		}
		return answer;
	}

	/**
	 * The fate of a request on its connection.
	 *
	 * @param complete whether all of it was handed over
	 * @param status of the answer, 0 if there was none or not all of it
	 * @param answer the complete answer, or null
	 * @param body its body, decompressed, or null
	 */
	record Arrival(boolean complete, int status, @Nullable HttpMessage answer, byte @Nullable [] body) {

		static Arrival unanswered(boolean complete) {
			return new Arrival(complete, 0, null, null);
		}

	}

}
