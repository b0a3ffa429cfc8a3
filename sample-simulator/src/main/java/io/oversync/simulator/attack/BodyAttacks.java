/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;

/**
 * Requests that are too large, too deep, or that never end.
 */
final class BodyAttacks {

	private static final String JSON = "Content-Type: application/json";

	private BodyAttacks() {
	}

	static List<Attack> all() {
		return List.of(
				new Attack("empty-changes-8mb", "[{},{},…] of 8 MB, each of which is answered", 4,
						(attacker) -> body(attacker, emptyChanges(8 * SamplePayloads.MEGABYTE))),
				new Attack("empty-changes-60mb", "[{},{},…] of 60 MB, each of which is answered", 2,
						(attacker) -> body(attacker, emptyChanges(60 * SamplePayloads.MEGABYTE))),
				new Attack("large-uploads", "uploads of 48 MB of one user", 12,
						(attacker) -> largeUploads(attacker, 1)),
				new Attack("large-uploads-of-many-users", "uploads of 48 MB of 12 users", 12,
						(attacker) -> largeUploads(attacker, 12)),
				new Attack("too-large-bodies", "uploads of 200 MB that say so", 16, BodyAttacks::tooLarge),
				new Attack("large-forms", "forms of 90 MB without a token, and sign-ins of 90 MB", 8,
						BodyAttacks::largeForms),
				new Attack("endless-bodies", "chunked uploads that do not end", 16, BodyAttacks::endless),
				new Attack("gzip-bombs", "uploads of 256 MB that fit into 256 KB", 16, BodyAttacks::gzipBombs),
				new Attack("deep-nesting", "JSON of 499 and of a million levels, inside and outside of payloads", 16,
						BodyAttacks::deepNesting),
				new Attack("huge-names", "member names of 8 MB", 8, BodyAttacks::hugeNames),
				new Attack("many-members", "payloads of 200,000 members whose names have one hash code", 4,
						BodyAttacks::manyMembers),
				new Attack("long-identifiers", "tables, operations and keys of a megabyte", 8,
						BodyAttacks::longIdentifiers),
				new Attack("huge-requests", "thousands of headers, long addresses and parameters", 32,
						BodyAttacks::hugeRequests));
	}

	private static Attack.Strike body(Attacker attacker, byte[] body) {
		return (connection) -> attacker.upload(attacker.token("device" + connection), body);
	}

	private static byte[] emptyChanges(int bytes) {
		return ("{\"changes\":[{}" + ",{}".repeat(bytes / 3) + "]}").getBytes(StandardCharsets.US_ASCII);
	}

	private static Attack.Strike largeUploads(Attacker attacker, int accounts) {
		byte[] filler = SamplePayloads.filler(12 * SamplePayloads.MEGABYTE).getBytes(StandardCharsets.US_ASCII);
		return (connection) -> attacker.upload(
				attacker.token(attacker.user() + "-" + connection % accounts, "device" + connection),
				largeUpload(filler));
	}

	/** Returns four rows that are new and share the bytes of their names. */
	private static BodyPublisher largeUpload(byte[] filler) {
		List<BodyPublisher> parts = new ArrayList<>();
		String between = "{\"changes\":[";
		for (int i = 0; i < 4; i++) {
			UUID key = UUID.randomUUID();
			parts.add(BodyPublishers
				.ofString(between + "{\"schema\":\"business\",\"table\":\"users\",\"op\":\"INSERT\",\"pk\":\"" + key
						+ "\",\"payload\":{\"email\":\"-\",\"name\":\""));
			parts.add(BodyPublishers.ofByteArray(filler));
			between = "\"}},";
		}
		parts.add(BodyPublishers.ofString("\"}}]}"));
		return BodyPublishers.concat(parts.toArray(BodyPublisher[]::new));
	}

	private static Attack.Strike tooLarge(Attacker attacker) {
		byte[] head = (attacker.head("POST /sync/upload", attacker.token("phone"), JSON,
				"Content-Length: " + 200 * SamplePayloads.MEGABYTE) + "\r\n{\"changes\":[")
			.getBytes(StandardCharsets.US_ASCII);
		byte[] spaces = spaces(SamplePayloads.MEGABYTE);
		return (connection) -> {
			byte[][] parts = new byte[100][];
			Arrays.fill(parts, spaces);
			parts[0] = head;
			attacker.sendRaw(parts);
		};
	}

	/** A filter may read a form whole, before it is known who sends it. */
	private static Attack.Strike largeForms(Attacker attacker) {
		int megabytes = 90;
		String form = "Content-Type: application/x-www-form-urlencoded";
		String length = "Content-Length: " + megabytes * SamplePayloads.MEGABYTE;
		List<String> heads = List.of(attacker.head("PUT /sync/upload", "none", form, length),
				attacker.head("DELETE /admin/materialize-failures", "none", form, length),
				attacker.head("PATCH /nothing", "none", form, length),
				attacker.head("POST /dummy-signin", "none", JSON, length));
		byte[] part = SamplePayloads.filler(SamplePayloads.MEGABYTE).getBytes(StandardCharsets.US_ASCII);
		return (connection) -> {
			byte[][] parts = new byte[megabytes + 1][];
			Arrays.fill(parts, part);
			parts[0] = (heads.get(connection % heads.size()) + "\r\n").getBytes(StandardCharsets.US_ASCII);
			attacker.sendRaw(parts);
		};
	}

	private static byte[] spaces(int bytes) {
		byte[] spaces = new byte[bytes];
		Arrays.fill(spaces, (byte) ' ');
		return spaces;
	}

	private static Attack.Strike endless(Attacker attacker) {
		byte[] head = (attacker.head("POST /sync/upload", attacker.token("phone"), JSON, "Transfer-Encoding: chunked")
				+ "\r\n1\r\n{\r\n")
			.getBytes(StandardCharsets.US_ASCII);
		byte[] chunk = ("10000\r\n" + " ".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
		return (connection) -> {
			try (RawConnection wire = attacker.connect()) {
				wire.send(head);
				while (!attacker.isOver()) {
					wire.send(chunk);
				}
			}
		};
	}

	private static Attack.Strike gzipBombs(Attacker attacker) throws IOException {
		ByteArrayOutputStream bomb = new ByteArrayOutputStream();
		try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
			gzip.write("{\"changes\":[".getBytes(StandardCharsets.US_ASCII));
			byte[] spaces = spaces(SamplePayloads.MEGABYTE);
			for (int i = 0; i < 256; i++) {
				gzip.write(spaces);
			}
			gzip.write("]}".getBytes(StandardCharsets.US_ASCII));
		}
		byte[] body = bomb.toByteArray();
		String token = attacker.token("phone");
		return (connection) -> attacker.upload(token, body, "Content-Encoding", "gzip");
	}

	private static Attack.Strike deepNesting(Attacker attacker) {
		UUID key = UUID.randomUUID();
		String allowed = nested(495);
		byte[] payload = new UploadBody()
			.insert(0, "typed_rows", key, SamplePayloads.typed(key, "doc", nested(1_000_000)))
			.body();
		byte[] text = new UploadBody()
			.insert(0, "typed_rows", key, SamplePayloads.typed(key, "doc", '"' + nested(1_000_000) + '"'))
			.body();
		byte[] array = new UploadBody()
			.insert(0, "typed_rows", key, SamplePayloads.typed(key, "tags", '"' + "{".repeat(1_000_000) + '"'))
			.body();
		byte[] outside = ("{\"x\":" + nested(1_000_000) + ",\"changes\":[]}").getBytes(StandardCharsets.US_ASCII);
		byte[] open = "[".repeat(8 * SamplePayloads.MEGABYTE).getBytes(StandardCharsets.US_ASCII);
		String token = attacker.token("phone");
		return (connection) -> {
			UUID row = UUID.randomUUID();
			attacker.upload(token,
					new UploadBody().insert(0, "typed_rows", row, SamplePayloads.typed(row, "doc", allowed)).body());
			for (byte[] body : List.of(payload, text, array, outside, open)) {
				attacker.upload(token, body);
			}
		};
	}

	private static String nested(int levels) {
		return "[".repeat(levels) + "]".repeat(levels);
	}

	private static Attack.Strike hugeNames(Attacker attacker) {
		String name = '"' + SamplePayloads.filler(8 * SamplePayloads.MEGABYTE) + '"';
		UUID key = UUID.randomUUID();
		byte[] payload = new UploadBody().insert(0, "users", key, "{" + name + ":1}").body();
		byte[] change = new UploadBody().raw("{" + name + ":1}").body();
		byte[] outside = ("{" + name + ":1,\"changes\":[]}").getBytes(StandardCharsets.US_ASCII);
		String token = attacker.token("phone");
		return (connection) -> {
			for (byte[] body : List.of(payload, change, outside)) {
				attacker.upload(token, body);
			}
		};
	}

	private static Attack.Strike manyMembers(Attacker attacker) {
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < 200_000; i++) {
			text.append(",\"").append(collision(i)).append("\":1");
		}
		String members = text.append('}').toString();
		return (connection) -> {
			UUID key = UUID.randomUUID();
			attacker.upload(attacker.token("device" + connection),
					new UploadBody().insert(0, "users", key, "{\"name\":\"-\",\"email\":\"-\"" + members).body());
		};
	}

	/** Returns one of many strings with the same hash code. */
	static String collision(int number) {
		StringBuilder text = new StringBuilder();
		for (int bit = 0; bit < Integer.SIZE - 12; bit++) {
			text.append(((number >> bit & 1) == 0) ? "Aa" : "BB");
		}
		return text.toString();
	}

	private static Attack.Strike longIdentifiers(Attacker attacker) {
		String text = SamplePayloads.filler(SamplePayloads.MEGABYTE);
		String change = "{\"source_change_id\":1,\"schema\":\"%s\",\"table\":\"%s\",\"op\":\"%s\",\"pk\":\"%s\"}";
		UUID key = UUID.randomUUID();
		UploadBody batch = new UploadBody();
		for (int i = 0; i < 10; i++) {
			batch.raw(String.format(change, text, "users", "INSERT", key));
			batch.raw(String.format(change, "business", text, "INSERT", key));
			batch.raw(String.format(change, "business", "users", text, key));
			batch.raw(String.format(change, "business", "users", "DELETE", text));
			batch.insert(0, "posts", key, "{\"title\":\"-\",\"content\":\"-\",\"author_id\":\"" + text + "\"}");
		}
		return body(attacker, batch.body());
	}

	private static Attack.Strike hugeRequests(Attacker attacker) {
		String token = attacker.token("phone");
		String[] headers = new String[10_000];
		Arrays.setAll(headers, (i) -> "X-Header-" + i + ": x");
		List<String> heads = List.of(attacker.head("GET /sync/download", token, headers),
				attacker.head("GET /sync/download?x=" + SamplePayloads.filler(SamplePayloads.MEGABYTE), token),
				attacker.head("GET /sync/download?" + "after=0&".repeat(900), token),
				attacker.head("GET /sync/download?limit=99999999999999999999", token),
				attacker.head("GET /sync/download?after=9223372036854775807&until=9223372036854775807", token),
				attacker.head("GET /sync/download?schema=" + SamplePayloads.filler(6000), token),
				attacker.head("GET /admin/materialize-failures?limit=2147483647&table=" + SamplePayloads.filler(6000),
						token),
				attacker.head("GET /sync/download", token, "X-Long: " + SamplePayloads.filler(SamplePayloads.MEGABYTE)),
				attacker.head("GET /sync/download", token, "Oversync-Source-ID: " + SamplePayloads.filler(7000)),
				attacker.head(SamplePayloads.filler(4000) + " /sync/download", token),
				attacker.head("POST /sync/upload", token, JSON, "Content-Length: -1"),
				attacker.head("POST /sync/upload", token, JSON, "Content-Length: 5", "Content-Length: 6"),
				attacker.head("POST /sync/upload", token, JSON, "Transfer-Encoding: x, chunked"));
		return (connection) -> {
			for (String head : heads) {
				attacker.sendRaw((head + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
			}
		};
	}

}
