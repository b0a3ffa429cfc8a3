/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import io.oversync.client.SyncClientBuilder;

/**
 * The surroundings of each device's client, in which tests plant bugs.
 *
 * @param access wraps the client's access to the database
 * @param settings changes the usual settings
 */
record ClientSetting(UnaryOperator<DataSource> access, Consumer<SyncClientBuilder> settings) {

	/** Wraps and changes nothing. */
	static final ClientSetting USUAL = new ClientSetting(UnaryOperator.identity(), (builder) -> {
	});

}
