/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.soak;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.oversync.client.http.SyncHttp;
import io.oversync.verification.device.Device;
import io.oversync.verification.device.Difference;
import io.oversync.verification.device.ServerTables;
import io.oversync.verification.device.Settlement;
import io.oversync.verification.device.TableModels;
import org.jspecify.annotations.Nullable;

/**
 * All devices of a soak.
 */
final class Fleet implements GaugeSource {

	private final Tally tally;

	private final int users;

	/** The first device of each user, then the second of each, and so on. */
	private final List<FleetDevice> devices = new ArrayList<>();

	private final TableModels tables;

	/**
	 * Opens the devices without rows.
	 * @param settings the settings of the soak
	 * @param folder the folder of their files
	 * @param network their network
	 * @param tally counts their actions
	 */
	Fleet(SoakSettings settings, Path folder, SyncHttp network, Tally tally) {
		FleetLoad load = settings.load();
		this.tally = tally;
		this.users = load.users();
		this.tables = settings.target().registeredTables();
		Random seeds = new Random(load.seed() * 31 + settings.run().hashCode());
		try {
			for (int i = 0; i < load.fleet(); i++) {
				Device device = new Device(folder, settings.target(), "soak-" + settings.run() + "-" + i % load.users(),
						"device" + i / load.users(), this.tables.list(), (builder) -> builder.http(network));
				this.devices.add(new FleetDevice(device, load.rows(), new Random(seeds.nextLong()), tally));
			}
		}
		catch (RuntimeException ex) {
			close();
			throw ex;
		}
	}

	/** Gives each user rows, on all devices. */
	void fill() {
		for (List<FleetDevice> own : byUser()) {
			own.get(0).fill();
			own.forEach(FleetDevice::sync);
		}
	}

	/**
	 * Returns the devices.
	 * @return the devices, those of a user spread evenly
	 */
	List<FleetDevice> devices() {
		return this.devices;
	}

	private List<List<FleetDevice>> byUser() {
		List<List<FleetDevice>> byUser = new ArrayList<>();
		for (int user = 0; user < this.users; user++) {
			List<FleetDevice> own = new ArrayList<>();
			for (int i = user; i < this.devices.size(); i += this.users) {
				own.add(this.devices.get(i));
			}
			byUser.add(own);
		}
		return byUser;
	}

	/**
	 * Brings all devices to rest.
	 * @return the work that does not end
	 */
	List<String> settle() {
		List<String> problems = new ArrayList<>();
		Settlement settlement = new Settlement((device) -> device.client().sync(),
				(device, change) -> this.tally.add(Gauge.DISCARDED, 1));
		for (List<FleetDevice> own : byUser()) {
			String unfinished = settlement.settle(own.stream().map(FleetDevice::device).toList());
			if (!unfinished.isEmpty()) {
				problems.add("Devices come to no end: " + unfinished);
			}
		}
		return problems;
	}

	/**
	 * Compares the devices of each user with each other, and with the server's tables.
	 * @param databaseUrl the server's database, or null
	 * @return the differences
	 */
	List<String> differences(@Nullable String databaseUrl) {
		List<String> differences = new ArrayList<>();
		for (List<FleetDevice> own : byUser()) {
			Device first = own.get(0).device();
			Map<String, List<String>> rows = first.rows();
			for (FleetDevice other : own.subList(1, own.size())) {
				differences
					.add(Difference.between(first.toString(), rows, other.device().toString(), other.device().rows()));
			}
			if (databaseUrl != null) {
				differences.add(Difference.between(first.toString(), rows, "the business tables",
						new ServerTables(databaseUrl, this.tables).business(first.user())));
			}
		}
		differences.removeIf(String::isEmpty);
		return differences;
	}

	@Override
	public Map<Gauge, Double> read() {
		return Map.of(Gauge.LIVE_ROWS, this.devices.stream().mapToLong(FleetDevice::liveRows).average().orElse(0));
	}

	@Override
	public void close() {
		this.devices.forEach((device) -> device.device().close());
	}

}
