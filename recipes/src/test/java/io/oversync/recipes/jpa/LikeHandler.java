/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes.jpa;

import java.util.UUID;

import io.oversync.materialize.MaterializationHandler;
import io.oversync.materialize.MaterializedRow;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.stereotype.Component;

/** Counts likes in their posts, and keeps no rows of them. */
@Component
class LikeHandler implements MaterializationHandler {

	private final PostRepository posts;

	private final JsonMapper json;

	LikeHandler(PostRepository posts, JsonMapper json) {
		this.posts = posts;
		this.json = json;
	}

	@Override
	public String table() {
		return "business.likes";
	}

	@Override
	public void upsert(MaterializedRow row) {
		UUID post = UUID.fromString(this.json.readTree(row.payload()).get("post_id").asString());
		this.posts.findById(post).filter((found) -> found.getOwnerId().equals(row.userId())).ifPresent(Post::like);
	}

	@Override
	public void delete(MaterializedRow row) {
	}

}
