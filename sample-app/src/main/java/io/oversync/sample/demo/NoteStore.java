/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.util.UUID;

/**
 * Notes that can be edited: those of a phone, or the server's.
 */
interface NoteStore {

	/** Most notes of a session in one place. */
	int MOST_NOTES = 30;

	/**
	 * Adds a note.
	 * @param edit its fields
	 */
	void add(NoteEdit edit);

	/**
	 * Edits a note.
	 * @param id its key
	 * @param edit the fields to change
	 */
	void edit(UUID id, NoteEdit edit);

	/**
	 * Deletes a note.
	 * @param id its key
	 */
	void delete(UUID id);

}
