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
 * Brings the devices of a user to rest: they sync in turn until none has anything left to
 * do. A change that the server will never take, such as a child of a row that was deleted
 * elsewhere, is discarded.
 */
public final class Settlement {

	private static final int MAX_ROUNDS = 20;

	private final Consumer<Device> sync;

	private final BiConsumer<Device, QuarantinedChange> discarded;

	/**
	 * Creates one.
	 * @param sync syncs a device
	 * @param discarded receives each change that was given up
	 */
	public Settlement(Consumer<Device> sync, BiConsumer<Device, QuarantinedChange> discarded) {
		this.sync = sync;
		this.discarded = discarded;
	}

	/**
	 * Settles.
	 * @param devices all devices of a user that still have something to say
	 * @return what is left to do after too many rounds; empty if nothing is
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
