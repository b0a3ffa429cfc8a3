/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * A note as a phone or the server has it.
 *
 * @param id its key
 * @param title its title
 * @param body its text
 * @param done whether it is ticked
 * @param version the server's version that is known, 0 for none
 * @param queued the local change that the server has not confirmed: {@code new} or
 * {@code edited}, else null
 */
record Note(UUID id, String title, String body, boolean done, long version, @Nullable String queued) {
}
