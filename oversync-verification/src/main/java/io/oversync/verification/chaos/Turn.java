/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.List;

/**
 * The actions of one device in a round, concurrent with the turns of the others.
 *
 * @param role the device
 * @param actions one after the other
 */
record Turn(Role role, List<Action> actions) {
}
