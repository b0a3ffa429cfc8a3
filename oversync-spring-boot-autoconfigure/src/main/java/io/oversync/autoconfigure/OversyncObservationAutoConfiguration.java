/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import io.micrometer.observation.ObservationRegistry;
import io.oversync.internal.actuate.EngineObservations;
import io.oversync.internal.event.EngineListener;
import io.oversync.internal.service.SyncEngine;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of observations: spans of an application that traces and has no
 * meters.
 */
@AutoConfiguration(after = { OversyncAutoConfiguration.class, OversyncMetricsAutoConfiguration.class },
		afterName = { "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration" })
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean(ObservationRegistry.class)
@ConditionalOnSingleCandidate(SyncEngine.class)
@ConditionalOnBooleanProperty(name = "oversync.metrics.enabled", matchIfMissing = true)
public final class OversyncObservationAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "oversyncPhases")
	EngineListener oversyncPhases(ObservationRegistry registry) {
		return new EngineObservations(registry);
	}

}
