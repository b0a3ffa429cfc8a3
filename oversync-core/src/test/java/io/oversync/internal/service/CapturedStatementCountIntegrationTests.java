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
		return switch (kind) {
			case REPLAYS, CONFLICTS -> 0;
			// one foreign key refers to the rows
			case DELETES -> 2;
			// the columns of another table are learned
			case CHILDREN -> 3;
			default -> 1;
		};
	}

}
