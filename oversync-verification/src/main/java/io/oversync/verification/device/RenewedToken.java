/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

import io.oversync.client.NetworkException;
import io.oversync.client.TokenSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Signs a device in when it first needs a token, and again when the server refuses it.
 */
public final class RenewedToken implements TokenSupplier {

	private final SyncTarget target;

	private final String user;

	private final String device;

	private @Nullable String token;

	/**
	 * Prepares it; nothing is sent.
	 * @param target the server
	 * @param user whose device it is
	 * @param device its id
	 */
	public RenewedToken(SyncTarget target, String user, String device) {
		this.target = target;
		this.user = user;
		this.device = device;
	}

	@Override
	public synchronized String token(@Nullable String refused) {
		String current = this.token;
		if (current == null || current.equals(refused)) {
			current = signIn();
			this.token = current;
		}
		return current;
	}

	/** A server that cannot be reached counts as a failure of the network. */
	private String signIn() {
		try {
			return this.target.signIn(this.user, this.device);
		}
		catch (UnreachableServerException ex) {
			throw new NetworkException(String.valueOf(ex.getMessage()), ex);
		}
	}

}
