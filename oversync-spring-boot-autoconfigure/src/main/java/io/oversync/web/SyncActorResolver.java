/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.web;

import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import jakarta.servlet.http.HttpServletRequest;

/**
 * Tells who is asking (protocol §1). An application that knows better than the default
 * declares a bean of this type.
 */
@FunctionalInterface
public interface SyncActorResolver {

	/**
	 * Finds user and source of a request. Must take both from what the application's
	 * security has authenticated, never from the body.
	 * @param request the request
	 * @return who is asking
	 * @throws SyncException {@link ErrorCode#AUTHENTICATION_FAILED} if there is no
	 * authenticated user, or no usable source
	 */
	SyncActor resolve(HttpServletRequest request);

}
