/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.field;

/**
 * The clients in the field.
 */
enum FieldClient {

	GO_EARLY, GO_LATE, KOTLIN_0_2, KOTLIN_0_6;

	FieldDevice open(FieldDevice.Settings settings) {
		return switch (this) {
			case GO_EARLY -> new GoDevice(settings, true);
			case GO_LATE -> new GoDevice(settings, false);
			case KOTLIN_0_2 -> new KotlinDevice(settings, true);
			case KOTLIN_0_6 -> new KotlinDevice(settings, false);
		};
	}

	boolean isKotlin() {
		return this == KOTLIN_0_2 || this == KOTLIN_0_6;
	}

	/**
	 * Returns the late Go client for the early one, else this one. The early one looks
	 * back without its own changes, so that an edit of another device's row is
	 * overwritten by that row's older versions, on any server.
	 */
	FieldClient orOneThatKeepsItsEdits() {
		return (this == GO_EARLY) ? GO_LATE : this;
	}

}
