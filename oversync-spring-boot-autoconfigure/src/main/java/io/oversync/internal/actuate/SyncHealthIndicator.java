/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.actuate;

import java.util.List;
import java.util.function.Supplier;

import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.service.CurrentEpoch;
import io.oversync.internal.service.EngineStatistics;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Whether sync can work: it is down when the sync schema cannot be read. Failures, and
 * what waits, are details. There is no data of users in it.
 */
public final class SyncHealthIndicator extends AbstractHealthIndicator {

	private final CurrentEpoch epoch;

	private final Supplier<TableCatalog> catalog;

	private final Supplier<EngineStatistics> statistics;

	/**
	 * Creates the indicator.
	 * @param epoch reads the sync schema
	 * @param catalog the registered tables
	 * @param statistics the numbers that the background read last
	 */
	public SyncHealthIndicator(CurrentEpoch epoch, Supplier<TableCatalog> catalog,
			Supplier<EngineStatistics> statistics) {
		super("The sync schema cannot be read");
		this.epoch = epoch;
		this.catalog = catalog;
		this.statistics = statistics;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		this.epoch.refresh();
		TableCatalog tables = this.catalog.get();
		List<String> problems = tables.tables()
			.stream()
			.filter((table) -> table.problem() != null)
			.map((table) -> table.name() + ": " + table.problem())
			.toList();
		EngineStatistics last = this.statistics.get();
		builder.up()
			.withDetail("capture", tables.isCaptured())
			.withDetail("tablesThatCannotBeWritten", problems)
			.withDetail("openFailures", last.openFailures())
			.withDetail("waitingRows", last.waitingRows())
			.withDetail("waitingSeconds", last.waitingFor().toSeconds());
	}

}
