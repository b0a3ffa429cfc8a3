/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes.jpa;

import java.security.Principal;
import java.util.UUID;

import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
class PostController {

	private final PostRepository posts;

	private final PostService service;

	private final PostAccess access;

	PostController(PostRepository posts, PostService service, PostAccess access) {
		this.posts = posts;
		this.service = service;
		this.access = access;
	}

	@PutMapping("/posts/{id}/title")
	void rename(@PathVariable UUID id, @RequestParam String title, Principal user) {
		this.access.check(this.posts.findById(id).orElseThrow(), user);
		this.service.rename(id, title);
	}

	@ExceptionHandler(OptimisticLockingFailureException.class)
	@ResponseStatus(HttpStatus.CONFLICT)
	void changedMeanwhile() {
	}

}
