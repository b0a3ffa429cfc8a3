/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.soak;

import java.io.IOException;

/**
 * A JVM for gauges to read until its standard input ends.
 */
final class IdleProcess {

	private IdleProcess() {
	}

	/**
	 * Reports that it has started, and waits.
	 * @param args none
	 */
	public static void main(String[] args) throws IOException {
		System.out.println("ready");
		while (System.in.read() >= 0) {
			continue;
		}
	}

}
