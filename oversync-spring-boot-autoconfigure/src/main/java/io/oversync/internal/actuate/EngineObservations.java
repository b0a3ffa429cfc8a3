/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.actuate;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.oversync.internal.event.EngineListener;

/**
 * Observes the parts of uploads: spans below that of the HTTP request where the
 * application traces, and the timer {@code oversync.upload.phase}.
 */
public final class EngineObservations implements EngineListener {

	static final String NAME = "oversync.upload.phase";

	static final String PHASE = "phase";

	/** Made once: an upload has each phase. */
	private static final Map<Phase, Names> NAMES = new EnumMap<>(Phase.class);
	static {
		for (Phase phase : Phase.values()) {
			String name = phase.name().toLowerCase(Locale.ROOT);
			NAMES.put(phase, new Names("oversync upload " + name, KeyValue.of(PHASE, name)));
		}
	}

	private final ObservationRegistry registry;

	/**
	 * Creates it.
	 * @param registry whose handlers make spans and timers
	 */
	public EngineObservations(ObservationRegistry registry) {
		this.registry = registry;
	}

	@Override
	public Part begin(Phase phase) {
		if (this.registry.isNoop()) {
			return Part.NONE;
		}
		Names names = Objects.requireNonNull(NAMES.get(phase));
		Observation observation = Observation.createNotStarted(NAME, this.registry)
			.contextualName(names.span)
			.lowCardinalityKeyValue(names.phase)
			.start();
		Observation.Scope scope = observation.openScope();
		return () -> {
			scope.close();
			observation.stop();
		};
	}

	private record Names(String span, KeyValue phase) {
	}

}
