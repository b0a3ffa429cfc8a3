/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

/**
 * The library's handling of the {@code sync} schema at start-up.
 */
public enum SchemaMode {

	/** Creates the schema and brings it up to date. */
	MIGRATE,
	/** Changes nothing; refuses to start with a schema that does not fit. */
	VALIDATE,
	/** Neither changes nor checks it. */
	NONE

}
