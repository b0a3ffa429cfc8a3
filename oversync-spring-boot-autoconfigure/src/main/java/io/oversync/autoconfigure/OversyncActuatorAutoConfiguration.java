/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import io.micrometer.core.instrument.MeterRegistry;
import io.oversync.actuate.OversyncEndpoint;
import io.oversync.internal.actuate.StatisticsMeters;
import io.oversync.internal.actuate.SyncHealthIndicator;
import io.oversync.internal.actuate.SyncInfoContributor;
import io.oversync.internal.service.CurrentEpoch;
import io.oversync.internal.service.SyncEngine;
import io.oversync.internal.web.ServerStatus;
import io.oversync.protocol.ExpiredDeletes;
import io.oversync.service.StreamCompaction;
import io.oversync.service.SyncDevices;
import io.oversync.service.SyncService;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration of the Actuator endpoint, of health and of information.
 */
@AutoConfiguration(after = { OversyncAutoConfiguration.class, OversyncMetricsAutoConfiguration.class })
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnSingleCandidate(SyncEngine.class)
public final class OversyncActuatorAutoConfiguration {

	// the service comes first, since a bean may turn out to be another one
	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnAvailableEndpoint
	@Nullable OversyncEndpoint oversyncEndpoint(SyncService service, ObjectProvider<SyncEngine> engines,
			ObjectProvider<SyncDevices> devices, ObjectProvider<StreamCompaction> compaction, CurrentEpoch epoch) {
		SyncEngine engine = engines.getIfUnique();
		return (engine != null) ? new OversyncEndpoint(engine, devices.getObject(), compaction.getObject(), epoch)
				: null;
	}

	@Bean
	@ConditionalOnMissingBean(name = "oversyncInfoContributor")
	@ConditionalOnEnabledInfoContributor("oversync")
	InfoContributor oversyncInfoContributor(SyncService service, CurrentEpoch epoch) {
		return new SyncInfoContributor(
				ServerStatus.of("oversync", () -> null, (actor) -> ExpiredDeletes.NONE).version(), service, epoch);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class, MeterRegistry.class })
	static class HealthConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "oversyncHealthIndicator")
		@ConditionalOnEnabledHealthIndicator("oversync")
		@Nullable HealthIndicator oversyncHealthIndicator(SyncService service, ObjectProvider<SyncEngine> engines,
				CurrentEpoch epoch, ObjectProvider<StatisticsMeters> meters) {
			SyncEngine engine = engines.getIfUnique();
			if (engine == null) {
				return null;
			}
			StatisticsMeters statistics = meters.getIfAvailable();
			return new SyncHealthIndicator(epoch, engine::catalog,
					(statistics != null) ? statistics::last : engine::statistics);
		}

	}

}
