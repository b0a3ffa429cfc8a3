/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import org.jspecify.annotations.Nullable;

/**
 * A request of a phone, as the page shows it.
 *
 * @param number counts the requests of a session
 * @param phone the phone
 * @param at the time of the answer, in milliseconds since 1970
 * @param method the method, or {@code EVENT} for what a watch has told
 * @param path path and query
 * @param status the status of the answer, 0 for none
 * @param millis the time that it took
 * @param sent what the request carries
 * @param received what the answer carries
 * @param problem why there was no answer, or null
 */
record Exchange(long number, String phone, long at, String method, String path, int status, long millis, String sent,
		String received, @Nullable String problem) {
}
