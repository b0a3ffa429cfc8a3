/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes.jpa;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.OneToMany;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import org.hibernate.annotations.CreationTimestamp;
import org.hibernate.annotations.UpdateTimestamp;

@Entity
@Table(schema = "business", name = "posts")
class Post {

	@Id
	private UUID id;

	@Version
	private Long version;

	@Column(updatable = false)
	private String ownerId;

	private String title;

	private String status;

	private int likes;

	@CreationTimestamp
	@Column(updatable = false)
	private Instant createdAt;

	@UpdateTimestamp
	private Instant updatedAt;

	@OneToMany(mappedBy = "post", cascade = CascadeType.ALL, orphanRemoval = true)
	private List<Comment> comments = new ArrayList<>();

	protected Post() {
	}

	Post(String ownerId, String title) {
		this.id = UUID.randomUUID();
		this.ownerId = ownerId;
		this.title = title;
		this.status = "draft";
	}

	void comment(String body) {
		this.comments.add(new Comment(this, body));
	}

	void rename(String title) {
		this.title = title;
	}

	void like() {
		this.likes++;
	}

	void schedule() {
		this.status = "due";
	}

	UUID getId() {
		return this.id;
	}

	String getOwnerId() {
		return this.ownerId;
	}

	String getTitle() {
		return this.title;
	}

}
