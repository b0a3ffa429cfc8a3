/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.scenario;

import java.util.List;

import io.oversync.simulator.program.Program;

/**
 * All scenarios, in the order in which they are played.
 */
public final class Scenarios {

	private Scenarios() {
	}

	/**
	 * Returns the scenarios.
	 * @return in the order in which they are played
	 */
	public static List<Program> all() {
		return List.of(new FreshInstall(), new NormalUsage(), new Reinstall(), new DeviceReplacement(),
				new OfflineOnline(), new Conflicts(), new UserSwitch(), new FkBatchRetry(),
				new RefusedDeletesScenario(), new ComplexMultiBatch(), new MultiDeviceSync(), new MultiDeviceComplex(),
				new FilesSync());
	}

}
