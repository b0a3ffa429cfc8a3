/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.jpa;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.interceptor.TransactionAspectSupport;

/**
 * An application's service with transactions of its own.
 */
@Service
class NoteService {

	private final NoteRepository notes;

	NoteService(NoteRepository notes) {
		this.notes = notes;
	}

	@Transactional
	public void save(Note note, boolean refuse) {
		this.notes.save(note);
		if (refuse) {
			throw new IllegalArgumentException("a note that the application refuses");
		}
	}

	@Transactional
	public void saveOrGiveUp(Note note, boolean refuse) {
		this.notes.save(note);
		if (refuse) {
			TransactionAspectSupport.currentTransactionStatus().setRollbackOnly();
		}
	}

	@Transactional(propagation = Propagation.REQUIRES_NEW)
	public void saveApart(Note note) {
		this.notes.saveAndFlush(note);
	}

}
