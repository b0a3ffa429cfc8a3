/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import java.util.LinkedHashSet;
import java.util.List;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.MeterObservationHandler;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.oversync.internal.actuate.EngineMeters;
import io.oversync.internal.actuate.EngineObservations;
import io.oversync.internal.actuate.PhaseTimers;
import io.oversync.internal.actuate.StatisticsMeters;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.event.EngineListener;
import io.oversync.internal.service.SyncEngine;
import io.oversync.service.SyncService;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of meters; of an application with Micrometer and a registry.
 */
@AutoConfiguration(after = OversyncAutoConfiguration.class,
		afterName = {
				"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
				"org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration" })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(MeterRegistry.class)
@ConditionalOnSingleCandidate(SyncEngine.class)
@ConditionalOnBooleanProperty(name = "oversync.metrics.enabled", matchIfMissing = true)
public final class OversyncMetricsAutoConfiguration {

	@Bean
	EngineListener oversyncEngineMeters(MeterRegistry registry, TableCatalog catalog) {
		LinkedHashSet<String> tables = new LinkedHashSet<>();
		catalog.tables().forEach((table) -> tables.add(table.name().toString()));
		return new EngineMeters(registry, tables);
	}

	/**
	 * Observations cost many times as much as timers, so there are none where they would
	 * only be timed.
	 */
	@Bean
	EngineListener oversyncPhases(MeterRegistry registry, ObjectProvider<ObservationRegistry> observations,
			ObjectProvider<ObservationHandler<?>> handlers) {
		ObservationRegistry observed = observations.getIfUnique();
		return (observed == null || areTimers(handlers.stream().toList())) ? new PhaseTimers(registry)
				: new EngineObservations(observed);
	}

	/** A registry that was made by hand may have any. */
	private static boolean areTimers(List<ObservationHandler<?>> handlers) {
		return !handlers.isEmpty() && handlers.stream().allMatch(MeterObservationHandler.class::isInstance);
	}

	// the service comes first, since a bean may turn out to be another one
	@Bean
	@Nullable StatisticsMeters oversyncStatisticsMeters(SyncService service, ObjectProvider<SyncEngine> engines) {
		SyncEngine engine = engines.getIfUnique();
		return (engine != null) ? new StatisticsMeters(engine) : null;
	}

	@Bean
	BackgroundWorker oversyncStatisticsWorker(ObjectProvider<StatisticsMeters> meters, OversyncProperties properties) {
		return new BackgroundWorker("statistics", properties.metrics().interval(), meters.getIfAvailable(),
				"Gauges keep the values that were read last");
	}

}
