/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.JacksonIOException;

/**
 * Reads the body of an upload (§2, §5) as a stream. Payloads are kept byte for byte;
 * nothing else is held in memory.
 */
public final class UploadRequestReader {

	private static final byte[] BYTE_ORDER_MARK = { (byte) 0xEF, (byte) 0xBB, (byte) 0xBF };

	private static final int LONGEST_CHARACTER = 4;

	/**
	 * The most memory per byte of the body until the answer is written, measured with
	 * bodies of many shapes.
	 */
	static final int MEMORY_PER_BYTE = 4;

	/** The memory of a change beside the bytes of its text. */
	static final int MEMORY_PER_CHANGE = 1024;

	/** The parser's memory for each open level. */
	private static final int MEMORY_PER_LEVEL = 128;

	private static final int MANY_CHANGES = 10_000;

	/** Less than the names of members, a key and an operation need. */
	private static final int SHORTEST_CHANGE = 64;

	private final UploadLimits limits;

	/**
	 * Creates a reader.
	 * @param limits what it accepts
	 */
	public UploadRequestReader(UploadLimits limits) {
		this.limits = limits;
	}

	/**
	 * Reads a body.
	 * @param body JSON in UTF-8
	 * @return the upload, its JSON types right, nothing else checked
	 * @throws SyncException {@code INVALID_REQUEST} if it is not what the protocol says,
	 * {@code REQUEST_TOO_LARGE} if it has more bytes than the limit
	 * @throws IOException if the body cannot be read
	 */
	public UploadRequest read(InputStream body) throws IOException {
		return read(body, MemoryUse.UNLIMITED);
	}

	/**
	 * Reads a body.
	 * @param body JSON in UTF-8
	 * @param memory accounts for the memory of the upload until its answer is written
	 * @return the upload, its JSON types right, nothing else checked
	 * @throws SyncException {@code INVALID_REQUEST} if it is not what the protocol says,
	 * {@code REQUEST_TOO_LARGE} if it has more bytes than the limit; the errors of the
	 * memory
	 * @throws IOException if the body cannot be read
	 */
	public UploadRequest read(InputStream body, MemoryUse memory) throws IOException {
		RecordingReader recording = new RecordingReader(utf8(body), this.limits.requestBytes(),
				this.limits.payloadBytes(), (bytes) -> memory.grow(bytes * MEMORY_PER_BYTE));
		try (JsonParser parser = Json.parser(recording)) {
			UploadRequest request = new Body(parser, recording, memory).read();
			if (parser.nextToken() != null) {
				throw invalid("The body must be one JSON object, with nothing behind it");
			}
			return request;
		}
		catch (JacksonIOException ex) {
			throw ex.getCause();
		}
		catch (JacksonException ex) {
			TokenStreamLocation location = ex.getLocation();
			String where = (location != null) ? ": line " + location.getLineNr() + ", column " + location.getColumnNr()
					: "";
			throw new SyncException(ErrorCode.INVALID_REQUEST, "The body is not valid JSON" + where, ex);
		}
	}

	/**
	 * Other encodings of Unicode show by NUL bytes, since JSON starts with an ASCII
	 * character.
	 */
	private static InputStream utf8(InputStream body) throws IOException {
		PushbackInputStream input = new PushbackInputStream(body, LONGEST_CHARACTER);
		byte[] start = input.readNBytes(LONGEST_CHARACTER);
		for (byte value : start) {
			if (value == 0) {
				throw invalid("The body must be JSON in UTF-8");
			}
		}
		boolean marked = start.length >= BYTE_ORDER_MARK.length
				&& Arrays.equals(start, 0, BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length);
		int from = marked ? BYTE_ORDER_MARK.length : 0;
		input.unread(start, from, start.length - from);
		return input;
	}

	private static SyncException invalid(String message) {
		return new SyncException(ErrorCode.INVALID_REQUEST, message);
	}

	/** One body. */
	private final class Body {

		private final JsonParser parser;

		private final RecordingReader recording;

		private final MemoryUse memory;

		private final List<UploadChange> changes = new ArrayList<>();

		private int deepest;

		Body(JsonParser parser, RecordingReader recording, MemoryUse memory) {
			this.parser = parser;
			this.recording = recording;
			this.memory = memory;
		}

		UploadRequest read() {
			if (this.parser.nextToken() != JsonToken.START_OBJECT) {
				throw invalid("The body must be a JSON object");
			}
			long lastServerSeqSeen = 0;
			boolean hasSeq = false;
			boolean hasChanges = false;
			while (this.parser.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = this.parser.currentName();
				this.parser.nextToken();
				switch (name) {
					case "last_server_seq_seen" -> {
						refuseDuplicate(hasSeq, name, "the body");
						hasSeq = true;
						lastServerSeqSeen = integer(name, "the body");
					}
					case "changes" -> {
						refuseDuplicate(hasChanges, name, "the body");
						hasChanges = true;
						readChanges();
					}
					default -> skip();
				}
			}
			return new UploadRequest(lastServerSeqSeen, this.changes);
		}

		private void readChanges() {
			if (this.parser.currentToken() == JsonToken.VALUE_NULL) {
				return;
			}
			if (this.parser.currentToken() != JsonToken.START_ARRAY) {
				throw invalid("The member 'changes' must be an array");
			}
			while (this.parser.nextToken() != JsonToken.END_ARRAY) {
				this.memory.grow(MEMORY_PER_CHANGE);
				this.changes.add(readChange(this.changes.size()));
				refuseRubbish();
			}
		}

		/**
		 * Each change is answered, with more bytes than an empty one has: no changes that
		 * could be valid are as many and as short.
		 */
		private void refuseRubbish() {
			int count = this.changes.size();
			if (count > MANY_CHANGES && this.parser.currentLocation().getCharOffset() / count < SHORTEST_CHANGE) {
				throw new SyncException(ErrorCode.REQUEST_TOO_LARGE, "The body has more than " + MANY_CHANGES
						+ " changes that are too short to be valid; send smaller uploads");
			}
		}

		private UploadChange readChange(int index) {
			String where = "changes[" + index + "]";
			if (this.parser.currentToken() != JsonToken.START_OBJECT) {
				throw invalid(where + " must be a JSON object");
			}
			ChangeMembers members = new ChangeMembers();
			while (this.parser.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = this.parser.currentName();
				this.parser.nextToken();
				members.refuseTwice(name, where);
				switch (name) {
					case "source_change_id" -> members.sourceChangeId = integer(name, where);
					case "schema" -> members.schema = string(name, where);
					case "table" -> members.table = string(name, where);
					case "op" -> members.op = string(name, where);
					case "pk" -> members.pk = string(name, where);
					case "server_version" -> members.serverVersion = integer(name, where);
					case "payload" -> members.payload = payload();
					default -> skip();
				}
			}
			return members.toChange();
		}

		private long integer(String name, String where) {
			// a number of 20 characters is out of range in any case, and slow to read
			// when it is long
			if (this.parser.currentToken() == JsonToken.VALUE_NUMBER_INT && this.parser.getStringLength() <= 20
					&& this.parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
				return this.parser.getLongValue();
			}
			throw invalid("The member '" + name + "' of " + where + " must be a whole number of 64 bits");
		}

		private @Nullable String string(String name, String where) {
			return switch (this.parser.currentToken()) {
				case VALUE_STRING -> decoded(this.parser.getString());
				case VALUE_NULL -> null;
				default -> throw invalid("The member '" + name + "' of " + where + " must be a string");
			};
		}

		/**
		 * Returns a string of which each byte was read as a character. Other characters
		 * than ASCII are valid nowhere, but the message shows them to the client.
		 */
		private static String decoded(String bytes) {
			int highest = 0;
			for (int i = 0; i < bytes.length(); i++) {
				highest = Math.max(highest, bytes.charAt(i));
			}
			return (highest < 128 || highest > 255) ? bytes
					: new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
		}

		private @Nullable Payload payload() {
			if (this.parser.currentToken() == JsonToken.VALUE_NULL) {
				return null;
			}
			if (this.parser.currentToken() != JsonToken.START_OBJECT) {
				skip();
				return Payload.unusable(Payload.Kind.NOT_AN_OBJECT);
			}
			// the brace was just read; the parser's location of the token itself lags
			// behind
			this.recording.start(this.parser.currentLocation().getCharOffset() - 1);
			int depth = skip();
			byte[] utf8 = this.recording.end(this.parser.currentLocation().getCharOffset());
			if (utf8 == null) {
				return Payload.unusable(Payload.Kind.TOO_LARGE);
			}
			if (depth > UploadRequestReader.this.limits.nestingDepth()) {
				return Payload.unusable(Payload.Kind.TOO_DEEP);
			}
			return StorableText.isStorable(utf8) ? new Payload(Payload.Kind.OBJECT, utf8)
					: Payload.unusable(Payload.Kind.UNSTORABLE);
		}

		/** Skips the rest of a value, and returns how deep it is nested. */
		private int skip() {
			int depth = this.parser.currentToken().isStructStart() ? 1 : 0;
			int deepest = depth;
			while (depth > 0) {
				JsonToken token = this.parser.nextToken();
				if (token == null) {
					throw invalid("The body ends in the middle of a value");
				}
				if (token.isStructStart()) {
					deepest = Math.max(deepest, ++depth);
					noteDepth(depth);
				}
				else if (token.isStructEnd()) {
					depth--;
				}
			}
			return deepest;
		}

		private void noteDepth(int depth) {
			if (depth > this.deepest) {
				this.deepest = depth;
				this.memory.grow(MEMORY_PER_LEVEL);
			}
		}

		private static void refuseDuplicate(boolean present, String name, String where) {
			if (present) {
				throw invalid("The member '" + name + "' of " + where + " is there twice");
			}
		}

	}

	/** The members of one change, while they come in. */
	private static final class ChangeMembers {

		private static final List<String> NAMES = List.of("source_change_id", "schema", "table", "op", "pk",
				"server_version", "payload");

		private long sourceChangeId;

		private @Nullable String schema;

		private @Nullable String table;

		private @Nullable String op;

		private @Nullable String pk;

		private long serverVersion;

		private @Nullable Payload payload;

		private final boolean[] present = new boolean[NAMES.size()];

		void refuseTwice(String name, String where) {
			int index = NAMES.indexOf(name);
			if (index >= 0) {
				Body.refuseDuplicate(this.present[index], name, where);
				this.present[index] = true;
			}
		}

		UploadChange toChange() {
			return new UploadChange(this.sourceChangeId, this.schema, this.table, this.op, this.pk, this.serverVersion,
					this.payload);
		}

	}

}
