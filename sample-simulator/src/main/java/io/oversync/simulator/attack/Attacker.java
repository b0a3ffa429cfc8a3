/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.oversync.verification.device.SyncTarget;

/**
 * A malicious user, with the building blocks of attacks. Thread-safe.
 */
final class Attacker implements Closeable {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final HttpClient http = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(Duration.ofSeconds(10))
		.build();

	private final Map<String, String> tokens = new ConcurrentHashMap<>();

	private final Set<Closeable> open = ConcurrentHashMap.newKeySet();

	private final CountDownLatch over = new CountDownLatch(1);

	private final Answers answers = new Answers();

	private final SyncTarget target;

	private final String jdbcUrl;

	private final String user;

	/**
	 * Creates an attacker; nothing is sent.
	 * @param target the server
	 * @param jdbcUrl its database, for locks that the application itself holds
	 * @param user the attacker's name, which no other attack uses
	 */
	Attacker(SyncTarget target, String jdbcUrl, String user) {
		this.target = target;
		this.jdbcUrl = jdbcUrl;
		this.user = user;
	}

	String user() {
		return this.user;
	}

	String jdbcUrl() {
		return this.jdbcUrl;
	}

	Answers answers() {
		return this.answers;
	}

	/** Returns a token of one of the attacker's devices. */
	String token(String device) {
		return token(this.user, device);
	}

	/** Returns a token of a device of another account of the attacker. */
	String token(String account, String device) {
		return this.tokens.computeIfAbsent(account + '/' + device, (key) -> this.target.signIn(account, device));
	}

	/** Returns a new token, which is not reused. */
	String freshToken(String device) {
		return this.target.signIn(this.user, device);
	}

	/**
	 * Uploads something in preparation of the attack.
	 * @throws IOException if the server does not take it
	 */
	void store(String token, UploadBody batch) throws IOException, InterruptedException {
		int status = exchange(post(token, BodyPublishers.ofByteArray(batch.body())).build());
		if (status != 200) {
			throw new IOException("an upload was answered " + status);
		}
	}

	/** Uploads a body. */
	int upload(String token, byte[] body) throws IOException, InterruptedException {
		return upload(token, BodyPublishers.ofByteArray(body));
	}

	/** Uploads a body, chunked if its length is not known. */
	int upload(String token, BodyPublisher body) throws IOException, InterruptedException {
		return count(post(token, body).build());
	}

	/** Sends a GET request. */
	int get(String token, String path, String... headers) throws IOException, InterruptedException {
		HttpRequest.Builder request = request(token, path);
		if (headers.length > 0) {
			request.headers(headers);
		}
		return count(request.build());
	}

	/** Uploads a body with further headers. */
	int upload(String token, byte[] body, String... headers) throws IOException, InterruptedException {
		return count(post(token, BodyPublishers.ofByteArray(body)).headers(headers).build());
	}

	/** Posts a small text elsewhere. */
	int post(String token, String path, String body) throws IOException, InterruptedException {
		return count(request(token, path).header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(body))
			.build());
	}

	private HttpRequest.Builder post(String token, BodyPublisher body) {
		return request(token, "/sync/upload").header("Content-Type", "application/json").POST(body);
	}

	private HttpRequest.Builder request(String token, String path) {
		return HttpRequest.newBuilder(URI.create(this.target.address() + path))
			.timeout(PATIENCE)
			.header("Authorization", "Bearer " + token);
	}

	private int count(HttpRequest request) throws IOException, InterruptedException {
		long start = System.nanoTime();
		try {
			int status = exchange(request);
			this.answers.add(status, millisSince(start));
			return status;
		}
		catch (InterruptedException ex) {
			this.answers.addUnfinished(millisSince(start));
			throw ex;
		}
	}

	private static long millisSince(long start) {
		return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
	}

	private int exchange(HttpRequest request) throws IOException, InterruptedException {
		return this.http.send(request, BodyHandlers.discarding()).statusCode();
	}

	/**
	 * Sends bytes on a connection of their own, reads an answer's status and counts it.
	 * @param parts the bytes to send, in this order
	 */
	void sendRaw(byte[]... parts) throws IOException {
		long start = System.nanoTime();
		try (RawConnection connection = connect()) {
			for (byte[] part : parts) {
				connection.send(part);
			}
			int status = connection.readStatus();
			this.answers.add(status, millisSince(start));
		}
	}

	/** Opens a connection that ends with the attack. */
	RawConnection connect() throws IOException {
		return connect(0);
	}

	/**
	 * Opens a connection that ends with the attack.
	 * @param receiveBuffer the bytes that the system buffers before they are read
	 */
	RawConnection connect(int receiveBuffer) throws IOException {
		RawConnection connection = new RawConnection(URI.create(this.target.address()), receiveBuffer);
		closeAtTheEnd(connection);
		return connection;
	}

	/** Closes a resource when the attack is over. */
	void closeAtTheEnd(Closeable resource) throws IOException {
		this.open.removeIf((other) -> other instanceof RawConnection connection && connection.isClosed());
		this.open.add(resource);
		if (isOver()) {
			resource.close();
		}
	}

	/**
	 * Returns the head of a request.
	 * @param line method and path
	 * @param headers complete lines
	 */
	String head(String line, String token, String... headers) {
		StringBuilder head = new StringBuilder(line + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ")
			.append(token)
			.append("\r\n");
		for (String header : headers) {
			head.append(header).append("\r\n");
		}
		return head.toString();
	}

	boolean isOver() {
		return this.over.getCount() == 0;
	}

	/** Waits, but not beyond the end of the attack. */
	void pause(Duration duration) throws InterruptedException {
		this.over.await(duration.toMillis(), TimeUnit.MILLISECONDS);
	}

	/** Ends the attack. */
	@Override
	public void close() throws IOException {
		this.over.countDown();
		for (Closeable resource : this.open) {
			resource.close();
		}
	}

}
