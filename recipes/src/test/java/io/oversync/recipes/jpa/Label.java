/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes.jpa;

import java.util.UUID;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.SQLDelete;
import org.hibernate.annotations.SQLRestriction;

/** An entity without a version, whose rows stay when they are deleted. */
@Entity
@Table(schema = "business", name = "labels")
@DynamicUpdate
@SQLDelete(sql = "UPDATE business.labels SET deleted = true WHERE id = ?")
@SQLRestriction("NOT deleted")
class Label {

	@Id
	private UUID id;

	private String ownerId;

	private String name;

	private String colour;

	protected Label() {
	}

	Label(String ownerId, String name, String colour) {
		this.id = UUID.randomUUID();
		this.ownerId = ownerId;
		this.name = name;
		this.colour = colour;
	}

	UUID getId() {
		return this.id;
	}

	void rename(String name) {
		this.name = name;
	}

}
