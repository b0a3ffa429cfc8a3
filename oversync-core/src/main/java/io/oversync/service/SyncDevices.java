/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.service;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The devices of users. A device is listed once it has uploaded or downloaded; what is
 * known of it may be half a minute old.
 * <p>
 * Every method throws {@link IllegalArgumentException} for an id or a name that no device
 * can have.
 */
public interface SyncDevices {

	/** The most characters that the name of a device may have. */
	int MAX_NAME_LENGTH = 256;

	/** The most devices that are listed. */
	int MAX_LISTED = 1000;

	/**
	 * Lists the devices of a user.
	 * @param userId the user
	 * @return the devices, the last seen first, at most {@value #MAX_LISTED}
	 */
	List<Device> list(String userId);

	/**
	 * Gives a device a name.
	 * @param userId the user
	 * @param deviceId the device
	 * @param name the name, null for none
	 * @return false if the user has no such device
	 */
	boolean rename(String userId, String deviceId, @Nullable String name);

	/**
	 * Refuses a device from now on, on every node. A device that was never seen can be
	 * revoked, too.
	 * @param userId the user
	 * @param deviceId the device
	 * @return false if it was revoked already
	 */
	boolean revoke(String userId, String deviceId);

	/**
	 * Lets a revoked device in again.
	 * @param userId the user
	 * @param deviceId the device
	 * @return false if it was not revoked
	 */
	boolean restore(String userId, String deviceId);

	/**
	 * Removes what is known of a device, its revocation included. A device that comes
	 * back is listed again.
	 * @param userId the user
	 * @param deviceId the device
	 * @return false if the user has no such device
	 */
	boolean forget(String userId, String deviceId);

	/**
	 * A device.
	 *
	 * @param id its source id
	 * @param name its name, null for none
	 * @param firstSeen the time of its first request
	 * @param lastSeen the time of its last request that is known
	 * @param acknowledged it has the stream up to this server_id
	 * @param lag the distance between that and the head of the stream
	 * @param revoked the time of its revocation, null for a device that is let in
	 */
	record Device(String id, @Nullable String name, Instant firstSeen, Instant lastSeen, long acknowledged, long lag,
			@Nullable Instant revoked) {
	}

}
