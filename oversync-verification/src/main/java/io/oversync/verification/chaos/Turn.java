/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.List;

/**
 * What one device does in a round, while the others have their turns.
 *
 * @param role the device
 * @param actions one after the other
 */
record Turn(Role role, List<Action> actions) {
}
