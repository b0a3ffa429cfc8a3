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
 * Resolves the user and device of a request (protocol §1). An application replaces the
 * default by declaring a bean of this type.
 */
@FunctionalInterface
public interface SyncActorResolver {

	/**
	 * Finds user and source of a request. Must take both from the authentication of the
	 * application's security, never from the body.
	 * @param request the request
	 * @return the user and the source
	 * @throws SyncException {@link ErrorCode#AUTHENTICATION_FAILED} if there is no
	 * authenticated user, or no usable source
	 */
	SyncActor resolve(HttpServletRequest request);

}
