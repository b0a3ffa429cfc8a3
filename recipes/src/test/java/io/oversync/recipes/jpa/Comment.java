/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes.jpa;

import java.util.UUID;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import jakarta.persistence.Version;

@Entity
@Table(schema = "business", name = "comments")
class Comment {

	@Id
	@GeneratedValue(strategy = GenerationType.UUID)
	private UUID id;

	@Version
	private Long version;

	@Column(updatable = false)
	private String ownerId;

	@ManyToOne(fetch = FetchType.LAZY)
	private Post post;

	private String body;

	protected Comment() {
	}

	Comment(Post post, String body) {
		this.post = post;
		this.ownerId = post.getOwnerId();
		this.body = body;
	}

}
