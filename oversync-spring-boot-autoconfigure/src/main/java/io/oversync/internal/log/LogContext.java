/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.log;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

import io.oversync.protocol.SyncActor;
import org.slf4j.MDC;

/**
 * The user and device of a request as context of all log lines of its thread: the MDC
 * keys {@code oversync.user}, a hash, since user ids are often addresses of people, and
 * {@code oversync.device}.
 */
public final class LogContext {

	static final String USER = "oversync.user";

	static final String DEVICE = "oversync.device";

	private static final int HASH_BYTES = 8;

	private static final int MAX_DEVICE = 64;

	private static final Pattern BREAKS = Pattern.compile("[\\p{Cntrl}\\p{Zl}\\p{Zp}]");

	private LogContext() {
	}

	/**
	 * Sets the context of this thread.
	 * @param actor whose request it works for
	 */
	public static void enter(SyncActor actor) {
		MDC.put(USER, user(actor));
		MDC.put(DEVICE, device(actor));
	}

	/** Takes the context of this thread away. */
	public static void leave() {
		MDC.remove(USER);
		MDC.remove(DEVICE);
	}

	/**
	 * Returns the hash of a user, as {@code printf %s USER | sha256sum | cut -c1-16}.
	 */
	static String user(SyncActor actor) {
		try {
			byte[] hash = MessageDigest.getInstance("SHA-256").digest(actor.userId().getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(hash, 0, HASH_BYTES);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

	/** Clients choose their device ids: they must not forge lines of the log. */
	static String device(SyncActor actor) {
		String device = actor.sourceId();
		String start = (device.length() <= MAX_DEVICE) ? device : device.substring(0, MAX_DEVICE);
		return BREAKS.matcher(start).replaceAll("?");
	}

}
