/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.oversync.verification.device.SyncTarget;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A device of the honest user: one request at a time, at a steady rate. Like a field
 * client it repeats an upload until that is acknowledged. Each row carries its version as
 * {@code email}. Used by one thread at a time.
 */
final class HonestDevice {

	private static final JsonMapper mapper = new JsonMapper();

	private static final Duration PATIENCE = Duration.ofSeconds(15);

	private static final Duration SETTLEMENT = Duration.ofSeconds(30);

	/** Of the five minutes that the sample's tokens live. */
	private static final Duration TOKEN_LIFETIME = Duration.ofMinutes(4);

	private static final int LARGE_UPLOAD = 50;

	/** A large upload, and each other kind of request many times. */
	private static final int CYCLE = 20;

	private final HttpClient http = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(PATIENCE)
		.build();

	private final SyncTarget target;

	private final String user;

	private final String device;

	private final List<Call> calls = new ArrayList<>();

	private final List<String> surprises = new ArrayList<>();

	/** The acknowledged rows. */
	private final Map<UUID, Long> versions = new LinkedHashMap<>();

	/** The rows of an upload that is not acknowledged yet, with their new versions. */
	private Map<UUID, Long> pending = Map.of();

	private byte[] pendingBody = {};

	private @Nullable UUID newest;

	private long lastChange;

	private long cursor;

	private long head;

	private String token;

	private long signedIn;

	private volatile boolean stopped;

	HonestDevice(SyncTarget target, String user, String device) {
		this.target = target;
		this.user = user;
		this.device = device;
		this.token = target.signIn(user, device);
		this.signedIn = System.nanoTime();
	}

	/**
	 * Syncs until it is stopped. A request that waits for the one before counts from when
	 * it was due, so that a pause of the server delays all that fall into it.
	 * @param period between two requests
	 * @param first when the first is due, as of {@link System#nanoTime()}
	 */
	void syncEvery(Duration period, long first) {
		try {
			for (int i = 0; !this.stopped; i++) {
				long due = first + i * period.toNanos();
				long wait = due - System.nanoTime();
				if (wait > 0) {
					TimeUnit.NANOSECONDS.sleep(wait);
				}
				call(kind(i), due);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static Call.Kind kind(int i) {
		int step = i % CYCLE;
		if (step == CYCLE / 2) {
			return Call.Kind.UPLOAD_50;
		}
		return switch (step % 4) {
			case 1 -> Call.Kind.UPLOAD_1;
			case 3 -> Call.Kind.DOWNLOAD;
			default -> Call.Kind.POLL;
		};
	}

	private void call(Call.Kind kind, long due) throws InterruptedException {
		int status = switch (kind) {
			case UPLOAD_1 -> upload(1);
			case UPLOAD_50 -> upload(LARGE_UPLOAD);
			case DOWNLOAD -> download(0);
			case POLL -> download(this.cursor);
		};
		this.calls.add(new Call(kind, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - due), status));
	}

	private int upload(int rows) throws InterruptedException {
		if (this.pending.isEmpty()) {
			write(rows);
		}
		return send("/upload", this.pendingBody, this::acknowledge);
	}

	/** Edits the newest row, and adds others if more than one is needed. */
	private void write(int rows) {
		Map<UUID, Long> edited = new LinkedHashMap<>();
		UploadBody batch = new UploadBody();
		if (this.newest != null && this.lastChange % 2 == 0) {
			edited.put(this.newest, this.versions.getOrDefault(this.newest, 0L) + 1);
		}
		while (edited.size() < rows) {
			this.newest = UUID.randomUUID();
			edited.put(this.newest, 1L);
		}
		edited.forEach(
				(key, version) -> batch.update(++this.lastChange, "users", key, version - 1, payload(key, version)));
		this.pending = edited;
		this.pendingBody = batch.body();
	}

	private String payload(UUID key, long version) {
		return "{\"id\":\"" + key + "\",\"name\":\"" + name() + "\",\"email\":\"" + version + "\"}";
	}

	private String name() {
		return "of " + this.device;
	}

	private void acknowledge(JsonNode answer) {
		List<Long> expected = List.copyOf(this.pending.values());
		for (int i = 0; i < expected.size(); i++) {
			JsonNode status = answer.path("statuses").path(i);
			if (!status.path("status").asString("").equals("applied")
					|| status.path("new_server_version").asLong(0) != expected.get(i)) {
				this.surprises.add(this + " received " + status + " for version " + expected.get(i));
			}
		}
		this.head = answer.path("highest_server_seq").asLong(1);
		this.versions.putAll(this.pending);
		this.pending = Map.of();
	}

	private int download(long after) throws InterruptedException {
		return send("/download?include_self=true&limit=200&after=" + after, null,
				(page) -> this.cursor = Math.max(this.cursor, page.path("next_after").asLong(0)));
	}

	private int send(String path, byte @Nullable [] body, Consumer<JsonNode> use) throws InterruptedException {
		try {
			HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(this.target.syncUri() + path))
				.timeout(PATIENCE)
				.header("Authorization", "Bearer " + token());
			if (body != null) {
				request.header("Content-Type", "application/json").POST(BodyPublishers.ofByteArray(body));
			}
			HttpResponse<byte[]> answer = this.http.send(request.build(), BodyHandlers.ofByteArray());
			if (answer.statusCode() == 200) {
				use.accept(mapper.readTree(answer.body()));
			}
			return answer.statusCode();
		}
		catch (IOException | JacksonException ex) {
			return Call.UNANSWERED;
		}
	}

	private String token() {
		if (System.nanoTime() - this.signedIn > TOKEN_LIFETIME.toNanos()) {
			this.token = this.target.signIn(this.user, this.device);
			this.signedIn = System.nanoTime();
		}
		return this.token;
	}

	void stop() {
		this.stopped = true;
	}

	List<Call> calls() {
		return this.calls;
	}

	/**
	 * Sends an upload that is not acknowledged until it is.
	 * @return whether it was
	 */
	boolean settle() {
		long deadline = System.nanoTime() + SETTLEMENT.toNanos();
		try {
			while (!this.pending.isEmpty() && System.nanoTime() < deadline) {
				if (upload(1) != 200) {
					TimeUnit.MILLISECONDS.sleep(100);
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return this.pending.isEmpty();
	}

	/**
	 * Returns whether an upload and a download of what it wrote succeed. The rest of the
	 * stream may be hundreds of megabytes.
	 */
	boolean isServed() throws InterruptedException {
		return upload(1) == 200 && download(this.head - 1) == 200;
	}

	/**
	 * Returns answers that no honest user expects.
	 * @return a sentence each
	 */
	List<String> surprises() {
		return this.surprises;
	}

	/**
	 * Returns the acknowledged rows.
	 * @return name and version by key
	 */
	Map<String, String> rows() {
		Map<String, String> rows = new LinkedHashMap<>();
		this.versions.forEach((key, version) -> rows.put(key.toString(), name() + " v" + version));
		return rows;
	}

	@Override
	public String toString() {
		return this.user + "/" + this.device;
	}

}
