/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.scenario;

/**
 * Receives the progress of a scenario, from any thread.
 */
interface Audience {

	/**
	 * The scenario describes its next step.
	 * @param line the description
	 */
	void told(String line);

	/**
	 * A device has synced.
	 * @param uploaded how many changes it sent
	 * @param downloaded how many it received
	 * @param conflicts how many of its changes met another device's
	 */
	void synced(long uploaded, long downloaded, long conflicts);

}
