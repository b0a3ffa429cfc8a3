/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.oversync.client.QuarantinedChange;

/**
 * Brings the devices of a user to rest: they sync in turn until none has work left. A
 * change that the server will never accept, such as a child of a row that was deleted
 * elsewhere, is discarded.
 */
public final class Settlement {

	private static final int MAX_ROUNDS = 20;

	private final Consumer<Device> sync;

	private final BiConsumer<Device, QuarantinedChange> discarded;

	/**
	 * Creates a settlement.
	 * @param sync syncs a device
	 * @param discarded receives each discarded change
	 */
	public Settlement(Consumer<Device> sync, BiConsumer<Device, QuarantinedChange> discarded) {
		this.sync = sync;
		this.discarded = discarded;
	}

	/**
	 * Syncs the devices until they are at rest.
	 * @param devices all devices of a user that may still have changes
	 * @return the work that is left after too many rounds, empty for none
	 */
	public String settle(List<Device> devices) {
		String before = "";
		for (int round = 0; round < MAX_ROUNDS; round++) {
			for (Device device : devices) {
				this.sync.accept(device);
				device.discardQuarantined().forEach((change) -> this.discarded.accept(device, change));
			}
			String after = devices.stream()
				.map((device) -> device.client().status().cursor() + " ")
				.toList()
				.toString();
			if (after.equals(before) && devices.stream().allMatch((device) -> device.unfinished().isEmpty())) {
				return "";
			}
			before = after;
		}
		return devices.stream().map((device) -> device + " " + device.unfinished()).collect(Collectors.joining("; "));
	}

}
