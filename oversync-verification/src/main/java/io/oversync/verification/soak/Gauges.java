/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.soak;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.oversync.verification.soak.Gauge.Group;

/**
 * All gauges of a soak.
 */
final class Gauges implements AutoCloseable {

	/** The gauges of the server's process and database, if they are accessible. */
	private final Map<Group, GaugeSource> server = new EnumMap<>(Group.class);

	private final List<GaugeSource> counting;

	private final Problems problems;

	/**
	 * Finds the sources of gauges.
	 * @param settings the server's process and database
	 * @param counting the sources that count from reading to reading
	 * @param problems receives failures, which leave gauges out of a reading
	 */
	Gauges(SoakSettings settings, List<GaugeSource> counting, Problems problems) {
		if (settings.serverPid() != null) {
			this.server.put(Group.PROCESS, ProcessGauges.of(settings.serverPid()));
		}
		if (settings.databaseUrl() != null) {
			this.server.put(Group.DATABASE, new DatabaseGauges(settings.databaseUrl()));
		}
		this.counting = List.copyOf(counting);
		this.problems = problems;
	}

	/** Returns the available gauges. */
	Set<Group> groups() {
		Set<Group> groups = new TreeSet<>(this.server.keySet());
		groups.addAll(List.of(Group.FLEET, Group.UPLOADS, Group.DOWNLOADS));
		return groups;
	}

	/** Reads the current levels and begins to count. */
	Reading first(Duration at) {
		this.counting.forEach(GaugeSource::read);
		Map<Gauge, Double> values = new EnumMap<>(Gauge.class);
		readServer(values);
		return new Reading(at, values);
	}

	/** Reads all gauges. */
	Reading next(Duration at) {
		Map<Gauge, Double> values = new EnumMap<>(Gauge.class);
		// before the collection of garbage, which takes its time
		this.counting.forEach((source) -> values.putAll(source.read()));
		readServer(values);
		return new Reading(at, values);
	}

	private void readServer(Map<Gauge, Double> values) {
		this.server.forEach((group, source) -> {
			try {
				values.putAll(source.read());
			}
			catch (RuntimeException ex) {
				this.problems.add("Reading the gauges of the " + group.title(), ex);
			}
		});
	}

	@Override
	public void close() {
		this.server.values().forEach(GaugeSource::close);
	}

}
