/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes.jpa;

import java.util.UUID;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@Service
class PostService {

	private final PostRepository posts;

	PostService(PostRepository posts) {
		this.posts = posts;
	}

	@Transactional
	public Post write(String owner, String title, String... comments) {
		Post post = new Post(owner, title);
		for (String comment : comments) {
			post.comment(comment);
		}
		return this.posts.save(post);
	}

	@Transactional
	public void rename(UUID id, String title) {
		this.posts.findById(id).orElseThrow().rename(title);
	}

	@Transactional
	public void schedule(UUID id) {
		this.posts.findById(id).orElseThrow().schedule();
	}

	@Transactional
	public void delete(UUID id) {
		this.posts.deleteById(id);
	}

	@Scheduled(fixedDelayString = "${posts.publish-every}")
	@Transactional
	public void publishDue() {
		this.posts.publishDue();
	}

}
