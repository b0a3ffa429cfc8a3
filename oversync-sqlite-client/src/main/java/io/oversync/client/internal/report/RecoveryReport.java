/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.report;

import io.oversync.client.Recovery;

/**
 * The values of a {@link Recovery}.
 */
public record RecoveryReport(Reason reason, String message, long reuploads) implements Recovery {

}
