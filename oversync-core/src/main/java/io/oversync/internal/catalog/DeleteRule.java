/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

/**
 * What a foreign key does when the row that it refers to is deleted (protocol §2.1).
 */
public enum DeleteRule {

	/** {@code NO ACTION} and {@code RESTRICT}: the delete is refused. */
	REFUSE,
	/** {@code CASCADE}: the children are deleted, too. */
	CASCADE,
	/** {@code SET NULL}. */
	SET_NULL,
	/** {@code SET DEFAULT}. */
	SET_DEFAULT

}
