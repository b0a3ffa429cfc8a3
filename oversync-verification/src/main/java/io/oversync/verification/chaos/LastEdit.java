/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import io.oversync.verification.device.RandomEdits.RowEdit;

/**
 * The last edit of a row on a device.
 *
 * @param device the device
 * @param edit the edit
 * @param reported whether the client has said since that the edit met another device's,
 * or that the server refused it for good
 */
record LastEdit(String device, RowEdit edit, boolean reported) {
}
