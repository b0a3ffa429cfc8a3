/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import java.io.IOException;
import java.io.OutputStream;
import java.util.HexFormat;
import java.util.List;

import io.oversync.protocol.ChangeStatus.InvalidChange;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.exc.JacksonIOException;

/**
 * Writes the answers of the protocol: exactly these members, in UTF-8, payloads verbatim.
 * Errors of the output surface as {@link tools.jackson.core.JacksonException}.
 */
public final class ResponseWriter {

	private static final int SCHEMA_VERSION = 1;

	private ResponseWriter() {
	}

	/**
	 * Writes the answer to an upload (§2).
	 * @param output where to
	 * @param response the answer
	 */
	public static void writeUpload(OutputStream output, UploadResponse response) {
		JsonGenerator json = Json.generator(output);
		json.writeStartObject();
		json.writeBooleanProperty("accepted", response.accepted());
		json.writeNumberProperty("highest_server_seq", response.highestServerSeq());
		json.writeArrayPropertyStart("statuses");
		for (ChangeStatus status : response.statuses()) {
			json.writeStartObject();
			json.writeNumberProperty("source_change_id", status.sourceChangeId());
			writeStatusMembers(json, output, status);
			json.writeEndObject();
		}
		json.writeEndArray();
		json.writeEndObject();
		json.close();
	}

	private static void writeStatusMembers(JsonGenerator json, OutputStream output, ChangeStatus status) {
		if (status instanceof ChangeStatus.Applied applied) {
			json.writeStringProperty("status", "applied");
			json.writeNumberProperty("new_server_version", applied.newServerVersion());
		}
		else if (status instanceof ChangeStatus.Conflict conflict) {
			json.writeStringProperty("status", "conflict");
			ServerRow row = conflict.serverRow();
			json.writeObjectPropertyStart("server_row");
			json.writeStringProperty("schema_name", row.table().schema());
			json.writeStringProperty("table_name", row.table().table());
			json.writeStringProperty("id", row.pk().toString());
			json.writeNumberProperty("server_version", row.serverVersion());
			json.writeBooleanProperty("deleted", row.deleted());
			writePayload(json, output, row.payload());
			json.writeEndObject();
		}
		else if (status instanceof ChangeStatus.Postponed postponed) {
			json.writeStringProperty("status", "materialize_error");
			json.writeStringProperty("message", postponed.message());
		}
		else if (status instanceof ChangeStatus.Invalid invalid) {
			json.writeStringProperty("status", "invalid");
			json.writeStringProperty("message", invalid.message());
			writeInvalid(json, invalid.invalid());
		}
	}

	private static void writeInvalid(JsonGenerator json, InvalidChange invalid) {
		json.writeObjectPropertyStart("invalid");
		if (invalid instanceof InvalidChange.UnregisteredTable unregistered) {
			writeReason(json, "unregistered_table");
			json.writeStringProperty("schema", unregistered.table().schema());
			json.writeStringProperty("table", unregistered.table().table());
		}
		else if (invalid instanceof InvalidChange.FkMissing fkMissing) {
			writeReason(json, "fk_missing");
			json.writeArrayPropertyStart("missing");
			fkMissing.missing().forEach(json::writeString);
			json.writeEndArray();
		}
		else if (invalid instanceof InvalidChange.BatchTooLarge tooLarge) {
			writeReason(json, "batch_too_large");
			json.writeNumberProperty("limit", tooLarge.limit());
		}
		else if (invalid instanceof InvalidChange.StillReferenced referenced) {
			writeReason(json, "bad_payload");
			json.writeArrayPropertyStart("referenced_by");
			referenced.referencedBy().forEach(json::writeString);
			json.writeEndArray();
		}
		else {
			writeReason(json, "bad_payload");
		}
		json.writeEndObject();
		json.writeEndObject();
	}

	private static void writeReason(JsonGenerator json, String reason) {
		json.writeStringProperty("reason", reason);
		json.writeObjectPropertyStart("details");
	}

	/** Avoids decoding and encoding the text. */
	private static void writePayload(JsonGenerator json, OutputStream output, @Nullable Payload payload) {
		json.writeName("payload");
		if (payload == null) {
			json.writeNull();
			return;
		}
		json.writeRawValue("");
		json.flush();
		try {
			output.write(payload.utf8());
		}
		catch (IOException ex) {
			throw JacksonIOException.construct(ex, json);
		}
	}

	/**
	 * Starts a page of a download (§3).
	 * @param output where to
	 * @return takes the changes, then the end
	 */
	public static PageWriter page(OutputStream output) {
		return new PageWriter(output);
	}

	private static void writeChange(JsonGenerator json, OutputStream output, DownloadedChange change,
			@Nullable Payload payload) {
		json.writeStartObject();
		json.writeNumberProperty("server_id", change.serverId());
		json.writeStringProperty("schema", change.table().schema());
		json.writeStringProperty("table", change.table().table());
		json.writeStringProperty("op", change.op().name());
		json.writeStringProperty("pk", change.pk().toString());
		writePayload(json, output, payload);
		json.writeNumberProperty("server_version", change.serverVersion());
		json.writeBooleanProperty("deleted", change.op() == Operation.DELETE);
		json.writeStringProperty("source_id", change.sourceId());
		json.writeNumberProperty("source_change_id", change.sourceChangeId());
		json.writeStringProperty("ts", Timestamps.format(change.timestamp()));
		json.writeEndObject();
	}

	/**
	 * Starts an answer with all changes up to the head (§3.1).
	 * @param output where to
	 * @return takes the changes, then the end
	 */
	public static ChangeLines changeLines(OutputStream output) {
		return new ChangeLines(output);
	}

	/**
	 * Starts a list of the failures of a user (§4).
	 * @param output where to
	 * @return takes the failures, then the end
	 */
	public static Failures failures(OutputStream output) {
		return new Failures(output);
	}

	/**
	 * Writes the outcome of a retry (§4).
	 * @param output where to
	 * @param result the outcome
	 */
	public static void writeRetry(OutputStream output, RetryResult result) {
		JsonGenerator json = Json.generator(output);
		json.writeStartObject();
		json.writeNumberProperty("source_change_id", 0);
		json.writeStringProperty("status", result.applied() ? "applied" : "materialize_error");
		json.writeNumberProperty("new_server_version", result.newServerVersion());
		if (result.message() != null) {
			json.writeStringProperty("message", result.message());
		}
		json.writeEndObject();
		json.close();
	}

	/**
	 * Writes an error (§5).
	 * @param output where to
	 * @param code the code
	 * @param message what is wrong and how to fix it
	 */
	public static void writeError(OutputStream output, ErrorCode code, String message) {
		writeError(output, code, message, 0);
	}

	/**
	 * Writes an error (§5).
	 * @param output where to
	 * @param error the error
	 */
	public static void writeError(OutputStream output, SyncException error) {
		writeError(output, error.code(), String.valueOf(error.getMessage()),
				(error instanceof CursorExpiredException expired) ? expired.retainedSince() : 0);
	}

	private static void writeError(OutputStream output, ErrorCode code, String message, long retainedSince) {
		JsonGenerator json = Json.generator(output);
		json.writeStartObject();
		json.writeStringProperty("error", code.code());
		json.writeStringProperty("message", message);
		if (retainedSince > 0) {
			json.writeNumberProperty("retained_since", retainedSince);
		}
		json.writeEndObject();
		json.close();
	}

	/**
	 * Writes checksums (§4.1).
	 * @param output where to
	 * @param checksums the checksums
	 */
	public static void writeChecksums(OutputStream output, Checksums checksums) {
		JsonGenerator json = Json.generator(output);
		json.writeStartObject();
		json.writeNumberProperty("head", checksums.head());
		json.writeArrayPropertyStart("tables");
		for (Checksums.Table table : checksums.tables()) {
			json.writeStartObject();
			json.writeStringProperty("schema", table.name().schema());
			json.writeStringProperty("table", table.name().table());
			json.writeNumberProperty("rows", table.rows());
			json.writeStringProperty("digest", HexFormat.of().toHexDigits(table.digest()));
			if (table.entries() != null) {
				json.writeArrayPropertyStart("entries");
				for (Checksums.Entry entry : table.entries()) {
					json.writeStartObject();
					json.writeStringProperty("pk", entry.pk().toString());
					json.writeNumberProperty("server_version", entry.version());
					json.writeNumberProperty("server_id", entry.serverId());
					json.writeEndObject();
				}
				json.writeEndArray();
			}
			json.writeEndObject();
		}
		json.writeEndArray();
		json.writeEndObject();
		json.close();
	}

	/**
	 * Writes the version of the protocol's schema (§4).
	 * @param output where to
	 */
	public static void writeSchemaVersion(OutputStream output) {
		JsonGenerator json = Json.generator(output);
		json.writeStartObject();
		json.writeNumberProperty("schema_version", SCHEMA_VERSION);
		json.writeEndObject();
		json.close();
	}

	/**
	 * Writes the status of the server (§4).
	 * @param output where to
	 * @param version the version of the library
	 * @param applicationName the name of the application
	 * @param tables the registered tables
	 * @param features what the server can do
	 * @param epoch the name of the server's history, null if it has none
	 * @param expired which deletes of the user's stream have expired
	 */
	public static void writeStatus(OutputStream output, String version, String applicationName, List<String> tables,
			List<String> features, @Nullable String epoch, ExpiredDeletes expired) {
		JsonGenerator json = Json.generator(output);
		json.writeStartObject();
		json.writeStringProperty("status", "healthy");
		json.writeStringProperty("version", version);
		json.writeStringProperty("app_name", applicationName);
		if (epoch != null) {
			json.writeStringProperty("epoch", epoch);
		}
		if (expired.retainedSince() > 0) {
			json.writeNumberProperty("retained_since", expired.retainedSince());
			json.writeNumberProperty("expired_rows", expired.rows());
		}
		json.writeArrayPropertyStart("registered_tables");
		tables.forEach(json::writeString);
		json.writeEndArray();
		json.writeObjectPropertyStart("features");
		features.forEach((feature) -> json.writeBooleanProperty(feature, true));
		json.writeEndObject();
		json.writeEndObject();
		json.close();
	}

	/** A page of a download, while it is being written. */
	public static final class PageWriter {

		private final OutputStream output;

		private final JsonGenerator json;

		private PageWriter(OutputStream output) {
			this.output = output;
			this.json = Json.generator(output);
			this.json.writeStartObject();
			this.json.writeArrayPropertyStart("changes");
		}

		/**
		 * Writes the next change.
		 * @param change the change
		 */
		public void change(DownloadedChange change) {
			writeChange(this.json, this.output, change, change.payload());
		}

		/**
		 * Ends the page.
		 * @param window how it ends
		 */
		public void end(DownloadWindow window) {
			this.json.writeEndArray();
			this.json.writeBooleanProperty("has_more", window.hasMore());
			this.json.writeNumberProperty("next_after", window.nextAfter());
			this.json.writeNumberProperty("window_until", window.windowUntil());
			this.json.writeEndObject();
			this.json.close();
		}

	}

	/** Changes as lines, while they are being written. */
	public static final class ChangeLines {

		private final OutputStream output;

		private final JsonGenerator json;

		private ChangeLines(OutputStream output) {
			this.output = output;
			this.json = Json.lineGenerator(output);
		}

		/**
		 * Writes the next change.
		 * @param change the change
		 */
		public void change(DownloadedChange change) {
			writeChange(this.json, this.output, change, onOneLine(change.payload()));
			this.json.writeRaw('\n');
		}

		/** Passes all lines so far on to the output. */
		public void flush() {
			this.json.flush();
		}

		/**
		 * Ends the answer.
		 * @param window how it ends
		 */
		public void end(DownloadWindow window) {
			this.json.writeStartObject();
			this.json.writeNumberProperty("next_after", window.nextAfter());
			this.json.writeNumberProperty("window_until", window.windowUntil());
			this.json.writeEndObject();
			this.json.writeRaw('\n');
			this.json.close();
		}

		/**
		 * JSON has line breaks between tokens only, where a space has the same meaning.
		 */
		private static @Nullable Payload onOneLine(@Nullable Payload payload) {
			byte[] utf8 = (payload != null) ? payload.utf8() : new byte[0];
			byte[] spaced = null;
			for (int i = 0; i < utf8.length; i++) {
				if (utf8[i] == '\n' || utf8[i] == '\r') {
					spaced = (spaced != null) ? spaced : utf8.clone();
					spaced[i] = ' ';
				}
			}
			return (payload == null || spaced == null) ? payload : new Payload(payload.kind(), spaced);
		}

	}

	/** A list of failures, while it is being written. */
	public static final class Failures {

		private final OutputStream output;

		private final JsonGenerator json;

		private Failures(OutputStream output) {
			this.output = output;
			this.json = Json.generator(output);
			this.json.writeStartArray();
		}

		/**
		 * Writes the next failure.
		 * @param failure the failure
		 */
		public void failure(MaterializeFailure failure) {
			this.json.writeStartObject();
			this.json.writeNumberProperty("id", failure.id());
			this.json.writeStringProperty("user_id", failure.userId());
			this.json.writeStringProperty("schema", failure.table().schema());
			this.json.writeStringProperty("table", failure.table().table());
			this.json.writeStringProperty("pk", failure.pk().toString());
			this.json.writeNumberProperty("attempted_version", failure.attemptedVersion());
			this.json.writeStringProperty("op", failure.op().name());
			writePayload(this.json, this.output, failure.payload());
			this.json.writeStringProperty("error", failure.error());
			this.json.writeStringProperty("first_seen", Timestamps.format(failure.firstSeen()));
			this.json.writeNumberProperty("retry_count", failure.retryCount());
			this.json.writeEndObject();
		}

		/** Ends the list. */
		public void end() {
			this.json.writeEndArray();
			this.json.close();
		}

	}

}
