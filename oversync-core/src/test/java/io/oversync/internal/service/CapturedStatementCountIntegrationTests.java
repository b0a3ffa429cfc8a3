/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

/**
 * That writes are captured takes one more statement of an upload that writes: the look
 * for what the application has written meanwhile.
 */
class CapturedStatementCountIntegrationTests extends StatementCountIntegrationTests {

	@Override
	String suffix() {
		return "+";
	}

	@Override
	int more(Kind kind) {
		return (kind == Kind.REPLAYS || kind == Kind.CONFLICTS) ? 0 : 1;
	}

}
