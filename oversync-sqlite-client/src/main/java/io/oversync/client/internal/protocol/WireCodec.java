/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.protocol;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.InputStream;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.JacksonIOException;

/**
 * Writes requests and reads answers. Members that it does not know are skipped; what is
 * malformed or missing fails with a {@link JacksonException} or an
 * {@link IllegalArgumentException}.
 */
public final class WireCodec {

	/** {@code Bad Request} of a framework is none. */
	private static final Pattern CODE = Pattern.compile("[a-z][a-z0-9_]{0,63}");

	private WireCodec() {
	}

	/**
	 * Writes the body of an upload.
	 * @param lastServerSeqSeen the cursor
	 * @param changes the changes, in order
	 * @return JSON in UTF-8
	 */
	public static byte[] writeUpload(long lastServerSeqSeen, List<UploadedChange> changes) {
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		try (JsonGenerator json = WireJson.generator(body)) {
			json.writeStartObject();
			json.writeNumberProperty("last_server_seq_seen", lastServerSeqSeen);
			json.writeArrayPropertyStart("changes");
			for (UploadedChange change : changes) {
				json.writeStartObject();
				json.writeNumberProperty("source_change_id", change.sourceChangeId());
				json.writeStringProperty("schema", change.schema());
				json.writeStringProperty("table", change.table());
				json.writeStringProperty("op", change.op());
				json.writeStringProperty("pk", change.pk());
				json.writeNumberProperty("server_version", change.serverVersion());
				if (change.payload() != null) {
					json.writeName("payload");
					json.writeRawValue(change.payload());
				}
				json.writeEndObject();
			}
			json.writeEndArray();
			json.writeEndObject();
		}
		return body.toByteArray();
	}

	/**
	 * Reads the answer to an upload.
	 * @param body JSON in UTF-8
	 * @return the answer
	 */
	public static AnsweredUpload readUpload(InputStream body) {
		try (JsonParser parser = WireJson.parser(body)) {
			startObject(parser, parser.nextToken());
			List<ChangeAnswer> answers = null;
			long highest = 0;
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = parser.currentName();
				JsonToken token = parser.nextToken();
				if (name.equals("statuses") && token == JsonToken.START_ARRAY) {
					answers = new ArrayList<>();
					while (parser.nextToken() != JsonToken.END_ARRAY) {
						answers.add(readAnswer(parser));
					}
				}
				else if (name.equals("highest_server_seq") && token == JsonToken.VALUE_NUMBER_INT) {
					highest = parser.getLongValue();
				}
				else {
					parser.skipChildren();
				}
			}
			if (answers == null) {
				throw new IllegalArgumentException("The answer has no statuses");
			}
			return new AnsweredUpload(highest, answers);
		}
	}

	private static ChangeAnswer readAnswer(JsonParser parser) {
		startObject(parser, parser.currentToken());
		String status = "";
		long version = 0;
		ReceivedRow row = null;
		String message = null;
		Invalid invalid = new Invalid(null, List.of(), null);
		while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
			String name = parser.currentName();
			JsonToken token = parser.nextToken();
			switch (name) {
				case "status" -> status = parser.getString();
				case "new_server_version" -> version = number(parser);
				case "message" -> message = string(parser);
				case "server_row" ->
					row = (token == JsonToken.START_OBJECT) ? readRow(parser, new Timestamps()).row() : null;
				case "invalid" -> invalid = readInvalid(parser);
				default -> parser.skipChildren();
			}
		}
		return new ChangeAnswer(status, version, row, message, invalid.reason, invalid.missing, invalid.referencedBy);
	}

	private static Invalid readInvalid(JsonParser parser) {
		if (parser.currentToken() != JsonToken.START_OBJECT) {
			parser.skipChildren();
			return new Invalid(null, List.of(), null);
		}
		String reason = null;
		Map<String, List<String>> details = new HashMap<>();
		while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
			String name = parser.currentName();
			JsonToken token = parser.nextToken();
			if (name.equals("reason")) {
				reason = string(parser);
			}
			else if (name.equals("details") && token == JsonToken.START_OBJECT) {
				readDetails(parser, details);
			}
			else {
				parser.skipChildren();
			}
		}
		return new Invalid(reason, details.getOrDefault("missing", List.of()), details.get("referenced_by"));
	}

	/** Reads the members that list rows. */
	private static void readDetails(JsonParser parser, Map<String, List<String>> details) {
		while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
			String name = parser.currentName();
			JsonToken token = parser.nextToken();
			if (token == JsonToken.START_ARRAY && (name.equals("missing") || name.equals("referenced_by"))) {
				List<String> rows = new ArrayList<>();
				while (parser.nextToken() != JsonToken.END_ARRAY) {
					rows.add(parser.getString());
					parser.skipChildren();
				}
				details.put(name, rows);
			}
			else {
				parser.skipChildren();
			}
		}
	}

	/**
	 * Reads a page, in parts, so that no more than a part of it is in memory.
	 * @param body JSON in UTF-8
	 * @param partBytes the size of a part, unless a single entry is larger
	 * @param partCount the greatest number of entries of a part
	 * @param parts is given the entries of all parts but the last, as they come; if the
	 * page breaks off, also those that came before
	 * @return the page, with the entries of the last part
	 */
	public static DownloadPage readDownload(InputStream body, long partBytes, int partCount,
			Consumer<List<ReceivedChange>> parts) {
		PageReader reader = new PageReader(partBytes, partCount, parts);
		try (JsonParser parser = WireJson.parser(body)) {
			return reader.read(parser);
		}
		catch (JacksonException ex) {
			reader.endPart();
			throw ex;
		}
	}

	/**
	 * Reads an answer with everything up to the head, in parts.
	 * @param body lines of JSON in UTF-8
	 * @param partBytes the size of a part, unless a single entry is larger
	 * @param partCount the greatest number of entries of a part
	 * @param parts is given the entries of all parts but the last, as they come; if the
	 * answer breaks off, also those that came before
	 * @return the end of the window, with the entries of the last part
	 */
	public static DownloadPage readChanges(InputStream body, long partBytes, int partCount,
			Consumer<List<ReceivedChange>> parts) {
		PageReader reader = new PageReader(partBytes, partCount, parts);
		try (JsonParser parser = WireJson.parser(body)) {
			return reader.readLines(parser);
		}
		catch (JacksonException ex) {
			reader.endPart();
			throw ex;
		}
	}

	/**
	 * Reads the rows that the server could not write into its own tables.
	 * @param body JSON in UTF-8
	 * @return the failures, in order
	 */
	public static List<StoredFailure> readFailures(InputStream body) {
		try (JsonParser parser = WireJson.parser(body)) {
			if (parser.nextToken() != JsonToken.START_ARRAY) {
				throw new IllegalArgumentException("An array was expected, not " + parser.currentToken());
			}
			List<StoredFailure> failures = new ArrayList<>();
			while (parser.nextToken() != JsonToken.END_ARRAY) {
				startObject(parser, parser.currentToken());
				failures.add(readFailure(parser));
			}
			return failures;
		}
	}

	private static StoredFailure readFailure(JsonParser parser) {
		String schema = "";
		String table = "";
		String pk = "";
		long version = 0;
		String error = "";
		String firstSeen = "";
		while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
			String name = parser.currentName();
			parser.nextToken();
			switch (name) {
				case "schema" -> schema = parser.getString();
				case "table" -> table = parser.getString();
				case "pk" -> pk = parser.getString();
				case "attempted_version" -> version = number(parser);
				case "error" -> error = parser.getString();
				case "first_seen" -> firstSeen = parser.getString();
				default -> parser.skipChildren();
			}
		}
		return new StoredFailure(schema, table, pk, version, error, firstSeen);
	}

	/** An entry of the stream, or the row of a conflict, which has fewer members. */
	private static ReceivedChange readRow(JsonParser parser, Timestamps timestamps) {
		parser.nextToken();
		return readMembers(parser, timestamps);
	}

	/** From the first member on. */
	private static ReceivedChange readMembers(JsonParser parser, Timestamps timestamps) {
		long serverId = 0;
		String schema = "";
		String table = "";
		String pk = "";
		String op = "";
		long version = 0;
		boolean deleted = false;
		RowPayload payload = null;
		String sourceId = "";
		long sourceChangeId = 0;
		long micros = 0;
		for (; parser.currentToken() == JsonToken.PROPERTY_NAME; parser.nextToken()) {
			String name = parser.currentName();
			JsonToken token = parser.nextToken();
			switch (name) {
				case "server_id" -> serverId = number(parser);
				case "schema" -> schema = parser.getString();
				case "table" -> table = parser.getString();
				case "pk" -> pk = parser.getString();
				case "op" -> op = parser.getString();
				case "server_version" -> version = number(parser);
				case "deleted" -> deleted = token == JsonToken.VALUE_TRUE;
				case "source_id" -> sourceId = parser.getString();
				case "source_change_id" -> sourceChangeId = number(parser);
				case "ts" -> micros = timestamps.micros(string(parser));
				case "payload" -> payload = (token == JsonToken.START_OBJECT) ? RowPayload.read(parser) : null;
				default -> parser.skipChildren();
			}
		}
		boolean gone = deleted || op.equals("DELETE");
		if (!gone && payload == null) {
			throw new IllegalArgumentException("A row that is not deleted has no payload");
		}
		return new ReceivedChange(serverId, schema, table, pk, new ReceivedRow(version, gone, gone ? null : payload),
				sourceId, sourceChangeId, micros);
	}

	/**
	 * Reads an error (§5).
	 * @param body JSON in UTF-8, or anything else
	 * @return its code and message, as far as they are there; no code if the error is not
	 * the protocol's
	 */
	public static ErrorAnswer readError(byte[] body) {
		String code = null;
		String message = null;
		try (JsonParser parser = WireJson.parser(new ByteArrayInputStream(body))) {
			if (parser.nextToken() == JsonToken.START_OBJECT) {
				while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
					String name = parser.currentName();
					parser.nextToken();
					if (name.equals("error")) {
						code = string(parser);
					}
					else if (name.equals("message")) {
						message = string(parser);
					}
					parser.skipChildren();
				}
			}
		}
		catch (JacksonException ex) {
			// not the protocol's: a proxy's page, or nothing
		}
		boolean own = code != null && message != null && CODE.matcher(code).matches();
		return new ErrorAnswer(own ? code : null, message);
	}

	/**
	 * Reads the status of the server.
	 * @param body the answer
	 * @return what of it counts
	 */
	public static ServerState readStatus(InputStream body) {
		String epoch = null;
		long retainedSince = 0;
		long expiredRows = 0;
		try (JsonParser parser = WireJson.parser(body)) {
			startObject(parser, parser.nextToken());
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = parser.currentName();
				JsonToken token = parser.nextToken();
				if (name.equals("epoch") && (token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NUMBER_INT)) {
					epoch = parser.getString();
				}
				else if (name.equals("retained_since") && token == JsonToken.VALUE_NUMBER_INT) {
					retainedSince = parser.getLongValue();
				}
				else if (name.equals("expired_rows") && token == JsonToken.VALUE_NUMBER_INT) {
					expiredRows = parser.getLongValue();
				}
				parser.skipChildren();
			}
		}
		return new ServerState(epoch, retainedSince, expiredRows);
	}

	/**
	 * Reads an event about the head of the stream.
	 * @param json its data
	 * @return the head, 0 for an empty stream
	 */
	static long readHead(String json) {
		long head = -1;
		try (JsonParser parser = WireJson.parser(json)) {
			startObject(parser, parser.nextToken());
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = parser.currentName();
				JsonToken token = parser.nextToken();
				if (name.equals("head") && token == JsonToken.VALUE_NUMBER_INT) {
					head = parser.getLongValue();
				}
				parser.skipChildren();
			}
		}
		if (head < 0) {
			throw new IllegalArgumentException("an event has no head");
		}
		return head;
	}

	private static void startObject(JsonParser parser, @Nullable JsonToken token) {
		if (token != JsonToken.START_OBJECT) {
			throw new IllegalArgumentException("An object was expected, not " + token);
		}
	}

	private static long number(JsonParser parser) {
		return (parser.currentToken() == JsonToken.VALUE_NULL) ? 0 : parser.getLongValue();
	}

	private static @Nullable String string(JsonParser parser) {
		return (parser.currentToken() == JsonToken.VALUE_STRING) ? parser.getString() : null;
	}

	/** Reads a page in parts. */
	private static final class PageReader {

		private final long partBytes;

		private final int partCount;

		private final Consumer<List<ReceivedChange>> parts;

		private final Timestamps timestamps = new Timestamps();

		private List<ReceivedChange> part = new ArrayList<>();

		private long partStart;

		private int count;

		PageReader(long partBytes, int partCount, Consumer<List<ReceivedChange>> parts) {
			this.partBytes = partBytes;
			this.partCount = partCount;
			this.parts = parts;
		}

		DownloadPage read(JsonParser parser) {
			startObject(parser, parser.nextToken());
			Boolean hasMore = null;
			long nextAfter = -1;
			long windowUntil = -1;
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = parser.currentName();
				JsonToken token = parser.nextToken();
				switch (name) {
					case "has_more" -> hasMore = token == JsonToken.VALUE_TRUE;
					case "next_after" -> nextAfter = number(parser);
					case "window_until" -> windowUntil = number(parser);
					case "changes" -> {
						while (token == JsonToken.START_ARRAY && parser.nextToken() != JsonToken.END_ARRAY) {
							startObject(parser, parser.currentToken());
							add(readRow(parser, this.timestamps), parser.currentLocation().getByteOffset());
						}
					}
					default -> parser.skipChildren();
				}
			}
			if (hasMore == null || nextAfter < 0 || windowUntil < 0) {
				throw new IllegalArgumentException("The page has no has_more, next_after or window_until");
			}
			return new DownloadPage(this.part, this.count, hasMore, nextAfter, windowUntil,
					parser.currentLocation().getByteOffset());
		}

		DownloadPage readLines(JsonParser parser) {
			while (parser.nextToken() != null) {
				startObject(parser, parser.currentToken());
				parser.nextToken();
				String first = parser.currentName();
				if ("next_after".equals(first) || "window_until".equals(first)) {
					return readEnd(parser);
				}
				add(readMembers(parser, this.timestamps), parser.currentLocation().getByteOffset());
			}
			throw JacksonIOException.construct(new EOFException("The answer ends without its last line"), parser);
		}

		private DownloadPage readEnd(JsonParser parser) {
			long nextAfter = -1;
			long windowUntil = -1;
			for (; parser.currentToken() == JsonToken.PROPERTY_NAME; parser.nextToken()) {
				String name = parser.currentName();
				parser.nextToken();
				switch (name) {
					case "next_after" -> nextAfter = number(parser);
					case "window_until" -> windowUntil = number(parser);
					default -> parser.skipChildren();
				}
			}
			if (nextAfter < 0 || windowUntil < 0) {
				throw new IllegalArgumentException("The last line has no next_after or window_until");
			}
			return new DownloadPage(this.part, this.count, nextAfter < windowUntil, nextAfter, windowUntil,
					parser.currentLocation().getByteOffset());
		}

		private void add(ReceivedChange change, long end) {
			this.part.add(change);
			this.count++;
			if (end - this.partStart >= this.partBytes || this.part.size() >= this.partCount) {
				this.partStart = end;
				endPart();
			}
		}

		void endPart() {
			List<ReceivedChange> ended = this.part;
			this.part = new ArrayList<>();
			if (!ended.isEmpty()) {
				this.parts.accept(ended);
			}
		}

	}

	/** Reads timestamps. Entries that were written in one transaction share one. */
	private static final class Timestamps {

		private @Nullable String last;

		private long lastMicros;

		/** Returns microseconds since 1970, or 0 for what is no timestamp. */
		long micros(@Nullable String timestamp) {
			if (timestamp != null && !timestamp.equals(this.last)) {
				this.last = timestamp;
				this.lastMicros = parse(timestamp);
			}
			return (timestamp != null) ? this.lastMicros : 0;
		}

		private static long parse(String timestamp) {
			try {
				return ChronoUnit.MICROS.between(Instant.EPOCH, OffsetDateTime.parse(timestamp).toInstant());
			}
			catch (DateTimeParseException ex) {
				return 0;
			}
		}

	}

	/** The reason why a change is invalid, and the rows concerned. */
	private record Invalid(@Nullable String reason, List<String> missing, @Nullable List<String> referencedBy) {
	}

	/**
	 * An error of the server.
	 *
	 * @param code the protocol's code, or null if the error is not the protocol's
	 * @param message for people, or null
	 */
	public record ErrorAnswer(@Nullable String code, @Nullable String message) {
	}

}
