/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The simulator: devices that play scenarios against a server of the protocol, and a
 * prover that looks for lost, doubled and leaked changes.
 */
@NullMarked
package io.oversync.simulator;

import org.jspecify.annotations.NullMarked;
