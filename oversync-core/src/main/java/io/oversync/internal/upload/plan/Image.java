/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import org.jspecify.annotations.Nullable;

/**
 * Where the last after-image of a row is.
 *
 * @param serverId the change that holds it, 0 when no change before this batch does
 * @param entry the index of the entry of this batch that holds it, null when none does
 */
public record Image(long serverId, @Nullable Integer entry) {

	/** No after-image is known. */
	static final Image NONE = new Image(0, null);

}
