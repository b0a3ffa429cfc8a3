/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.actuate;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.oversync.internal.event.EngineListener;

/**
 * Times the parts of uploads, with the meters that {@link EngineObservations} would have:
 * those are looked up for each observation, these are held, which costs far less.
 */
public final class PhaseTimers implements EngineListener {

	private final Map<Phase, Meters> meters = new EnumMap<>(Phase.class);

	/**
	 * Creates the meters.
	 * @param registry where they are registered
	 */
	public PhaseTimers(MeterRegistry registry) {
		for (Phase phase : Phase.values()) {
			String name = phase.name().toLowerCase(Locale.ROOT);
			this.meters.put(phase,
					new Meters(
							Timer.builder(EngineObservations.NAME)
								.tag(EngineObservations.PHASE, name)
								.tag("error", "none")
								.register(registry),
							LongTaskTimer.builder(EngineObservations.NAME + ".active")
								.tag(EngineObservations.PHASE, name)
								.register(registry)));
		}
	}

	@Override
	public Part begin(Phase phase) {
		Meters of = Objects.requireNonNull(this.meters.get(phase));
		LongTaskTimer.Sample sample = of.active.start();
		return () -> of.timer.record(sample.stop(), TimeUnit.NANOSECONDS);
	}

	private record Meters(Timer timer, LongTaskTimer active) {
	}

}
