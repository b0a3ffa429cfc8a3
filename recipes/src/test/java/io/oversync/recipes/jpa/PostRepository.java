/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes.jpa;

import java.util.UUID;

import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;

interface PostRepository extends JpaRepository<Post, UUID> {

	@Modifying(flushAutomatically = true, clearAutomatically = true)
	@Query("update versioned Post p set p.status = 'published' where p.status = 'due'")
	int publishDue();

}
