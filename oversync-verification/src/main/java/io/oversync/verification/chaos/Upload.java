/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.oversync.verification.device.RawJson;
import org.jspecify.annotations.Nullable;

/**
 * An upload that reached the server.
 *
 * @param device whose it was
 * @param started when it was sent, in {@link System#nanoTime}
 * @param ended when the answer was there, or its loss was known
 * @param changes what was sent
 * @param answers what the server said to each; null if it is not known
 */
record Upload(String device, long started, long ended, List<SentChange> changes, @Nullable List<Answer> answers) {

	private static final int OK = 200;

	/**
	 * Reads an upload.
	 * @param device whose it was
	 * @param delivery a whole request
	 * @return the upload; an answer that is no success says about no change what became
	 * of it
	 */
	static Upload of(String device, Delivery delivery) {
		byte[] response = delivery.response();
		List<Answer> answers = (delivery.status() == OK && response != null)
				? answers(new String(response, StandardCharsets.UTF_8)) : null;
		return new Upload(device, delivery.started(), delivery.ended(),
				changes(new String(delivery.request(), StandardCharsets.UTF_8)), answers);
	}

	/** Returns what the server said to a change, or null if that is not known. */
	@Nullable Answer answer(int index) {
		return (this.answers != null && index < this.answers.size()) ? this.answers.get(index) : null;
	}

	private static List<SentChange> changes(String json) {
		return new RawJson(json).objects("changes")
			.stream()
			.map((change) -> new SentChange(change.number("source_change_id", 0), change.string("table"),
					change.string("pk"), change.string("op"), change.number("server_version", 0),
					change.raw("payload")))
			.toList();
	}

	private static List<Answer> answers(String json) {
		return new RawJson(json).objects("statuses")
			.stream()
			.map((status) -> new Answer(status.string("status"), status.number("new_server_version", 0),
					row(status.object("server_row")), referencedBy(status.object("invalid"))))
			.toList();
	}

	/** Reads it from {@code {"reason":…,"details":{"referenced_by":[…]}}}. */
	private static @Nullable List<String> referencedBy(@Nullable RawJson invalid) {
		RawJson details = (invalid != null) ? invalid.object("details") : null;
		return (details != null && details.raw("referenced_by") != null) ? details.elements("referenced_by") : null;
	}

	private static Answer.@Nullable ServerRow row(@Nullable RawJson row) {
		return (row != null)
				? new Answer.ServerRow(row.number("server_version", 0), row.isTrue("deleted"), row.raw("payload"))
				: null;
	}

}
