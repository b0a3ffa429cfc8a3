/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;

import io.oversync.test.DurablePostgres;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Without durability every figure would be too good.
 */
@Tag("prove")
class DurablePostgresIntegrationTests {

	private static final String SETTINGS = "select concat_ws(' ', current_setting('fsync'),"
			+ " current_setting('synchronous_commit'), current_setting('full_page_writes'))";

	@Test
	void losesNothingInACrash() throws Exception {
		try (DurablePostgres postgres = DurablePostgres.start();
				Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
				Statement statement = connection.createStatement();
				ResultSet settings = statement.executeQuery(SETTINGS)) {
			settings.next();
			assertThat(settings.getString(1)).isEqualTo("on on on");
			assertThat(postgres.postmaster().children()).isNotEmpty();
		}
	}

}
