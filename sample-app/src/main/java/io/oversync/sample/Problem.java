/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample;

/**
 * The body of every error, in the form that the sync endpoints use.
 *
 * @param error a code for programs
 * @param message a sentence for people
 */
record Problem(String error, String message) {
}
