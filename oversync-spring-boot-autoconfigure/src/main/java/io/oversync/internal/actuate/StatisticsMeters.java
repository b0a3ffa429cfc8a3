/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.actuate;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.oversync.internal.service.EngineStatistics;
import io.oversync.internal.service.SyncEngine;
import io.oversync.protocol.TableName;

/**
 * Gauges of what is in the database, as the background read it last: a scrape makes no
 * query.
 */
public final class StatisticsMeters implements MeterBinder, Runnable {

	private static final EngineStatistics NONE = new EngineStatistics(0, Map.of(), 0, Duration.ZERO, List.of());

	private final SyncEngine engine;

	private volatile EngineStatistics statistics = NONE;

	private volatile boolean read;

	/**
	 * Creates the gauges.
	 * @param engine the engine
	 */
	public StatisticsMeters(SyncEngine engine) {
		this.engine = engine;
	}

	/** Reads the numbers. */
	@Override
	public void run() {
		this.statistics = this.engine.statistics();
		this.read = true;
	}

	/**
	 * Returns the numbers as they were read last.
	 * @return the numbers, zeros before the first reading
	 */
	public EngineStatistics last() {
		return this.statistics;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		gauge(registry, "oversync.streams", "Users with a stream", EngineStatistics::streams);
		gauge(registry, "oversync.capture.waiting", "Rows that the application wrote and that are not absorbed yet",
				EngineStatistics::waitingRows);
		Gauge
			.builder("oversync.capture.waiting.age", this,
					(meters) -> meters.number((last) -> last.waitingFor().toMillis() / 1000.0))
			.description("How long some of these rows have waited at least")
			.baseUnit("seconds")
			.register(registry);
		for (String table : this.engine.registeredTables()) {
			TableName name = TableName.parse(table);
			Gauge
				.builder("oversync.materialize.failures.open", this,
						(meters) -> meters.number((last) -> last.failures().getOrDefault(name, 0L)))
				.description("Rows that their tables refused and that are not written since")
				.tag("table", table)
				.register(registry);
		}
		for (double quantile : new double[] { 0.5, 0.95, 1 }) {
			Gauge
				.builder("oversync.devices.lag", this,
						(meters) -> meters.number((last) -> quantile(last.lags(), quantile)))
				.description("Entries that devices of the last day are behind their heads; a sample")
				.tag("quantile", String.valueOf(quantile))
				.register(registry);
		}
		Gauge.builder("oversync.watchers", this.engine, (watched) -> watched.watches().size())
			.description("Devices that wait for news on this node")
			.register(registry);
		FunctionCounter.builder("oversync.downloads.beyond.head", this.engine, SyncEngine::countDownloadsBeyondTheHead)
			.description("Downloads from beyond the end of their stream: the database was put back")
			.register(registry);
	}

	private void gauge(MeterRegistry registry, String name, String description,
			ToDoubleFunction<EngineStatistics> number) {
		Gauge.builder(name, this, (meters) -> meters.number(number)).description(description).register(registry);
	}

	/** Nothing is known before the first reading. */
	private double number(ToDoubleFunction<EngineStatistics> number) {
		return this.read ? number.applyAsDouble(this.statistics) : Double.NaN;
	}

	private static double quantile(List<Long> values, double quantile) {
		List<Long> sorted = values.stream().sorted().toList();
		return sorted.isEmpty() ? 0 : sorted.get((int) Math.ceil(quantile * sorted.size()) - 1);
	}

}
