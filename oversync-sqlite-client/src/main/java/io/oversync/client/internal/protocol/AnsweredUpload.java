/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.protocol;

import java.util.List;

/**
 * The answer to an upload (§2).
 *
 * @param highestServerSeq a position that the stream has reached, 0 if it is not named
 * @param changes the answer to each change, in order
 */
public record AnsweredUpload(long highestServerSeq, List<ChangeAnswer> changes) {
}
