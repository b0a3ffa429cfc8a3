/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

import io.oversync.client.HydrateResult;
import io.oversync.client.ResolvedConflict;
import io.oversync.client.SyncResult;
import io.oversync.verification.device.Device;
import io.oversync.verification.device.TableModels;
import io.oversync.verification.device.WireEntry;

/**
 * Computes the server's expected state from the rows on the devices alone: between two
 * syncs, each row that has changed is one change and one version. For users whose devices
 * have no conflicts.
 */
final class Ledger {

	private final Stage stage;

	private final String user;

	private final Map<String, List<String>> versions = new TreeMap<>();

	private Map<String, List<String>> rows = Map.of();

	private int changes;

	/**
	 * Opens a ledger.
	 * @param stage the user's stage
	 * @param user a user without rows on the server
	 */
	Ledger(Stage stage, String user) {
		this.stage = stage;
		this.user = user;
	}

	/**
	 * Syncs a device and checks that it sends exactly the changed rows.
	 * @param device a device that is up to date
	 * @return the number of changes that it sent
	 */
	int sync(Device device) {
		int sent = account(device.rows());
		SyncResult result = this.stage.sync(device);
		List<ResolvedConflict> conflicts = new ArrayList<>(result.upload().conflicts());
		conflicts.addAll(result.download().conflicts());
		this.stage.require(conflicts.isEmpty(), device + " met conflicts, and nobody else writes: " + conflicts);
		this.stage.require(result.upload().uploaded() == sent && result.upload().applied() == sent,
				device + " has changed " + sent + " rows, but sent " + result.upload().uploaded()
						+ " changes, of which the server took " + result.upload().applied());
		return sent;
	}

	private int account(Map<String, List<String>> now) {
		TreeSet<String> names = new TreeSet<>(this.rows.keySet());
		names.addAll(now.keySet());
		names.removeIf((name) -> this.rows.getOrDefault(name, List.of()).equals(now.getOrDefault(name, List.of())));
		for (String name : names) {
			long before = Long.parseLong(this.versions.getOrDefault(name, List.of("0")).get(0));
			this.versions.put(name, List.of(Long.toString(before + 1), Boolean.toString(!now.containsKey(name))));
		}
		this.rows = now;
		this.changes += names.size();
		return names.size();
	}

	/**
	 * Checks that all devices and the server have the rows of this ledger, in its
	 * versions, and that the server's stream has its changes and no others.
	 */
	void verify() {
		this.stage.requireEqual("the devices when they synced", this.rows, "the server's stream",
				this.stage.verify(this.user));
		List<WireEntry> stream = this.stage.stream(this.user);
		this.stage.requireEqual("the versions that rows of " + this.user + " should have", this.versions,
				"the server's stream", TableModels.versions(stream));
		this.stage.require(stream.size() == this.changes, "The devices of " + this.user + " have changed "
				+ this.changes + " rows, but the server's stream has " + stream.size() + " changes");
	}

	/** Returns the rows that all devices have. */
	Map<String, List<String>> rows() {
		return this.rows;
	}

	/**
	 * Hydrates a device that has rows of its own at most, and checks that it keeps them
	 * and gets all others.
	 * @param device one that has nothing of the server
	 */
	void hydrate(Device device) {
		Map<String, List<String>> expected = new TreeMap<>(this.rows);
		expected.putAll(device.rows());
		HydrateResult result = this.stage.hydrate(device);
		this.stage.requireEqual("the server's rows and those of the device", expected, device + " after hydrating",
				device.rows());
		this.stage.require(result.rows() == this.versions.size(), device + " should have been told of "
				+ this.versions.size() + " rows, the deleted ones included, but was told of " + result.rows());
	}

}
