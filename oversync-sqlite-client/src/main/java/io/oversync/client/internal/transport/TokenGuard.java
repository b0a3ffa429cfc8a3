/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.transport;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.locks.ReentrantLock;

import io.oversync.client.SyncException;
import io.oversync.client.TokenSupplier;
import io.oversync.client.WrongTokenException;
import io.oversync.client.internal.protocol.RowPayload;
import io.oversync.client.internal.support.MessageText;
import io.oversync.client.internal.support.UuidKeys;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Refuses tokens of another user or another device: the server believes the token, so one
 * account's rows would go to the other. A token is checked before each request; one that
 * is no JWT cannot be read and is let through.
 */
public final class TokenGuard {

	private static final int JWT_PARTS = 3;

	private final String user;

	private final String device;

	private final @Nullable String userClaim;

	private final @Nullable String deviceClaim;

	/** The last token that was accepted, which is usually the next one, too. */
	private volatile @Nullable String right;

	/** Suppliers are called by one thread at a time. */
	private final ReentrantLock turn = new ReentrantLock();

	/** Whether this thread is within the token supplier. */
	private final ThreadLocal<Boolean> supplying = ThreadLocal.withInitial(() -> false);

	/**
	 * Creates a guard.
	 * @param user whose data the database holds
	 * @param device the device
	 * @param userClaim the claim that names the user, or null to check none
	 * @param deviceClaim the claim that names the device, or null
	 */
	public TokenGuard(String user, String device, @Nullable String userClaim, @Nullable String deviceClaim) {
		this.user = user;
		this.device = device;
		this.userClaim = userClaim;
		this.deviceClaim = deviceClaim;
	}

	String device() {
		return this.device;
	}

	/** Returns whether the device's id can be the value of a header. */
	boolean isDeviceSendable() {
		return this.device.chars().allMatch((c) -> c > ' ' && c < '\u007f');
	}

	/**
	 * Asks for a token and checks it.
	 * @param refused the token that the server has just refused, or null
	 * @return the token
	 * @throws SyncException if there is none, or the wrong one
	 */
	String token(TokenSupplier supplier, @Nullable String refused) {
		if (this.supplying.get()) {
			throw new IllegalStateException("The token supplier called the client that asks it for a token");
		}
		try {
			this.turn.lockInterruptibly();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SyncException("Interrupted while waiting for the token supplier", ex);
		}
		this.supplying.set(true);
		try {
			return check(supplier.token(refused));
		}
		catch (SyncException ex) {
			throw ex;
		}
		catch (Exception ex) {
			// also checked ones, of application code in Kotlin
			if (ex instanceof InterruptedException) {
				Thread.currentThread().interrupt();
			}
			throw new SyncException(
					"The token supplier failed, nothing was sent: " + MessageText.shortened(ex.toString()), ex);
		}
		finally {
			this.supplying.remove();
			this.turn.unlock();
		}
	}

	/**
	 * Checks a token.
	 * @return the token
	 * @throws WrongTokenException if there is none, or if it is another user's or another
	 * device's
	 */
	public String check(@Nullable String token) {
		if (token == null || token.isBlank()) {
			throw new WrongTokenException("The token supplier returned " + ((token != null) ? "a blank" : "no")
					+ " token: nothing was sent. Let it return a token of the " + "user '" + this.user
					+ "', or stop() or close() the client while that user is signed out");
		}
		if (token.equals(this.right)) {
			return token;
		}
		if (token.chars().anyMatch((c) -> c < ' ' || c > '~')) {
			throw new WrongTokenException("The token supplier returned a token with a character that a header cannot"
					+ " carry, such as a line break at its end: nothing was sent. Let it return the bare token");
		}
		RowPayload claims = claims(token);
		if (claims != null) {
			check(this.userClaim, claims, this.user, "user");
			check(this.deviceClaim, claims, this.device, "device");
		}
		this.right = token;
		return token;
	}

	private static void check(@Nullable String claim, RowPayload claims, String expected, String what) {
		if (claim == null || !(claims.members().get(claim) instanceof String named) || named.equals(expected)) {
			return;
		}
		String uuid = UuidKeys.uuid(named);
		if (what.equals("user") && uuid != null && uuid.equals(UuidKeys.uuid(expected))) {
			// one user for the server, in any spelling
			return;
		}
		throw new WrongTokenException("The token is that of the " + what + " '" + MessageText.shortened(named)
				+ "' (claim '" + claim + "'), but the database is opened for the " + what + " '" + expected
				+ "': nothing was sent. Let the token supplier return this " + what
				+ "'s token, or name the right claims with tokenClaims()");
	}

	/** Returns the claims, or null if the token is no readable JWT. */
	private static @Nullable RowPayload claims(String token) {
		String[] parts = token.split("\\.", -1);
		if (parts.length != JWT_PARTS) {
			return null;
		}
		try {
			String json = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
			return RowPayload.parse(json);
		}
		catch (IllegalArgumentException | JacksonException ex) {
			return null;
		}
	}

}
