/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes.operations;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

import io.oversync.materialize.MaterializedRow;
import io.oversync.materialize.ReadingMaterializationHandler;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.stereotype.Component;

/** What devices have of labels is made of their names here. */
@Component
class NoteHandler implements ReadingMaterializationHandler {

	private final Notes notes;

	private final JsonMapper json;

	NoteHandler(Notes notes, JsonMapper json) {
		this.notes = notes;
		this.json = json;
	}

	@Override
	public String table() {
		return "business.labels";
	}

	@Override
	public void upsert(MaterializedRow row) {
		this.notes.save(row.userId(), row.pk(), this.json.readTree(row.payload()).get("text").asString());
	}

	@Override
	public void delete(MaterializedRow row) {
		this.notes.delete(row.pk());
	}

	@Override
	public Map<UUID, String> readAll(String userId, List<UUID> keys) {
		return this.notes.findByOwnerAndIds(userId, keys)
			.stream()
			.collect(Collectors.toMap(Note::id, (note) -> this.json.writeValueAsString(note.content())));
	}

}
