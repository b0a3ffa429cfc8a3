/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

import io.oversync.protocol.ChangeStatus.InvalidChange;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The exact bytes of every answer.
 */
class ResponseWriterTests {

	private static final TableName TABLE = TableName.parse("business.users");

	private static final UUID PK = UUID.fromString("550E8400-E29B-41D4-A716-446655440000");

	private static final String PAYLOAD = "{ \"b\":1.10 ,\t\"a\" : 9007199254740993,\n\"é\":\"\\u00e9\\/😀\",\"a\":1e21}";

	@Test
	void writesAnAppliedChange() {
		assertThat(upload(new ChangeStatus.Applied(7, Long.MAX_VALUE)))
			.isEqualTo("{\"accepted\":true,\"highest_server_seq\":156,\"statuses\":["
					+ "{\"source_change_id\":7,\"status\":\"applied\",\"new_server_version\":9223372036854775807}]}");
	}

	@Test
	void writesAConflictWithItsPayloadVerbatim() {
		assertThat(upload(new ChangeStatus.Conflict(-1, new ServerRow(TABLE, PK, 3, false, Payload.of(PAYLOAD)))))
			.isEqualTo("{\"accepted\":true,\"highest_server_seq\":156,\"statuses\":["
					+ "{\"source_change_id\":-1,\"status\":\"conflict\",\"server_row\":{\"schema_name\":\"business\","
					+ "\"table_name\":\"users\",\"id\":\"550e8400-e29b-41d4-a716-446655440000\",\"server_version\":3,"
					+ "\"deleted\":false,\"payload\":" + PAYLOAD + "}}]}");
	}

	@Test
	void writesAConflictWithARowWhosePayloadIsNotKnown() {
		assertThat(upload(new ChangeStatus.Conflict(1, new ServerRow(TABLE, PK, 3, true, null))))
			.contains("\"server_version\":3,\"deleted\":true,\"payload\":null}}]}");
	}

	@Test
	void writesAChangeThatIsToBeSentAgain() {
		assertThat(upload(new ChangeStatus.Postponed(7, "no room")))
			.contains("[{\"source_change_id\":7,\"status\":\"materialize_error\",\"message\":\"no room\"}]");
	}

	@Test
	void writesEveryReasonWithItsDetails() {
		assertThat(upload(new ChangeStatus.Invalid(0, new InvalidChange.BadPayload(), "no \"pk\"")))
			.contains("[{\"source_change_id\":0,\"status\":\"invalid\",\"message\":\"no \\\"pk\\\"\","
					+ "\"invalid\":{\"reason\":\"bad_payload\",\"details\":{}}}]");
		assertThat(upload(new ChangeStatus.Invalid(0, new InvalidChange.UnregisteredTable(TABLE), "m")))
			.contains("\"message\":\"m\",\"invalid\":{\"reason\":\"unregistered_table\","
					+ "\"details\":{\"schema\":\"business\",\"table\":\"users\"}}}]");
		assertThat(upload(
				new ChangeStatus.Invalid(0, new InvalidChange.FkMissing(List.of("business.users:1", "a.b:\"")), "m")))
			.contains("\"invalid\":{\"reason\":\"fk_missing\","
					+ "\"details\":{\"missing\":[\"business.users:1\",\"a.b:\\\"\"]}}}]");
		assertThat(upload(new ChangeStatus.Invalid(0, new InvalidChange.BatchTooLarge(200), "m")))
			.contains("\"invalid\":{\"reason\":\"batch_too_large\",\"details\":{\"limit\":200}}}]");
	}

	@Test
	void writesStatusesInRequestOrder() {
		assertThat(
				upload(new ChangeStatus.Applied(2, 1), new ChangeStatus.Applied(1, 1), new ChangeStatus.Applied(2, 2)))
			.endsWith("[{\"source_change_id\":2,\"status\":\"applied\",\"new_server_version\":1},"
					+ "{\"source_change_id\":1,\"status\":\"applied\",\"new_server_version\":1},"
					+ "{\"source_change_id\":2,\"status\":\"applied\",\"new_server_version\":2}]}");
	}

	@Test
	void writesAnUploadWithoutChanges() {
		assertThat(written((output) -> ResponseWriter.writeUpload(output, new UploadResponse(false, 0, List.of()))))
			.isEqualTo("{\"accepted\":false,\"highest_server_seq\":0,\"statuses\":[]}");
	}

	@Test
	void writesAPage() {
		assertThat(written((output) -> {
			ResponseWriter.PageWriter page = ResponseWriter.page(output);
			page.change(new DownloadedChange(43, TABLE, Operation.INSERT, PK, Payload.of(PAYLOAD), 1, "devicé \"a\"",
					456, Instant.parse("2025-08-08T07:01:00.123456789Z")));
			page.change(new DownloadedChange(44, TABLE, Operation.DELETE, PK, null, 2, "server", 0,
					Instant.parse("2025-08-08T07:01:00Z")));
			page.end(new DownloadWindow(true, 44, 50));
		})).isEqualTo("{\"changes\":[{\"server_id\":43,\"schema\":\"business\",\"table\":\"users\",\"op\":\"INSERT\","
				+ "\"pk\":\"550e8400-e29b-41d4-a716-446655440000\",\"payload\":" + PAYLOAD
				+ ",\"server_version\":1,\"deleted\":false,\"source_id\":\"devicé \\\"a\\\"\",\"source_change_id\":456,"
				+ "\"ts\":\"2025-08-08T07:01:00.123456Z\"},"
				+ "{\"server_id\":44,\"schema\":\"business\",\"table\":\"users\",\"op\":\"DELETE\","
				+ "\"pk\":\"550e8400-e29b-41d4-a716-446655440000\",\"payload\":null,\"server_version\":2,"
				+ "\"deleted\":true,\"source_id\":\"server\",\"source_change_id\":0,"
				+ "\"ts\":\"2025-08-08T07:01:00.000000Z\"}],\"has_more\":true,\"next_after\":44,\"window_until\":50}");
	}

	@Test
	void writesAnEmptyPage() {
		assertThat(written((output) -> ResponseWriter.page(output).end(new DownloadWindow(false, 7, 7))))
			.isEqualTo("{\"changes\":[],\"has_more\":false,\"next_after\":7,\"window_until\":7}");
	}

	@Test
	void leavesAPageThatIsNotEndedWithoutItsEnd() {
		String page = written((output) -> {
			ResponseWriter.PageWriter unfinished = ResponseWriter.page(output);
			for (int i = 0; i < 1000; i++) {
				unfinished.change(new DownloadedChange(i, TABLE, Operation.INSERT, PK, Payload.of(PAYLOAD), 1, "a", 1,
						Instant.EPOCH));
			}
		});
		assertThat(page).startsWith("{\"changes\":[").doesNotContain("]", "has_more");
	}

	@Test
	void writesFailures() {
		MaterializeFailure failure = new MaterializeFailure(9, "ann", TABLE, PK, 3, Operation.UPDATE,
				Payload.of(PAYLOAD), "value \"x\"\nis no number", Instant.parse("2025-08-08T07:01:00.1Z"), 2);
		MaterializeFailure deletion = new MaterializeFailure(8, "ann", TABLE, PK, 3, Operation.DELETE, null, "e",
				Instant.EPOCH, 0);
		assertThat(failures(failure, deletion))
			.isEqualTo("[{\"id\":9,\"user_id\":\"ann\",\"schema\":\"business\",\"table\":\"users\","
					+ "\"pk\":\"550e8400-e29b-41d4-a716-446655440000\",\"attempted_version\":3,\"op\":\"UPDATE\","
					+ "\"payload\":" + PAYLOAD + ",\"error\":\"value \\\"x\\\"\\nis no number\","
					+ "\"first_seen\":\"2025-08-08T07:01:00.100000Z\",\"retry_count\":2},"
					+ "{\"id\":8,\"user_id\":\"ann\",\"schema\":\"business\",\"table\":\"users\","
					+ "\"pk\":\"550e8400-e29b-41d4-a716-446655440000\",\"attempted_version\":3,\"op\":\"DELETE\","
					+ "\"payload\":null,\"error\":\"e\",\"first_seen\":\"1970-01-01T00:00:00.000000Z\","
					+ "\"retry_count\":0}]");
		assertThat(failures()).isEqualTo("[]");
	}

	private static String failures(MaterializeFailure... failures) {
		return written((output) -> {
			ResponseWriter.Failures list = ResponseWriter.failures(output);
			List.of(failures).forEach(list::failure);
			list.end();
		});
	}

	@Test
	void writesTheOutcomeOfARetry() {
		assertThat(written((output) -> ResponseWriter.writeRetry(output, new RetryResult(true, 4, null))))
			.isEqualTo("{\"source_change_id\":0,\"status\":\"applied\",\"new_server_version\":4}");
		assertThat(written((output) -> ResponseWriter.writeRetry(output, new RetryResult(false, 4, "still bad"))))
			.isEqualTo("{\"source_change_id\":0,\"status\":\"materialize_error\",\"new_server_version\":4,"
					+ "\"message\":\"still bad\"}");
	}

	@Test
	void writesErrors() {
		for (ErrorCode code : ErrorCode.values()) {
			assertThat(written((output) -> ResponseWriter.writeError(output, code, "a \"b\"\u0000 é")))
				.isEqualTo("{\"error\":\"" + code.code() + "\",\"message\":\"a \\\"b\\\"\\u0000 é\"}");
			assertThat(code.code()).matches("[a-z_]+");
		}
	}

	@Test
	void writesVersionAndStatus() {
		assertThat(written(ResponseWriter::writeSchemaVersion)).isEqualTo("{\"schema_version\":1}");
		assertThat(written((output) -> ResponseWriter.writeStatus(output, "1.0", "my \"app\"",
				List.of("business.users", "a.b"), List.of("x", "y"), null, ExpiredDeletes.NONE)))
			.isEqualTo("{\"status\":\"healthy\",\"version\":\"1.0\",\"app_name\":\"my \\\"app\\\"\","
					+ "\"registered_tables\":[\"business.users\",\"a.b\"],\"features\":{\"x\":true,\"y\":true}}");
		assertThat(written((output) -> ResponseWriter.writeStatus(output, "1.0", "app", List.of(), List.of(), "e1",
				new ExpiredDeletes(57, 3))))
			.contains("\"app_name\":\"app\",\"epoch\":\"e1\",\"retained_since\":57,\"expired_rows\":3,");
		assertThat(written((output) -> ResponseWriter.writeError(output, new CursorExpiredException(9, 57))))
			.startsWith("{\"error\":\"cursor_expired\",\"message\":\"Deletes after 9 are no longer known")
			.endsWith(",\"retained_since\":57}");
	}

	private static String upload(ChangeStatus... statuses) {
		return written(
				(output) -> ResponseWriter.writeUpload(output, new UploadResponse(true, 156, List.of(statuses))));
	}

	private static String written(Consumer<ByteArrayOutputStream> writing) {
		ByteArrayOutputStream output = new ByteArrayOutputStream();
		writing.accept(output);
		return output.toString(StandardCharsets.UTF_8);
	}

}
