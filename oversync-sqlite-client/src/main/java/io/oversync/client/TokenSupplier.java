/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import org.jspecify.annotations.Nullable;

/**
 * Supplies bearer tokens (§1). Its user and its device must be those of the client.
 */
@FunctionalInterface
public interface TokenSupplier {

	/**
	 * Returns a token; called for each request, so it should come from a cache, and by
	 * one thread at a time. Called within a sync, which waits for it, and with it all
	 * that waits for the sync: it must return within seconds, whatever the user does, and
	 * must not call the client. While the user has to sign in, return null. What is
	 * thrown fails the sync with a {@link SyncException} that has it as its cause; a
	 * {@link SyncException} is thrown on as it is.
	 * @param refused the token that the server has just refused with 401 and that should
	 * be renewed, or null
	 * @return the token; null if there is none, which fails the sync with a
	 * {@link WrongTokenException}
	 */
	@Nullable String token(@Nullable String refused);

}
