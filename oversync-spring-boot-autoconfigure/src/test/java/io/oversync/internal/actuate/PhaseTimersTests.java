/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.actuate;

import java.util.List;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.oversync.internal.event.EngineListener;
import io.oversync.internal.event.EngineListener.Part;
import io.oversync.internal.event.EngineListener.Phase;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PhaseTimers}.
 */
class PhaseTimersTests {

	@Test
	void anApplicationThatTracesHasTheSameMeters() {
		SimpleMeterRegistry observed = new SimpleMeterRegistry();
		ObservationRegistry observations = ObservationRegistry.create();
		observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(observed));
		SimpleMeterRegistry timed = new SimpleMeterRegistry();
		assertThat(meters(timed, new PhaseTimers(timed)))
			.isEqualTo(meters(observed, new EngineObservations(observations)))
			.hasSize(2 * Phase.values().length);
	}

	private static List<String> meters(MeterRegistry registry, EngineListener listener) {
		for (Phase phase : Phase.values()) {
			listener.begin(phase).close();
		}
		return registry.getMeters()
			.stream()
			.map((meter) -> meter.getId().getType() + " " + meter.getId().getName() + " " + meter.getId().getTags()
					+ " " + meter.measure().iterator().next())
			.sorted()
			.toList();
	}

	@Test
	void aPhaseIsActiveUntilItEnds() {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		Part part = new PhaseTimers(registry).begin(Phase.LOAD);
		assertThat(registry.get("oversync.upload.phase.active").tag("phase", "load").longTaskTimer().activeTasks())
			.isEqualTo(1);
		assertThat(registry.get("oversync.upload.phase").tag("phase", "load").timer().count()).isZero();
		part.close();
		assertThat(registry.get("oversync.upload.phase.active").tag("phase", "load").longTaskTimer().activeTasks())
			.isZero();
		assertThat(registry.get("oversync.upload.phase").tag("phase", "load").timer().count()).isEqualTo(1);
	}

}
