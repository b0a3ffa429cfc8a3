/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes.jpa;

import java.util.UUID;

import org.springframework.data.jpa.repository.JpaRepository;

interface LabelRepository extends JpaRepository<Label, UUID> {

}
