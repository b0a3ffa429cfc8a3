/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.jpa;

import java.util.UUID;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/**
 * A row of an application that writes its table with JPA.
 */
@Entity
@Table(schema = "app", name = "note")
class Note {

	@Id
	private @Nullable UUID id;

	@Column(name = "owner_id")
	private @Nullable String ownerId;

	private @Nullable String title;

	Note() {
	}

	Note(UUID id, String ownerId, String title) {
		this.id = id;
		this.ownerId = ownerId;
		this.title = title;
	}

}
