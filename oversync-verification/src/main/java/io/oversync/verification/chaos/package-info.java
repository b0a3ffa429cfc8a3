/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The prover: random devices on a bad network and a server that is killed, checked
 * against rules that must always hold.
 */
@NullMarked
package io.oversync.verification.chaos;

import org.jspecify.annotations.NullMarked;
