/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPInputStream;

import org.jspecify.annotations.Nullable;

/**
 * A request or response of HTTP/1.1, read to its end.
 *
 * @param startLine the first line
 * @param fields the header, {@code name: value} each
 * @param body as it was sent, but for the chunks
 */
record HttpMessage(String startLine, List<String> fields, byte[] body) {

	private static final int THOUSANDTHS = 1000;

	private static final String END_OF_HEAD = "\r\n\r\n";

	/** What is about one connection only, and how a message ends on it. */
	private static final Set<String> HOP_BY_HOP = Set.of("connection", "keep-alive", "proxy-authenticate",
			"proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
			"content-length");

	/**
	 * Reads a message.
	 * @param in where it comes from
	 * @return all of it; one that does not say how long it is has no body
	 * @throws IOException if it breaks off, or is none
	 */
	static HttpMessage read(InputStream in) throws IOException {
		String startLine = readLine(in);
		List<String> fields = readFields(in);
		HttpMessage head = new HttpMessage(startLine, fields, new byte[0]);
		return new HttpMessage(startLine, fields, head.readBody(in));
	}

	private byte[] readBody(InputStream in) throws IOException {
		if ("chunked".equalsIgnoreCase(field("transfer-encoding"))) {
			return readChunks(in);
		}
		String length = field("content-length");
		return (length != null) ? readExactly(in, parse(length, 10)) : new byte[0];
	}

	private static byte[] readChunks(InputStream in) throws IOException {
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		int length = readChunkLength(in);
		while (length > 0) {
			body.write(readExactly(in, length));
			readLine(in);
			length = readChunkLength(in);
		}
		readFields(in);
		return body.toByteArray();
	}

	private static int readChunkLength(InputStream in) throws IOException {
		return parse(readLine(in).split(";", 2)[0], 16);
	}

	private static int parse(String length, int radix) throws IOException {
		try {
			return Integer.parseUnsignedInt(length.trim(), radix);
		}
		catch (NumberFormatException ex) {
			throw new IOException("No length: " + length, ex);
		}
	}

	private static byte[] readExactly(InputStream in, int length) throws IOException {
		byte[] bytes = in.readNBytes(length);
		if (bytes.length < length) {
			throw new EOFException();
		}
		return bytes;
	}

	private static List<String> readFields(InputStream in) throws IOException {
		List<String> fields = new ArrayList<>();
		String line = readLine(in);
		while (!line.isEmpty()) {
			fields.add(line);
			line = readLine(in);
		}
		return fields;
	}

	private static String readLine(InputStream in) throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		int next = in.read();
		while (next != '\n') {
			if (next < 0) {
				throw new EOFException();
			}
			line.write(next);
			next = in.read();
		}
		return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
	}

	/**
	 * Whether the message itself says where it ends: otherwise it could not be known
	 * whether it is complete.
	 */
	boolean delimited() {
		return field("content-length") != null || field("transfer-encoding") != null;
	}

	/** Returns the status of a response. */
	int status() throws IOException {
		String[] words = this.startLine.split(" ", 3);
		if (words.length < 2) {
			throw new IOException("No status: " + this.startLine);
		}
		return parse(words[1], 10);
	}

	/** Returns the body as it was before it was encoded. */
	byte[] decodedBody() throws IOException {
		if (!"gzip".equalsIgnoreCase(field("content-encoding"))) {
			return this.body;
		}
		try (InputStream decoded = new GZIPInputStream(new ByteArrayInputStream(this.body))) {
			return decoded.readAllBytes();
		}
	}

	/**
	 * Returns the message for another connection.
	 * @param newStartLine its first line there
	 * @param newFields what it says there, whatever it said here
	 */
	HttpMessage forwarded(String newStartLine, String... newFields) {
		Set<String> dropped = new HashSet<>(HOP_BY_HOP);
		String connection = field("connection");
		if (connection != null) {
			Arrays.stream(connection.split(",")).forEach((name) -> dropped.add(lowerCase(name)));
		}
		List<String> all = new ArrayList<>(List.of(newFields));
		all.forEach((field) -> dropped.add(name(field)));
		this.fields.stream().filter((field) -> !dropped.contains(name(field))).forEach(all::add);
		if (delimited()) {
			all.add("Content-Length: " + this.body.length);
		}
		return new HttpMessage(newStartLine, all, this.body);
	}

	private @Nullable String field(String name) {
		return this.fields.stream()
			.filter((field) -> name(field).equals(name))
			.map((field) -> field.substring(field.indexOf(':') + 1).trim())
			.findFirst()
			.orElse(null);
	}

	private static String name(String field) {
		return lowerCase(field.split(":", 2)[0]);
	}

	private static String lowerCase(String name) {
		return name.trim().toLowerCase(Locale.ROOT);
	}

	byte[] bytes() {
		byte[] head = head();
		byte[] all = Arrays.copyOf(head, head.length + this.body.length);
		System.arraycopy(this.body, 0, all, head.length, this.body.length);
		return all;
	}

	/**
	 * Returns the beginning of {@link #bytes()}. A message with a body breaks off in the
	 * body, any other amid a line of its head; it is never complete.
	 * @param thousandths where in that part
	 */
	byte[] cut(int thousandths) {
		byte[] head = head();
		if (this.body.length > 0) {
			return Arrays.copyOf(bytes(), head.length + part(this.body.length, thousandths));
		}
		return Arrays.copyOf(head, Math.max(1, part(head.length - END_OF_HEAD.length(), thousandths)));
	}

	private static int part(int length, int thousandths) {
		return (int) Math.min((long) length * thousandths / THOUSANDTHS, length - 1);
	}

	private byte[] head() {
		String lines = this.startLine + "\r\n" + String.join("\r\n", this.fields) + END_OF_HEAD;
		return lines.getBytes(StandardCharsets.ISO_8859_1);
	}

}
