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
 * What is around the client of each device. A mistake of the client can be made there.
 *
 * @param access goes around its access to the database
 * @param settings what differs from the usual settings
 */
record ClientSetting(UnaryOperator<DataSource> access, Consumer<SyncClientBuilder> settings) {

	/** Nothing is around it. */
	static final ClientSetting USUAL = new ClientSetting(UnaryOperator.identity(), (builder) -> {
	});

}
