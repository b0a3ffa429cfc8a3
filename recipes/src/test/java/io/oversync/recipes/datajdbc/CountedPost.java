/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes.datajdbc;

import java.util.UUID;

import org.springframework.data.annotation.Id;
import org.springframework.data.annotation.Version;
import org.springframework.data.relational.core.mapping.Table;

/** Takes a row with the version 0, such as one of a device, for a new one. */
@Table(schema = "business", name = "posts")
record CountedPost(@Id UUID id, @Version long version, String ownerId, String title, String status) {

}
