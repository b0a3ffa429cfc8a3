/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes.datajdbc;

import java.util.UUID;

import org.springframework.data.annotation.Id;
import org.springframework.data.annotation.Version;
import org.springframework.data.relational.core.mapping.Table;

@Table(schema = "business", name = "posts")
record Post(@Id UUID id, @Version Long version, String ownerId, String title, String status) {

	static Post of(String ownerId, String title) {
		return new Post(UUID.randomUUID(), null, ownerId, title, "draft");
	}

	Post rename(String title) {
		return new Post(this.id, this.version, this.ownerId, title, this.status);
	}

}
