/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.report;

import io.oversync.client.WaitingChange;

/**
 * The values of a {@link WaitingChange}.
 */
public record WaitingReport(String table, String pk, String problem) implements WaitingChange {

}
