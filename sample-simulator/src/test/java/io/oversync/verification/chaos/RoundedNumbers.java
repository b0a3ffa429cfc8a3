/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.function.Consumer;

import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.Payload;
import io.oversync.protocol.SyncActor;
import io.oversync.service.SyncService;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@link PlantedBug#PAYLOAD_REWRITTEN}: 9007199254740993 becomes 9007199254740992, and
 * 1.10 becomes 1.1. The stored rows and the rows in conflicts are correct.
 */
final class RoundedNumbers extends DelegatingSyncService {

	private static final JsonMapper mapper = new JsonMapper();

	RoundedNumbers(SyncService real) {
		super(real);
	}

	@Override
	public DownloadWindow download(SyncActor actor, DownloadRequest request, Consumer<DownloadedChange> sink) {
		return super.download(actor, request, (change) -> sink.accept(rounded(change)));
	}

	private static DownloadedChange rounded(DownloadedChange change) {
		Payload payload = (change.payload() != null) ? Payload.of(rounded(change.payload().text())) : null;
		return new DownloadedChange(change.serverId(), change.table(), change.op(), change.pk(), payload,
				change.serverVersion(), change.sourceId(), change.sourceChangeId(), change.timestamp());
	}

	private static String rounded(String json) {
		StringWriter text = new StringWriter();
		try (JsonParser parser = mapper.createParser(json); JsonGenerator generator = mapper.createGenerator(text)) {
			while (parser.nextToken() != null) {
				switch (parser.currentToken()) {
					case VALUE_NUMBER_INT ->
						generator.writeNumber(new BigDecimal(parser.getDoubleValue()).toBigInteger());
					case VALUE_NUMBER_FLOAT -> generator.writeNumber(parser.getDoubleValue());
					default -> generator.copyCurrentEvent(parser);
				}
			}
		}
		return text.toString();
	}

}
