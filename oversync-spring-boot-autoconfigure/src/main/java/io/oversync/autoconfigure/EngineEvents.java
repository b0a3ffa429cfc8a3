/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import io.oversync.internal.event.EngineListener;

/**
 * The receiver of all that the engine and the endpoints report. There is one, so that a
 * listener that fails is logged once.
 *
 * @param listener all listeners as one
 */
record EngineEvents(EngineListener listener) {

}
