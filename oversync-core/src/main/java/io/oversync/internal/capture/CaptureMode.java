/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.capture;

/**
 * What is done at start-up about the triggers that capture the application's writes.
 */
public enum CaptureMode {

	/** Creates and replaces what differs, and removes what is no longer needed. */
	MIGRATE,
	/** Changes nothing; refuses to start where a trigger is missing or differs. */
	VALIDATE,
	/** Captures nothing. */
	OFF

}
