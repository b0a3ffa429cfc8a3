/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes.operations;

import java.util.Map;
import java.util.UUID;

/** A note. */
record Note(UUID id, String text) {

	/** Returns what devices have of it. */
	Map<String, Object> content() {
		return Map.of("id", this.id, "text", this.text);
	}

}
