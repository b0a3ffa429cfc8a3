/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes.datajdbc;

import java.util.UUID;

import org.springframework.data.repository.ListCrudRepository;

interface PostRepository extends ListCrudRepository<Post, UUID> {

}
