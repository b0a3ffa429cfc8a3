/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes.jpa;

import java.security.Principal;

import org.springframework.stereotype.Component;

/** Lets users write their own posts. */
@Component
class PostAccess {

	/** What happens meanwhile, in a test. */
	volatile Runnable meanwhile = () -> {
	};

	void check(Post post, Principal user) {
		if (!post.getOwnerId().equals(user.getName())) {
			throw new IllegalArgumentException("a post of another user");
		}
		this.meanwhile.run();
	}

}
