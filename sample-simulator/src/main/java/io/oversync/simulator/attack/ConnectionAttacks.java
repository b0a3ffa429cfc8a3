/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Connections that are held, or dropped.
 */
final class ConnectionAttacks {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final int SMALL_BUFFER = 4 * SamplePayloads.KILOBYTE;

	private static final int VERY_SLOW_BYTES_PER_SECOND = 9_000;

	private static final int SLOW_BYTES_PER_SECOND = 27 * SamplePayloads.KILOBYTE;

	private static final int PAGE_ROWS = 120;

	private static final int PIPELINED = 500;

	private static final Duration SHORT_BREAK = Duration.ofMillis(20);

	private static final String DOWNLOAD = "/sync/download?include_self=true&limit=1000";

	private static final String JSON = "Content-Type: application/json";

	private static final byte[] END_OF_HEAD = "\r\n".getBytes(StandardCharsets.US_ASCII);

	private ConnectionAttacks() {
	}

	static List<Attack> all() {
		return List.of(
				new Attack("slow-readers", "a page of 12 MB is read at 27 KB/s", 60,
						(attacker) -> readers(attacker, SLOW_BYTES_PER_SECOND)),
				new Attack("slow-readers-of-many-users", "pages of 12 MB of 8 users are read at 9 KB/s", 64,
						ConnectionAttacks::readersOfManyUsers),
				new Attack("never-readers", "a page of 12 MB is asked for and never read", 100,
						(attacker) -> readers(attacker, 0)),
				new Attack("stalled-bodies", "an upload stops after its first bytes", 250,
						(attacker) -> bodies(attacker, false)),
				new Attack("dripping-bodies", "an upload comes at a byte a second", 250,
						(attacker) -> bodies(attacker, true)),
				new Attack("stalled-heads", "a request stops within its head", 250, ConnectionAttacks::heads),
				new Attack("idle-connections", "connections on which nothing is sent", 500,
						(attacker) -> (connection) -> hold(attacker, "")),
				new Attack("abandoned-uploads", "the connection is reset once the upload was sent", 16,
						ConnectionAttacks::abandonedUploads),
				new Attack("abandoned-downloads", "the connection is reset once the page begins", 16,
						ConnectionAttacks::abandonedDownloads),
				new Attack("pipelined-requests", "500 requests are sent at once on each connection", 16,
						ConnectionAttacks::pipelined),
				new Attack("unread-bodies", "bodies that no endpoint reads come at a byte a second", 250,
						ConnectionAttacks::unreadBodies),
				new Attack("dripping-sign-ins", "sign-ins without a token come at a byte a second", 250,
						(attacker) -> (connection) -> drip(attacker,
								attacker.head("POST /dummy-signin", "none", JSON, "Content-Length: 16000") + "\r\n")),
				new Attack("dripping-bodies-of-many-users", "uploads of 8 users come at a byte a second", 300,
						ConnectionAttacks::bodiesOfManyUsers),
				new Attack("unread-refusals", "refusals are asked for without a break and never read", 200,
						ConnectionAttacks::unreadRefusals),
				new Attack("kept-connections", "2,200 connections are kept open with requests", 110,
						ConnectionAttacks::keptConnections),
				new Attack("http-1.0", "requests of HTTP/1.0, with and without a length", 16,
						ConnectionAttacks::oldHttp));
	}

	/** Stores a page of 12 MB. */
	static String largePage(Attacker attacker) throws IOException, InterruptedException {
		return largePage(attacker, attacker.user());
	}

	private static String largePage(Attacker attacker, String user) throws IOException, InterruptedException {
		String token = attacker.token(user, "writer");
		UploadBody batch = new UploadBody();
		for (int i = 1; i <= PAGE_ROWS; i++) {
			UUID key = UUID.randomUUID();
			batch.insert(i, "users", key,
					SamplePayloads.user(key, SamplePayloads.filler(100 * SamplePayloads.KILOBYTE)));
		}
		attacker.store(token, batch);
		return token;
	}

	private static Attack.Strike readers(Attacker attacker, int bytesPerSecond)
			throws IOException, InterruptedException {
		String head = attacker.head("GET " + DOWNLOAD, largePage(attacker)) + "\r\n";
		return (connection) -> {
			try (RawConnection wire = attacker.connect(SMALL_BUFFER)) {
				wire.send(head);
				if (bytesPerSecond == 0) {
					attacker.pause(Duration.ofMinutes(1));
				}
				else {
					readSlowly(attacker, wire, bytesPerSecond);
				}
				attacker.answers().add("held");
			}
		};
	}

	private static Attack.Strike readersOfManyUsers(Attacker attacker) throws IOException, InterruptedException {
		List<String> heads = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			heads.add(attacker.head("GET " + DOWNLOAD, largePage(attacker, attacker.user() + "-" + i)) + "\r\n");
		}
		return (connection) -> {
			try (RawConnection wire = attacker.connect(SMALL_BUFFER)) {
				wire.send(heads.get(connection % heads.size()));
				readSlowly(attacker, wire, VERY_SLOW_BYTES_PER_SECOND);
				attacker.answers().add("held");
			}
		};
	}

	private static void readSlowly(Attacker attacker, RawConnection wire, int bytesPerSecond)
			throws IOException, InterruptedException {
		while (!attacker.isOver() && wire.read(bytesPerSecond / 10) >= 0) {
			attacker.pause(SECOND.dividedBy(10));
		}
	}

	private static Attack.Strike bodies(Attacker attacker, boolean dripping) {
		String token = attacker.token("phone");
		String head = attacker.head("POST /sync/upload", token, JSON, "Content-Length: 100000") + "\r\n{\"changes\":[";
		return (connection) -> {
			if (dripping) {
				drip(attacker, head);
			}
			else {
				hold(attacker, head);
			}
		};
	}

	private static Attack.Strike bodiesOfManyUsers(Attacker attacker) {
		return (connection) -> drip(attacker,
				attacker.head("POST /sync/upload", attacker.token(attacker.user() + "-" + connection % 8, "phone"),
						JSON, "Content-Length: 100000") + "\r\n{\"changes\":[");
	}

	private static Attack.Strike heads(Attacker attacker) {
		String head = attacker.head("POST /sync/upload", attacker.token("phone"), "Content-Type: appl");
		return (connection) -> hold(attacker, head.stripTrailing());
	}

	/** Sends bytes until the server accepts no more. */
	private static void hold(Attacker attacker, String bytes) throws IOException {
		try (RawConnection wire = attacker.connect()) {
			wire.send(bytes);
			wire.drain();
			attacker.answers().add("closed");
		}
	}

	private static void drip(Attacker attacker, String head) throws IOException, InterruptedException {
		try (RawConnection wire = attacker.connect()) {
			wire.send(head);
			while (!attacker.isOver()) {
				attacker.pause(SECOND);
				wire.send(" ");
			}
		}
	}

	private static Attack.Strike abandonedUploads(Attacker attacker) {
		UploadBody batch = new UploadBody();
		for (int i = 1; i <= 500; i++) {
			UUID key = UUID.randomUUID();
			batch.insert(i, "users", key, SamplePayloads.user(key, "-"));
		}
		byte[] body = batch.body();
		byte[] head = (attacker.head("POST /sync/upload", attacker.token("phone"), JSON,
				"Content-Length: " + body.length) + "\r\n")
			.getBytes(StandardCharsets.US_ASCII);
		return (connection) -> {
			try (RawConnection wire = attacker.connect()) {
				wire.resetOnClose();
				wire.send(head);
				wire.send(body);
				attacker.answers().add("reset");
				attacker.pause(Duration.ofMillis(20));
			}
		};
	}

	private static Attack.Strike abandonedDownloads(Attacker attacker) throws IOException, InterruptedException {
		String head = attacker.head("GET " + DOWNLOAD, largePage(attacker)) + "\r\n";
		return (connection) -> {
			try (RawConnection wire = attacker.connect(SMALL_BUFFER)) {
				wire.resetOnClose();
				wire.send(head);
				wire.read(1);
				attacker.answers().add("reset");
			}
		};
	}

	private static Attack.Strike pipelined(Attacker attacker) {
		String head = attacker.head("GET /sync/download?after=0", attacker.token("phone")) + "\r\n";
		String last = attacker.head("GET /sync/download?after=0", attacker.token("phone"), "Connection: close")
				+ "\r\n";
		byte[] requests = (head.repeat(PIPELINED - 1) + last).getBytes(StandardCharsets.US_ASCII);
		return (connection) -> {
			try (RawConnection wire = attacker.connect()) {
				wire.send(requests);
				wire.drain();
				attacker.answers().add("pipeline");
			}
		};
	}

	/** Each of them is answered before its body has come in. */
	private static Attack.Strike unreadBodies(Attacker attacker) {
		String token = attacker.token("phone");
		String length = "Content-Length: 100000";
		String form = "Content-Type: application/x-www-form-urlencoded";
		String parts = "Content-Type: multipart/form-data; boundary=b";
		List<String> heads = List.of(attacker.head("GET /sync/download", token, length),
				attacker.head("GET /sync/schema-version", token, length, "Connection: close"),
				attacker.head("GET /sync/nothing", token, length), attacker.head("GET /nothing", token, length),
				attacker.head("OPTIONS /sync/upload", token, length),
				attacker.head("DELETE /sync/upload", token, length, form),
				attacker.head("PUT /nothing", token, length, form),
				attacker.head("POST /sync/upload", token, length, form),
				attacker.head("POST /sync/upload", token, length, parts),
				attacker.head("POST /nothing", token, length, parts),
				attacker.head("POST /sync/upload", "none", length, JSON),
				attacker.head("GET /sync/download?limit=x", token, length, "Connection: close"),
				attacker.head("GET /sync/download%00", token, length, "Connection: close"),
				attacker.head("TRACE /sync/download", token, length),
				attacker.head("POST /dummy-signin", token, "Content-Length: 16000", "Content-Type: text/html"));
		return (connection) -> drip(attacker, heads.get(connection % heads.size()) + "\r\n");
	}

	/**
	 * Sends the next requests as soon as the server has taken the earlier ones, but with
	 * breaks: the attacker's own work, on the same machine, is no part of the attack.
	 */
	private static Attack.Strike unreadRefusals(Attacker attacker) {
		String token = attacker.token("phone");
		List<String> lines = List.of("GET /sync/nothing", "OPTIONS /sync/upload", "DELETE /sync/upload",
				"GET /sync/download?limit=x");
		return (connection) -> {
			byte[] requests = (attacker.head(lines.get(connection % lines.size()), token) + "\r\n").repeat(PIPELINED)
				.getBytes(StandardCharsets.US_ASCII);
			try (RawConnection wire = attacker.connect(SMALL_BUFFER)) {
				while (!attacker.isOver()) {
					wire.send(requests);
					attacker.answers().add("pipeline");
					attacker.pause(SHORT_BREAK);
				}
			}
		};
	}

	private static Attack.Strike keptConnections(Attacker attacker) {
		String head = attacker.head("GET /sync/schema-version", attacker.token("phone")) + "\r\n";
		return (connection) -> {
			RawConnection[] kept = new RawConnection[20];
			while (!attacker.isOver()) {
				for (int i = 0; i < kept.length; i++) {
					kept[i] = ask(attacker, kept[i], head);
				}
				attacker.pause(SECOND);
			}
		};
	}

	/** Sends a request on a connection, or on a new one if the server has closed it. */
	private static RawConnection ask(Attacker attacker, @Nullable RawConnection kept, String head) throws IOException {
		if (kept != null) {
			try {
				kept.send(head);
				attacker.answers().add("kept");
				return kept;
			}
			catch (IOException ex) {
				kept.close();
			}
		}
		RawConnection opened = attacker.connect(SMALL_BUFFER);
		opened.send(head);
		attacker.answers().add("opened");
		return opened;
	}

	private static Attack.Strike oldHttp(Attacker attacker) {
		String token = attacker.token("phone");
		byte[] body = new UploadBody().body();
		byte[] download = attacker.head("GET /sync/download", token)
			.replace("HTTP/1.1", "HTTP/1.0")
			.getBytes(StandardCharsets.US_ASCII);
		byte[] withLength = attacker.head("POST /sync/upload", token, JSON, "Content-Length: " + body.length)
			.replace("HTTP/1.1", "HTTP/1.0")
			.getBytes(StandardCharsets.US_ASCII);
		byte[] withoutLength = attacker.head("POST /sync/upload", token, JSON)
			.replace("HTTP/1.1", "HTTP/1.0")
			.getBytes(StandardCharsets.US_ASCII);
		return (connection) -> {
			attacker.sendRaw(download, END_OF_HEAD);
			attacker.sendRaw(withLength, END_OF_HEAD, body);
			attacker.sendRaw(withoutLength, END_OF_HEAD, body);
		};
	}

}
