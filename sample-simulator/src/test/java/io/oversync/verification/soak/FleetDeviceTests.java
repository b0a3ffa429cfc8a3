/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.soak;

import java.nio.file.Path;
import java.util.Random;

import io.oversync.simulator.sample.SampleTarget;
import io.oversync.verification.device.Device;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The edits of a device do not make it grow.
 */
class FleetDeviceTests {

	@TempDir
	private Path folder;

	@Test
	void theRowsStayAboutAsManyAsTheyShallBe() {
		try (Device device = new Device(this.folder, SampleTarget.at("http://localhost"), "ann", "phone", (builder) -> {
		})) {
			FleetDevice phone = new FleetDevice(device, 50, new Random(1), new Tally());
			phone.fill();
			assertThat(device.rows()).hasSizeBetween(50, 55);
			for (int i = 0; i < 3000; i++) {
				phone.edit();
			}
			assertThat(device.rows()).hasSizeBetween(30, 55);
		}
	}

}
