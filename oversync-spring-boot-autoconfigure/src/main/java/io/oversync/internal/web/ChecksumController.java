/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

import io.oversync.protocol.ChecksumRequest;
import io.oversync.protocol.Checksums;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.ResponseWriter;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import io.oversync.protocol.TableName;
import io.oversync.protocol.Uuids;
import io.oversync.service.SyncService;
import io.oversync.web.SyncActorResolver;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.bind.annotation.RestController;

/**
 * The endpoint for checksums of a user's rows (protocol §4.1). Registered and isolated
 * like {@link SyncController}.
 */
@RestController
final class ChecksumController {

	private final SyncService service;

	private final SyncActorResolver actors;

	private final DownloadLimits answers;

	ChecksumController(SyncService service, SyncActorResolver actors, DownloadLimits answers) {
		this.service = service;
		this.actors = actors;
		this.answers = answers;
	}

	void checksums(HttpServletRequest request, HttpServletResponse response) throws IOException {
		SyncActor actor = this.actors.resolve(request);
		RequestParameters parameters = new RequestParameters(request);
		String schema = parameters.text("schema");
		if (schema != null && !TableName.isIdentifier(schema)) {
			throw new SyncException(ErrorCode.INVALID_REQUEST, "'schema' may contain a-z, 0-9 and _ only");
		}
		ChecksumRequest checksums = new ChecksumRequest(schema, tables(parameters.text("tables")),
				key("pk_from", parameters), key("pk_to", parameters), "true".equals(parameters.text("entries")));
		Checksums answer = this.service.checksums(actor, checksums);
		Responses.json(response, this.answers, (body) -> ResponseWriter.writeChecksums(body, answer));
	}

	private static Set<TableName> tables(@Nullable String names) {
		Set<TableName> tables = new TreeSet<>();
		for (String name : (names != null) ? names.split(",", -1) : new String[0]) {
			try {
				tables.add(TableName.parse(name));
			}
			catch (IllegalArgumentException ex) {
				throw new SyncException(ErrorCode.INVALID_REQUEST,
						"'tables' are names such as schema.table, with commas in between", ex);
			}
		}
		return tables;
	}

	private static @Nullable UUID key(String name, RequestParameters parameters) {
		String text = parameters.text(name);
		UUID key = (text != null) ? Uuids.parseKey(text) : null;
		if (text != null && key == null) {
			throw new SyncException(ErrorCode.INVALID_REQUEST, "The parameter '" + name + "' must be a UUID");
		}
		return key;
	}

}
