/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

/**
 * The sign-in of a server.
 */
@FunctionalInterface
public interface SignIn {

	/**
	 * Signs a device in.
	 * @param server the address of the server
	 * @param user the user
	 * @param device the id of the device
	 * @return a bearer token
	 * @throws UnreachableServerException if the server does not hand out a token
	 */
	String token(String server, String user, String device);

}
