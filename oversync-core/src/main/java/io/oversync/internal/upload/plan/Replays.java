/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.Map;

import io.oversync.internal.stream.Application;

/**
 * The applications of earlier uploads under the ids of this upload's changes (protocol
 * §2.1 step 2), by the indexes of the changes.
 *
 * @param versions of the changes that had the same content: the version that they
 * produced then
 * @param latest of the changes that had other content: the latest application
 */
public record Replays(Map<Integer, Long> versions, Map<Integer, Application> latest) {
}
