/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.IOException;
import java.util.Map;

import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.JsonValue;
import io.oversync.protocol.PayloadMembers;
import io.oversync.protocol.ResponseWriter;
import io.oversync.protocol.RetryResult;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import io.oversync.service.SyncService;
import io.oversync.web.SyncActorResolver;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.bind.annotation.RestController;

/**
 * The endpoints for rows that could not be written to their business tables (protocol
 * §4). Registered and isolated like {@link SyncController}.
 */
@RestController
final class FailureController {

	private static final int DEFAULT_LIMIT = 100;

	private static final int MAX_LIMIT = 1000;

	private static final int MAX_BODY_BYTES = 4096;

	private final SyncService service;

	private final SyncActorResolver actors;

	private final DownloadLimits answers;

	FailureController(SyncService service, SyncActorResolver actors, DownloadLimits answers) {
		this.service = service;
		this.actors = actors;
		this.answers = answers;
	}

	void list(HttpServletRequest request, HttpServletResponse response) throws IOException {
		SyncActor actor = this.actors.resolve(request);
		RequestParameters parameters = new RequestParameters(request);
		int limit = parameters.integer("limit", DEFAULT_LIMIT);
		if (limit < 1 || limit > MAX_LIMIT) {
			throw new SyncException(ErrorCode.INVALID_REQUEST, "'limit' must be from 1 to " + MAX_LIMIT);
		}
		Responses.json(response, this.answers, (body) -> {
			ResponseWriter.Failures failures = ResponseWriter.failures(body);
			this.service.materializeFailures(actor, parameters.text("schema"), parameters.text("table"), limit,
					failures::failure);
			failures.end();
		});
	}

	void retry(HttpServletRequest request, HttpServletResponse response) throws IOException {
		SyncActor actor = this.actors.resolve(request);
		Long id = new RequestParameters(request).number("id");
		if (id == null) {
			id = idOf(request.getInputStream().readNBytes(MAX_BODY_BYTES));
		}
		if (id == null) {
			throw new SyncException(ErrorCode.INVALID_REQUEST,
					"Name the failure: as the parameter 'id', or as {\"id\": number} in the body");
		}
		RetryResult result = this.service.retryMaterializeFailure(actor, id);
		SyncExceptionResolver.markSaved(request);
		Responses.json(response, this.answers, (body) -> ResponseWriter.writeRetry(body, result));
	}

	private static @Nullable Long idOf(byte[] body) {
		try {
			Map<String, JsonValue> members = PayloadMembers.read(body);
			JsonValue id = members.get("id");
			return (id != null && id.type() == JsonValue.Type.NUMBER) ? Long.valueOf(id.text()) : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

}
