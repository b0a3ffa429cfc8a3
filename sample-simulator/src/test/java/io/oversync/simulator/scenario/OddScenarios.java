/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.scenario;

import java.util.function.Consumer;

import io.oversync.simulator.program.Program;
import io.oversync.simulator.sample.SampleTable;
import io.oversync.verification.device.Device;

/**
 * Scenarios that fail.
 */
public final class OddScenarios {

	private OddScenarios() {
	}

	/** Its tablet does not have what its phone has. */
	public static Program different() {
		return program("different", (stage) -> {
			String ann = stage.user("ann");
			Device phone = stage.device(ann, "phone", SampleTable.USERS);
			stage.device(ann, "tablet", SampleTable.USERS);
			phone.execute("INSERT INTO users (id, name, email) VALUES (?, 'Ann', 'e')", stage.newKey().toString());
			stage.sync(phone);
			stage.verify(ann);
		});
	}

	/** It throws an unexpected exception. */
	public static Program broken() {
		return program("broken", (stage) -> {
			throw new IllegalStateException("Nobody expected this");
		});
	}

	/** Its device cannot sync. */
	public static Program offline() {
		return program("offline", (stage) -> {
			Device phone = stage.device(stage.user("ann"), "phone", SampleTable.USERS);
			stage.disconnect(phone);
			stage.sync(phone);
		});
	}

	private static Program program(String name, Consumer<Stage> play) {
		return new Scenario(name, "Does not end well.") {

			@Override
			void play(Stage stage) {
				play.accept(stage);
			}

		};
	}

}
